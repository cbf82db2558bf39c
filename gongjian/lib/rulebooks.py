"""Rule files: checklists and rubrics kept as data, read with every wrong value named by its path.

A `Section` walks one level of the parsed JSON. It never stops at the first fault: faults are collected, a
harmless stand-in is returned, and `finish()` refuses the whole file once everything has been looked at.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from gongjian.lib.points import written_number


class WrongRulebook(ValueError):
    """The rule file is refused; `errors` has one Chinese sentence for each wrong value, beginning with its path."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("；".join(errors))


class Section:
    """One object of a rule file, with its path and the faults found so far."""

    def __init__(self, value: object, path: str = "", faults: list[str] | None = None) -> None:
        self.path = path
        self.faults = [] if faults is None else faults
        self._read: set[str] = set()
        self._values: Mapping[str, object] = value if isinstance(value, Mapping) else {}
        self._inner: list[Section] = []
        self._sound = isinstance(value, Mapping)
        if not self._sound:
            self.faults.append(f"{path or '（文件开头）'}：应是一组“名称: 值”")

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, sentence: str) -> None:
        """Note that the value under `key` is wrong."""
        self.faults.append(f"{self.at(key)}：{sentence}")

    def text(self, key: str, *, blank: bool = False) -> str:
        value = self._value(key)
        if isinstance(value, str) and (blank or value.strip()):
            return value
        self._wrong(key, "应是一段文字" if blank else "应是一段不为空的文字")
        return ""

    def number(self, key: str, lowest: int, highest: int, *, above_lowest: bool = False) -> Decimal:
        """A number within the bounds, written as text such as "0.85" or as a whole number."""
        value = written_number(self._value(key))
        if (
            value is not None
            and lowest <= value <= highest
            and not (above_lowest and value == lowest)
        ):
            return value
        bounds = (
            f"应是大于 {lowest}、不超过 {highest} 的数"
            if above_lowest
            else f"应是 {lowest} 到 {highest} 之间的数"
        )
        self._wrong(key, f'{bounds}，小数写成带引号的文字，如 "0.85"')
        return Decimal(lowest)

    def whole(self, key: str, lowest: int, highest: int) -> int:
        value = self._value(key)
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        self._wrong(key, f"应是 {lowest} 到 {highest} 之间的整数")
        return lowest

    def flag(self, key: str) -> bool:
        value = self._value(key)
        if isinstance(value, bool):
            return value
        self._wrong(key, "应是 true 或 false")
        return False

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        value = self._value(key)
        if isinstance(value, str) and value in allowed:
            return value
        self._wrong(key, f"应是 {'、'.join(allowed)} 之一")
        return allowed[0]

    def choices(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """A list of the allowed words that is not empty, each once."""
        value = self._value(key)
        listed = value if isinstance(value, list | tuple) else []
        chosen = tuple(word for word in listed if isinstance(word, str) and word in allowed)
        if listed and len(set(chosen)) == len(listed):
            return chosen
        self._wrong(key, f"应是一列 {'、'.join(allowed)} 中的词，不重复")
        return ()

    def wholes(self, key: str, lowest: int, highest: int) -> tuple[int, ...]:
        """A list of whole numbers within the bounds, each once."""
        value = self._value(key)
        listed = value if isinstance(value, list | tuple) else [None]
        numbers = tuple(
            n
            for n in listed
            if isinstance(n, int) and not isinstance(n, bool) and lowest <= n <= highest
        )
        if len(set(numbers)) == len(listed):
            return numbers
        self._wrong(key, f"应是一列 {lowest} 到 {highest} 之间、不重复的整数")
        return ()

    def numbers(self, key: str, lowest: int, highest: int) -> tuple[Decimal, ...]:
        """A list of numbers within the bounds that is not empty, each written as `number` takes it."""
        value = self._value(key)
        listed = [written_number(one) for one in value] if isinstance(value, list | tuple) else []
        numbers = tuple(one for one in listed if one is not None and lowest <= one <= highest)
        if listed and len(numbers) == len(listed):
            return numbers
        self._wrong(key, f"应是一列 {lowest} 到 {highest} 之间的数")
        return ()

    def has(self, key: str) -> bool:
        """Whether the file says anything under `key`; asked where an older file may say nothing."""
        return key in self._values

    def is_null(self, key: str) -> bool:
        """Whether the value is there and says "none" on purpose."""
        return key in self._values and self._value(key) is None

    def section(self, key: str) -> "Section":
        inner = Section(self._value(key), self.at(key), self.faults if self._sound else [])
        self._inner.append(inner)
        return inner

    def rows(self, key: str, *, empty: bool = False) -> list["Section"]:
        """The rows of a list, each with a path such as `items[3]`; rows are counted from 1, as people count."""
        value = self._value(key)
        if not isinstance(value, list | tuple) or not (value or empty):
            self._wrong(key, "应是一个列表" if empty else "应是一个不为空的列表")
            return []
        rows = [
            Section(row, f"{self.at(key)}[{number}]", self.faults)
            for number, row in enumerate(value, 1)
        ]
        self._inner += rows
        return rows

    def refuse_repeats(self, key: str, values: Sequence[str], what: str) -> None:
        for value in sorted({value for value in values if values.count(value) > 1}):
            self.fault(key, f"{what}“{value}”重复")

    def finish(self) -> None:
        """Refuse the file if anything in it was wrong or is unknown. Raises `WrongRulebook`."""
        self._report_unknown()
        if self.faults:
            raise WrongRulebook(self.faults)

    def _value(self, key: str) -> object:
        self._read.add(key)
        return self._values.get(key)

    def _wrong(self, key: str, expected: str) -> None:
        if not self._sound:  # the fault is above, and has been named there
            return
        self.fault(
            key,
            f"{expected}，现为“{self._values[key]}”"
            if key in self._values
            else f"缺少此项，{expected}",
        )

    def _report_unknown(self) -> None:
        for key in self._values:
            if key not in self._read:
                self.fault(str(key), "不认识这一项，请删去或改正名称")
        for inner in self._inner:
            inner._report_unknown()
