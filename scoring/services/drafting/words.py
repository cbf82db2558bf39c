"""The words of a circular before it is a document, and the chapters and tables in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gongjian.lib.numerals import chinese_numeral

POLICY = "《社区共建实施意见》"
EVERYONE = "各社区共建领导小组，各牵头单位、共建单位，有关职能部门"

# Label, alignment and width in percent of a printed column.
PrintedColumn = tuple[str, str, int]
# A heading and its paragraphs.
Chapter = tuple[str, Iterable[str]]


@dataclass(frozen=True)
class Annex:
    """One attachment as a document stores it, and the JPEGs that it names."""

    attachment: dict[str, Any]
    pictures: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class CircularWords:
    """What a drafter finds on the table: body one paragraph a line, headings as 一、（一）1."""

    title: str
    body: str
    main_recipient: str = EVERYONE
    attachments: list[dict[str, Any]] = field(default_factory=list)
    # The JPEGs that the attachments name.
    pictures: list[bytes] = field(default_factory=list)


def with_annexes(words: CircularWords, annexes: Iterable[Annex]) -> CircularWords:
    """Return the same words with more attachments."""
    attachments = list(words.attachments)
    pictures = list(words.pictures)
    for annex in annexes:
        attachments.append(annex.attachment)
        pictures += annex.pictures
    return CircularWords(words.title, words.body, words.main_recipient, attachments, pictures)


def printed_table(
    title: str, columns: Sequence[PrintedColumn], rows: Iterable[Sequence[str]], text: str = ""
) -> dict[str, Any]:
    """Return an attachment that is one table, with a line of text below it where there is one."""
    labelled = [{"label": label, "align": align, "width": width} for label, align, width in columns]
    table = {"columns": labelled, "rows": [list(row) for row in rows]}
    attachment: dict[str, Any] = {"title": title, "table": table}
    if text:
        attachment["text"] = text
    return attachment


def in_chapters(chapters: Iterable[Chapter]) -> list[str]:
    """Return lines: each heading as 一、二、三、 with its paragraphs below."""
    lines: list[str] = []
    for number, (heading, paragraphs) in enumerate(chapters, 1):
        lines.append(f"{chinese_numeral(number)}、{heading}")
        lines += paragraphs
    return lines


def numbered_in_brackets(paragraphs: Iterable[str]) -> list[str]:
    """Return the paragraphs as （一）（二）（三）."""
    return [f"（{chinese_numeral(number)}）{text}" for number, text in enumerate(paragraphs, 1)]


def numbered(paragraphs: Iterable[str]) -> list[str]:
    """Return the paragraphs as 1. 2. 3."""
    return [f"{number}. {text}" for number, text in enumerate(paragraphs, 1)]


def month_in_text(day: date) -> str:
    """Return the month of a day as documents print it: 2026年7月."""
    return f"{day.year}年{day.month}月"
