"""What an app says of a state machine for the state matrix."""

from collections.abc import Callable
from dataclasses import dataclass

from gongjian.workflow import Step


@dataclass(frozen=True)
class Machine:
    steps: tuple[Step, ...]
    make: Callable
    may: dict[str, set[str]]
