"""What is said when a backup cannot be made, read or restored."""


class BackupRefused(Exception):
    """The backup or the restoration is not done; the message is a sentence for whoever keeps the
    site.
    """
