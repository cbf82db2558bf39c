"""A frozen record read back from a file that anyone may have written."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from scoring.rules.refusals import Refused

_QUARTER = re.compile(r"(\d{4})Q([1-4])", re.ASCII)


def read_record(content: bytes) -> dict[str, Any]:
    """Return the record in a file.

    Raises `Refused` for what is no record, for whatever stands in it twice (of which a reader
    could take the one or the other), and for months that are not those of its quarter.
    """
    try:
        record = json.loads(
            content.decode(),
            object_pairs_hook=mapping_without_repeats,
            parse_float=refuse_float,
            parse_constant=refuse_float,
        )
    except Refused:
        raise
    except (ValueError, RecursionError) as wrong:
        raise Refused(f"不是 JSON 文件：{wrong}") from wrong
    if not isinstance(record, dict):
        raise Refused("不是定分快照")
    refuse_repeated_rows(record)
    refuse_other_months(record)
    return record


def mapping_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of these names and values. Raises `Refused` for a name that comes twice."""
    names = Counter(name for name, _ in pairs)
    repeated = [name for name, count in names.items() if count > 1]
    if repeated:
        raise Refused(f"同一处写了两个“{repeated[0]}”，不知道以哪个为准")
    return dict(pairs)


def refuse_float(figure: str) -> None:
    """Raise `Refused`: figures with decimals are text on record."""
    raise Refused(f"存档中不能有浮点数 {figure}")


def refuse_repeated_rows(record: Mapping[str, Any]) -> None:
    """Raise `Refused` for a community or a unit that is listed twice."""
    for name in ("communities", "results"):
        codes = [row["code"] for row in record.get(name, ())]
        _refuse_repeats(codes, "社区代码")
    for name in ("units", "unit_results"):
        keys = [f"{row['standing']} {row['ref']}" for row in record.get(name, ())]
        _refuse_repeats(keys, "单位")


def _refuse_repeats(keys: Iterable[str], what: str) -> None:
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    if repeated:
        raise Refused(f"{what} {'、'.join(repeated)} 列了不止一次")


def refuse_other_months(record: Mapping[str, Any]) -> None:
    """Raise `Refused` if the quarter's label is none, or names another quarter than its months."""
    label = str(record["quarter"])
    match = _QUARTER.fullmatch(label)
    if match is None:
        raise Refused(f"“{label}”不是季度，应写作 2026Q4")
    year, last_month = match[1], 3 * int(match[2])
    months = [f"{year}-{month:02d}" for month in range(last_month - 2, last_month + 1)]
    if record["months"] != months:
        listed = "、".join(record["months"])
        raise Refused(f"季度写的是 {label}，月份却是 {listed}")
