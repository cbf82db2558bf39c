"""The kinds of input of a frozen record that can be put right, as a change names them."""

from enum import StrEnum


class CorrectionKind(StrEnum):
    """What kind of input a correction, or the ruling of an appeal, is about."""

    SHEET = "sheet"
    SELF_CHECK = "self_check"
    RECTIFICATION = "rectification"
    READING = "reading"
    MALUS = "malus"
    BONUS = "bonus"
    OWN_BONUS = "own_bonus"
    VETO = "veto"
    BLAME = "blame"
    DUTY = "duty"
    HANDLED = "handled"
