"""What is said to the person at the terminal before Django is there."""

from __future__ import annotations

import sys


class Refusal(Exception):
    """What only a person can settle: one sentence, and the line to run, where there is one."""

    def __init__(self, sentence: str, line: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line

    def __str__(self) -> str:
        return self.sentence + (f"\n  请运行：{self.line}" if self.line else "")


def say(sentence: str) -> None:
    """Write a line to the error stream, so that a command's own output stays clean."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
