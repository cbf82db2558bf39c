"""Why no figure is given: something is missing, or something handed in cannot be."""


class Missing(ValueError):
    """Raised when a figure cannot be computed; `what` names everything that is missing.

    What is missing never scores, least of all full.
    """

    def __init__(self, *what: str) -> None:
        self.what = what
        super().__init__("；".join(what))


class Refused(ValueError):
    """Raised for what cannot be true, such as more closed than due; says which and why."""
