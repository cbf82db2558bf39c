"""What an entry of the log is about: a row, or a file, a list or a run that is no row."""

from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True)
class Subject:
    """What the log calls the thing: its kind ("units.unit", "register.file"), its key, its name."""

    kind: str
    key: str
    name: str


def subject_of(thing: Model | Subject) -> Subject:
    """Return the subject that stands for a row; one that stands for itself is returned as it is."""
    if isinstance(thing, Subject):
        return thing
    return Subject(thing._meta.label_lower, str(thing.pk), str(thing))
