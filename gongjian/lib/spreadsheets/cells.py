"""One cell to one value, by the kind of its column: each function returns the value or raises
CellProblem.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from operator import mul

from ..phones import check_phone, is_masked
from .opening import Cell, Unusable
from .specs import ColumnSpec, Value, canonical, spread

# Spaces of every width, marks of direction, line ends: U+2000 to U+200F are sixteen of them.
STRAY_EDGES = (
    " \t\r\n\v\f\u00a0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f"
    "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
ERROR_VALUES = {
    "#REF!",
    "#N/A",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
    "########",
}

EXACT_UP_TO = 10**15  # Excel keeps 15 digits of a number
EARLIEST, LATEST = datetime.date(1950, 1, 1), datetime.date(2100, 12, 31)
EPOCH, EPOCH_1904 = datetime.date(1899, 12, 30), datetime.date(1904, 1, 1)
AS_TEXT = "请把该列设为文本格式后重填"

POWER = re.compile(r"(\d(?:\.\d+)?)[eE]\+?(\d{1,2})")
TRAILING_ZEROS = re.compile(r"(\d+)\.0+")
DATE = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})[日号]?|(\d{4})(\d{2})(\d{2})"
)
CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
CREDIT_CODE_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE_VALUES = {char: value for value, char in enumerate(CREDIT_CODE_CHARS)}
CREDIT_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


class CellProblem(Exception):
    """The sentence continues the header: 联系电话 + “123”不是电话号码……"""


class CellWarning(CellProblem):
    """The cell is taken as `value`, but somebody should look."""

    def __init__(self, message: str, value: Value):
        super().__init__(message)
        self.value = value


Convert = Callable[[Cell], Value]


def converter(column: ColumnSpec, *, date1904: bool = False) -> Convert:
    """The function that reads this column. A blank cell gives "" (None for a date or a number)."""
    if column.kind == "date":
        return partial(date_of, date1904=date1904)
    if column.kind == "integer":
        return integer_of
    if column.kind == "decimal":
        return partial(decimal_of, places=column.places)
    if column.kind == "choice":
        choices = {}
        for choice in column.choices:
            choices[canonical(choice)] = choice
        return partial(choice_of, choices=choices)
    if column.kind == "phone":
        return phone_of
    if column.kind == "credit_code":
        return credit_code_of
    return partial(code_of if column.kind == "code" else text_of, max_length=column.max_length)


def trimmed(text: str) -> str:
    """Without spaces of any width at its ends, without characters that no database keeps; the
    inside stays.
    """
    if text.isalnum():
        return text
    text = UNSTORABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    # Not a pattern: one that ends in “spaces, then the end” takes the square of a cell's length.
    return text.strip(STRAY_EDGES)


def shown(cell: Cell) -> str:
    """The cell as written text. Raises CellProblem where Excel has changed what was typed."""
    if isinstance(cell, str):
        text = trimmed(cell)
        if text.startswith("#") and text.upper() in ERROR_VALUES:
            raise CellProblem(f"是错误值（{text}）：请改正后再上传")
        return text
    if isinstance(cell, Unusable):
        raise CellProblem(cell.why)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float | int):
        return digits_of(cell)
    raise CellProblem(f"被 Excel 当成了日期（{cell:%Y-%m-%d}）：{AS_TEXT}")


def digits_of(number: float) -> str:
    if not abs(number) < EXACT_UP_TO:
        raise CellProblem(f"是以数字存的，第 15 位以后已被 Excel 改成 0：{AS_TEXT}")
    if number == int(number):
        return str(int(number))
    if abs(number) < 1e-4:
        return f"{number:.15f}".rstrip("0")
    return f"{number:.15g}"


def text_of(cell: Cell, max_length: int | None = None) -> Value:
    text = shown(cell)
    if max_length is not None and len(text) > max_length:
        raise CellProblem(f"有 {len(text)} 个字，最多 {max_length} 个：请缩短")
    return text


def folded(cell: Cell) -> str:
    """For numbers and codes: half width, no spaces at all; 13812345678.0 and 3.30111001003E11 as
    their digits.
    """
    text = canonical(shown(cell))
    zeros = TRAILING_ZEROS.fullmatch(text)
    if zeros:
        return zeros[1]
    power = POWER.fullmatch(text)
    if power and ("." in text or "+" in text):
        mantissa = power[1].replace(".", "")
        exponent = int(power[2])
        if len(mantissa) - 1 != exponent:
            raise CellProblem(f"“{text}”是科学计数，末尾的数字已经丢了：{AS_TEXT}")
        return mantissa
    return text


def code_of(cell: Cell, max_length: int | None = None) -> Value:
    return text_of(folded(cell), max_length)


def phone_of(cell: Cell) -> Value:
    text = folded(cell)
    if is_masked(text):
        return (
            text  # an export without whole numbers comes back: whoever plans the import compares it
        )
    try:
        return check_phone(text) if text else ""
    except ValueError as problem:
        raise CellProblem(str(problem)) from problem


def credit_code_of(cell: Cell) -> Value:
    """18 characters of GB 32100-2015; a wrong check digit is only a warning: codes issued early do
    have them.
    """
    code = folded(cell).upper()
    if not code:
        return ""
    if len(code) != 18:
        raise CellProblem(f"“{code}”有 {len(code)} 位：统一社会信用代码应为 18 位数字和大写字母")
    wrong = set(code) - CREDIT_CODE_VALUES.keys()
    if wrong:
        raise CellProblem(
            f"“{code}”含有“{min(wrong)}”：统一社会信用代码只用数字和大写字母，不用 I、O、S、V、Z"
        )
    total = sum(map(mul, map(CREDIT_CODE_VALUES.__getitem__, code), CREDIT_CODE_WEIGHTS))
    expected = CREDIT_CODE_CHARS[-total % 31]
    if code[-1] != expected:
        raise CellWarning(f"“{code}”的末位校验码应为“{expected}”：请核对是否抄错", code)
    return code


def choice_of(cell: Cell, choices: dict[str, str]) -> Value:
    text = shown(cell)
    if not text:
        return ""
    choice = choices.get(canonical(text))
    if choice:
        return choice
    raise CellProblem(f"“{text}”不在可选范围：只能填{spread(list(choices.values()))}")


def integer_of(cell: Cell) -> Value:
    text = folded(cell)
    if not text:
        return None
    if re.fullmatch(r"-?(\d{1,15}|\d{1,3}(,\d{3}){1,4})", text) and text.isascii():
        return int(text.replace(",", ""))
    raise CellProblem(f"“{text}”不是整数：请只填数字")


def decimal_of(cell: Cell, places: int) -> Value:
    text = folded(cell)
    if not text:
        return None
    if re.fullmatch(r"-?\d{1,9}(\.\d{1,15})?", text) and text.isascii():
        return Decimal(text).quantize(Decimal(1).scaleb(-places))
    raise CellProblem(f"“{text}”不是数：请只填数字，不带单位")


def date_of(cell: Cell, *, date1904: bool = False) -> Value:
    """A day from a date cell, a serial number or one of the usual ways to write it; anything
    ambiguous is refused.
    """
    if isinstance(cell, datetime.date):
        return within_reason(cell, f"{cell:%Y-%m-%d}")
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) < 1_000_000:
        return serial_date(cell, date1904=date1904)
    text = CLOCK.sub("", unicodedata.normalize("NFKC", shown(cell)))
    text = canonical(text).replace("–", "-").replace("—", "-")
    if not text:
        return None
    found = None
    if text.isascii() or "年" in text:
        found = DATE.fullmatch(text)
    if not found:
        raise CellProblem(f"“{text}”不是明确的日期：请写成 2026-03-01 的样子")
    year, month, day = (int(part) for part in found.groups() if part and part.isdigit())
    try:
        return within_reason(datetime.date(year, month, day), text)
    except ValueError as impossible:
        raise CellProblem(f"“{text}”没有这一天：请核对") from impossible


def serial_date(number: float, *, date1904: bool) -> Value:
    if number != int(number) or number <= 0:
        raise CellProblem(f"“{number:g}”不是明确的日期：请写成 2026-03-01 的样子")
    days = datetime.timedelta(days=int(number))
    day = (EPOCH_1904 if date1904 else EPOCH) + days
    return within_reason(day, f"{number:.0f}")


def within_reason(day: datetime.date, text: str) -> datetime.date:
    if EARLIEST <= day <= LATEST:
        return day
    raise CellProblem(f"“{text}”的年份不对：应在 {EARLIEST.year} 年到 {LATEST.year} 年之间")
