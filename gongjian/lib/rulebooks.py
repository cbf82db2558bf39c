"""Rule files: checklists and rubrics kept as data, read with every wrong value named by its path.

A `Section` reads one level of the parsed JSON. It never stops at the first fault: faults are
collected, a harmless stand-in is returned, and `finish()` refuses the whole file once everything
has been looked at.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeGuard

from gongjian.lib.points import written_number


class WrongRulebook(ValueError):
    """Raised for a refused file; `errors` has a Chinese sentence a wrong value, path first."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("；".join(errors))


class Section:
    """One object of a rule file, with its path and the faults noted so far."""

    def __init__(self, value: object, path: str = "", faults: list[str] | None = None) -> None:
        self.path = path
        self.faults = [] if faults is None else faults
        self._keys_read: set[str] = set()
        self._values: Mapping[str, object] = {}
        self._inner: list[Section] = []
        self._is_sound = isinstance(value, Mapping)
        if isinstance(value, Mapping):
            self._values = value
        else:
            self.faults.append(f"{path or '（文件开头）'}：应是一组“名称: 值”")

    def at(self, key: str) -> str:
        """Return the path of the value under `key`."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, sentence: str) -> None:
        """Note that the value under `key` is wrong."""
        self.faults.append(f"{self.at(key)}：{sentence}")

    def text(self, key: str, *, blank: bool = False) -> str:
        """Return the text under `key`, which may be empty if `blank`."""
        value = self._value(key)
        if isinstance(value, str) and (blank or value.strip()):
            return value
        self._wrong(key, "应是一段文字" if blank else "应是一段不为空的文字")
        return ""

    def number(self, key: str, lowest: int, highest: int, *, above_lowest: bool = False) -> Decimal:
        """Return the number within the bounds, written as text like "0.85" or as a whole number."""
        value = written_number(self._value(key))
        is_lowest = above_lowest and value == lowest
        if value is not None and lowest <= value <= highest and not is_lowest:
            return value
        bounds = f"应是 {lowest} 到 {highest} 之间的数"
        if above_lowest:
            bounds = f"应是大于 {lowest}、不超过 {highest} 的数"
        self._wrong(key, f'{bounds}，小数写成带引号的文字，如 "0.85"')
        return Decimal(lowest)

    def whole(self, key: str, lowest: int, highest: int) -> int:
        """Return the whole number within the bounds."""
        value = self._value(key)
        if is_whole(value) and lowest <= value <= highest:
            return value
        self._wrong(key, f"应是 {lowest} 到 {highest} 之间的整数")
        return lowest

    def flag(self, key: str) -> bool:
        """Return the true or false under `key`."""
        value = self._value(key)
        if isinstance(value, bool):
            return value
        self._wrong(key, "应是 true 或 false")
        return False

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """Return the word under `key`, one of those allowed."""
        value = self._value(key)
        if isinstance(value, str) and value in allowed:
            return value
        self._wrong(key, f"应是 {'、'.join(allowed)} 之一")
        return allowed[0]

    def choices(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Return a list of the allowed words that is not empty, each word once."""
        words = self._list(key)
        chosen = tuple(word for word in words or () if isinstance(word, str) and word in allowed)
        if words and len(set(chosen)) == len(words):
            return chosen
        self._wrong(key, f"应是一列 {'、'.join(allowed)} 中的词，不重复")
        return ()

    def wholes(self, key: str, lowest: int, highest: int) -> tuple[int, ...]:
        """Return a list of whole numbers within the bounds, each once."""
        values = self._list(key)
        numbers = tuple(n for n in values or () if is_whole(n) and lowest <= n <= highest)
        if values is not None and len(set(numbers)) == len(values):
            return numbers
        self._wrong(key, f"应是一列 {lowest} 到 {highest} 之间、不重复的整数")
        return ()

    def numbers(self, key: str, lowest: int, highest: int) -> tuple[Decimal, ...]:
        """Return a list of numbers that is not empty, each written as `number` takes it."""
        values = self._list(key) or ()
        numbers = []
        for value in values:
            number = written_number(value)
            if number is not None and lowest <= number <= highest:
                numbers.append(number)
        if values and len(numbers) == len(values):
            return tuple(numbers)
        self._wrong(key, f"应是一列 {lowest} 到 {highest} 之间的数")
        return ()

    def has(self, key: str) -> bool:
        """Return whether the file says anything under `key`; an older file may say nothing."""
        return key in self._values

    def is_null(self, key: str) -> bool:
        """Return whether the value is there and says "none" on purpose."""
        return key in self._values and self._value(key) is None

    def section(self, key: str) -> "Section":
        """Return the object under `key`."""
        inner = Section(self._value(key), self.at(key), self.faults if self._is_sound else [])
        self._inner.append(inner)
        return inner

    def rows(self, key: str, *, empty: bool = False) -> list["Section"]:
        """Return the rows of a list, paths like `items[3]`, counted from 1 as people count."""
        values = self._list(key)
        if not values and not (empty and values is not None):
            self._wrong(key, "应是一个列表" if empty else "应是一个不为空的列表")
            return []
        rows = []
        for number, row in enumerate(values, 1):
            rows.append(Section(row, f"{self.at(key)}[{number}]", self.faults))
        self._inner += rows
        return rows

    def rows_if_any(self, key: str) -> list["Section"]:
        """Return the rows of a list that is not empty; no rows where the file says nothing."""
        return self.rows(key) if self.has(key) else []

    def refuse_repeats(self, key: str, values: Sequence[str], what: str) -> None:
        """Note each value that comes more than once; `what` is what the office calls it."""
        repeated = {value for value in values if values.count(value) > 1}
        for value in sorted(repeated):
            self.fault(key, f"{what}“{value}”重复")

    def finish(self) -> None:
        """Refuse the file if anything in it was wrong or is unknown. Raises `WrongRulebook`."""
        self._report_unknown()
        if self.faults:
            raise WrongRulebook(self.faults)

    def _value(self, key: str) -> object:
        self._keys_read.add(key)
        return self._values.get(key)

    def _list(self, key: str) -> Sequence[object] | None:
        value = self._value(key)
        return value if isinstance(value, list | tuple) else None

    def _wrong(self, key: str, expected: str) -> None:
        if not self._is_sound:  # the fault is above, and has been named there
            return
        if key in self._values:
            self.fault(key, f"{expected}，现为“{self._values[key]}”")
        else:
            self.fault(key, f"缺少此项，{expected}")

    def _report_unknown(self) -> None:
        for key in self._values:
            if key not in self._keys_read:
                self.fault(str(key), "不认识这一项，请删去或改正名称")
        for inner in self._inner:
            inner._report_unknown()


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether the value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def whole_or_text(text: str) -> int | str:
    """Return a cell's text as the whole number that it is, else as it stands, to be refused."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
