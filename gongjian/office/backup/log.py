"""A backup as the log names it: the file is no row."""

from gongjian.audit.subjects import Subject


def backup_file(sha256: str, name: str) -> Subject:
    """Return the file for the log, by the beginning of its hash."""
    return Subject("backup.file", sha256[:40], name)
