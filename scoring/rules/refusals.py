"""Why no figure is given: something is missing, or something handed in cannot be."""


class Missing(ValueError):
    """A figure cannot be computed; `what` names everything that is missing. Missing never scores, least of all full."""

    def __init__(self, *what: str) -> None:
        self.what = what
        super().__init__("；".join(what))


class Refused(ValueError):
    """What was handed in cannot be true (more closed than due, an unknown pass); the sentence says which and why."""
