"""What an app says of a state machine for the state matrix."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gongjian.workflow import Step


@dataclass(frozen=True)
class Machine:
    steps: tuple[Step, ...]
    make: Callable
    may: dict[str, set[str]]
    takes: dict[str, dict] = field(default_factory=dict)
    """By step, the values without which the database would refuse the state that it leads to."""
