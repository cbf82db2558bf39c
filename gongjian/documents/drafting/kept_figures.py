"""The figures of a generated draft: the drafter edits words, never figures.

A figure is a number with its unit (84.20分, 3个, 66.7%), or a number with a decimal point. Dates,
lengths of time, headings, 第3条 and 〔2026〕12号 are words. 二十三件 is read as 23件.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

UNITS = (
    "个百分点|百分点|分钟|平方米|公里|万元|亿元|元|分|%|个|件|份|名|次|家|位|处|户|人|条|起|场|批|"
    "项|张|辆|倍|成"
)
_TIME = "(?!工作日|自然日|月|季度|小时|星期|年|名义|条件|人才)"
_SPAN = "(?:至|到|-|—|–|~|～)"
# Bounded: a row of ten thousand digits, tried from each of them, held a page for 12 seconds.
_NUMBER = r"[+\-−]?\d[\d,]{0,23}(?:\.\d{1,24})?"
_HAN = "[〇零一二两三四五六七八九十百千万亿]"
_FIGURE = re.compile(
    rf"(?P<place>第)?(?P<number>{_NUMBER}(?:{_SPAN}{_NUMBER})?)\s*(?P<about>余|多|来)?(?P<unit>{UNITS}){_TIME}"
    r"|(?<![\d第.])(?P<bare>[+\-−]?\d[\d,]*\.\d+)(?![\d.])"
    rf"|(?P<percent>百分之)(?P<share>{_HAN}+(?:点{_HAN}+)?)"
    rf"|(?<![第{_HAN[1:-1]}])(?P<han>{_HAN}{{2,}})(?P<han_unit>{UNITS}){_TIME}"
)
_CLAUSE = ("条", "项")
_STOP = re.compile(r"[^。；！？\n]+[。；！？]?")
_ENOUGH = 40
_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True)
class Sentence:
    """A sentence and the figures in it, in their order."""

    text: str
    figures: tuple[str, ...]


def figures_in(text: str) -> list[str]:
    """Every figure of a text in its order, written one way: full-width digits, blanks and 一百 made
    plain.
    """
    figures = []
    for figure, _, _ in _found(text):
        figures.append(figure)
    return figures


def sentences_of(text: str) -> list[Sentence]:
    """The sentences that hold figures."""
    sentences = (Sentence(part.strip(), tuple(figures_in(part))) for part in _STOP.findall(text))
    return [sentence for sentence in sentences if sentence.figures]


def kept_from(text: str) -> list[list[str]]:
    """What is kept of a generated text: the figures of each of its sentences, for a JSON column."""
    return [list(sentence.figures) for sentence in sentences_of(text)]


def changed_figures(original: Sequence[Sequence[str]], text: str) -> list[str]:
    """What an edited text says in figures that the generated one did not, a sentence each; none
    when all is well.

    Sentences may go, move, be parted, or be joined with the next; a figure that comes anew, comes
    more often, or stands where another stood is named with its sentence.
    """
    unused = Counter(itertools.chain.from_iterable(original))
    faults = []
    for sentence in sentences_of(text):
        strange = []
        for figure in dict.fromkeys(sentence.figures):
            if sentence.figures.count(figure) > unused[figure]:
                strange.append(figure)
        unused.subtract(sentence.figures)
        if strange:
            texts = [f"“{figure}”" for figure in strange]
            missing = "、".join(texts)
            where = f"{missing}不是原稿在这里的数字：“{_short(sentence.text)}”"
            faults.append(f"{where}。数字出自数据，不能增加或改动")
        elif not _in_order(sentence.figures, original):
            missing = "、".join(f"“{figure}”" for figure in sentence.figures)
            where = f"{missing}与原稿的先后或归属不同：“{_short(sentence.text)}”"
            faults.append(f"{where}。数字不能调换，请照原稿写")
    return faults


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a figure: for a page to mark them."""
    at = 0
    for _, start, end in _found(text):
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    narrows = [_narrow(sign) for sign in text]
    plain = "".join(narrows)
    for match in _FIGURE.finditer(plain):
        if match["place"] and match["unit"] in _CLAUSE:
            continue
        yield _written(match), match.start(), match.end()


def _narrow(sign: str) -> str:
    """Full-width digits and signs as plain ones, one for one, so that places stay."""
    plain = unicodedata.normalize("NFKC", sign)
    if len(plain) == 1 and (plain.isdigit() or plain in "%+-."):
        return plain
    return sign


def _written(match: re.Match[str]) -> str:
    parts: dict[str, Any] = match.groupdict()
    if parts["bare"]:
        return _plain(parts["bare"])
    if parts["percent"]:
        whole, _, rest = parts["share"].partition("点")
        number = _arabic(whole)
        if rest:
            number += "." + "".join(map(_arabic, rest))
        return f"{number}%"
    if parts["han"]:
        arabic = _arabic(parts["han"])
        return f"{arabic}{parts['han_unit']}"
    plain = _plain(parts["number"])
    return f"{parts['place'] or ''}{plain}{parts['about'] or ''}{parts['unit']}"


def _plain(number: str) -> str:
    return number.replace(",", "").replace("−", "-").removeprefix("+")


def _arabic(han: str) -> str:
    """A number in characters as digits: 二十三 23, 一百〇五 105, 二〇二六 2026; what is no number
    stays as it is.
    """
    if not any(sign in _TENS or sign in _MYRIADS for sign in han):
        return "".join(str(_DIGITS[sign]) for sign in han)
    total = part = digit = 0
    for sign in han:
        if sign in _TENS:
            part += (digit or 1) * _TENS[sign]
            digit = 0
        elif sign in _MYRIADS:
            total = (total + part + digit) * _MYRIADS[sign]
            part = digit = 0
        else:
            digit = _DIGITS[sign]
    return str(total + part + digit)


def _in_order(figures: Sequence[str], original: Sequence[Sequence[str]]) -> bool:
    """Whether the figures run as in one sentence of the original, or in one and the next."""
    for place, sentence in enumerate(original):
        following = original[place + 1] if place + 1 < len(original) else ()
        if _runs(figures, [*sentence, *following]):
            return True
    return False


def _runs(figures: Sequence[str], among: Sequence[str]) -> bool:
    rest = iter(among)
    return all(figure in rest for figure in figures)


def _short(text: str) -> str:
    if len(text) <= _ENOUGH:
        return text
    return f"{text[:_ENOUGH]}……"
