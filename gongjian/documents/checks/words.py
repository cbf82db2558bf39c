"""The words themselves: number, title, date, headings, punctuation (§7.2.5, §7.3, §9).

No place on paper is measured.

Only the number's form blocks: whatever depends on sense is a warning, for the drafter to judge.
"""

import re
from collections.abc import Iterator

from gongjian.documents.checks.printed import Printed
from gongjian.documents.checks.remarks import Remark, error, habit, warning
from gongjian.documents.layout.printed_sheet import PrintedSheet

HAN = "\u4e00-\u9fff"
_NUMBER = re.compile(r"[^〔〕第]*〔\d{4}〕[1-9]\d*号")
_CITED = re.compile(rf"[{HAN}]+[（(\[【［]\d{{4}}[）)\]】］]\s*第?\d+号")
_CITED_ORDINAL = re.compile(rf"[{HAN}]+〔\d{{4}}〕(?:第\d+|0\d*)号")
_HALF_WIDTH = re.compile(rf"[{HAN}][,;:?!]|[,;:?!][{HAN}]")
_CHINESE_YEAR = re.compile(r"[二一][〇○零oO0一二三四五六七八九]{3}年")
_SHORT_YEAR = re.compile(r"(?<!\d)\d{2}年\d{1,2}月")
_LEVELS = (
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"（[一二三四五六七八九十]+）"),
    re.compile(r"\d{1,2}[.．](?!\d)"),
    re.compile(r"（\d{1,2}）"),
)
_PAIRS = {"（": "）", "《": "》", "“": "”", "〔": "〕", "【": "】"}
_REQUESTS = ("请批示", "请批复", "请审批", "请予批准")


def number(printed: Printed) -> Iterator[Remark]:
    """机关代字〔2026〕12号; a draft has no serial yet."""
    sheet = printed.sheet
    if sheet.draft and re.fullmatch(r"[^〔〕]*〔\d{4}〕\s*号", sheet.number):
        return
    if sheet.is_minutes and re.fullmatch(r"[^〔〕]*(〔\d{4}〕)?第?\d+[号期]", sheet.number):
        return
    if not _NUMBER.fullmatch(sheet.number):
        message = "发文字号应为“机关代字〔2026〕12号”：年份用全称和六角括号，不加“第”，不编虚位"
        yield error("7.2.5", message, page=1)


def title(printed: Printed) -> Iterator[Remark]:
    """The matter and the kind; no stop at the end."""
    sheet = printed.sheet
    words = "".join(sheet.title.split())
    names_kind = words.endswith(sheet.kind) or sheet.kind in words[-8:]
    if not names_kind and not sheet.is_minutes:
        yield warning("7.3.1", f"标题应写明文种，以“{sheet.kind}”结尾", page=1)
    if words.endswith(tuple("。，；：、！")):
        yield warning("7.3.1", "标题末尾不用标点符号", page=1)
    if "关于" not in words and not sheet.is_minutes:
        sentence = "标题一般写作“关于……的" + sheet.kind + "”"
        yield habit("7.3.1", sentence, page=1)
    if re.search(r"[,;:()]", words):
        yield warning("9", "标题中的标点应用全角", page=1)


_SENT_TO_SOMEBODY = {"通知", "请示", "报告", "函", "批复", "意见"}


def recipients(printed: Printed) -> Iterator[Remark]:
    sheet = printed.sheet
    has_recipient = bool(sheet.main_recipient.strip())
    if sheet.kind in _SENT_TO_SOMEBODY and not has_recipient:
        yield warning("7.3.2", f"{sheet.kind}应写明主送机关", page=1)
    if sheet.kind == "请示" and re.search("[、，]", sheet.main_recipient):
        yield warning("7.3.2", "请示一般只写一个主送机关，其他机关列入抄送", page=1)
    if re.search(r"[,;]", sheet.main_recipient + sheet.copy_recipients):
        yield warning("9", "主送、抄送机关之间应用全角的顿号、逗号", page=1)


def contact(printed: Printed) -> Iterator[Remark]:
    """A request names in its 附注 whom the higher organ may ask (practice since 国发〔2000〕23号
    art. 10).
    """
    if printed.sheet.kind == "请示" and "联系人" not in printed.sheet.note:
        yield habit("7.3.6", "请示宜在附注写明联系人和电话")


def no_recipients(printed: Printed) -> Iterator[Remark]:
    """What is put before the public is sent to nobody in particular."""
    if printed.sheet.kind == "公示" and printed.sheet.main_recipient.strip():
        yield warning("7.3.2", "公示面向社会，不写主送机关")


def requests(printed: Printed) -> Iterator[Remark]:
    """A report asks for nothing."""
    sheet = printed.sheet
    if sheet.kind == "报告" and any(words in sheet.body for words in _REQUESTS):
        yield warning("7.3.3", "报告不得夹带请示事项（公文处理工作条例第十五条），请另文请示")


def attachments_named(printed: Printed) -> Iterator[Remark]:
    sheet = printed.sheet
    if re.search(r"见附件|附件\d", sheet.body) and not sheet.attachments:
        yield warning("7.3.4", "正文提到附件，但这份公文没有附件")
    numbers = re.findall(r"附件(\d{1,2})", sheet.body)
    highest = max(map(int, numbers), default=0)
    if sheet.attachments and highest > len(sheet.attachments):
        sentence = f"正文提到附件{highest}，但只有 {len(sheet.attachments)} 个附件"
        yield warning("7.3.4", sentence)


def cited_numbers(printed: Printed) -> Iterator[Remark]:
    """Numbers of other documents: six-cornered brackets, no 第, no leading zero."""
    for number in _CITED.findall(printed.sheet.body):
        sentence = f"“{number[-14:]}”的年份应用六角括号〔〕，不加“第”"
        yield warning("7.2.5", sentence)
    for number in _CITED_ORDINAL.findall(printed.sheet.body):
        yield warning("7.2.5", f"“{number[-14:]}”的序号不加“第”，不编虚位")


def dates(printed: Printed) -> Iterator[Remark]:
    for year in _CHINESE_YEAR.findall(printed.sheet.body):
        yield warning("7.3.5.4", f"“{year}”应改用阿拉伯数字")
    for year in _SHORT_YEAR.findall(printed.sheet.body):
        yield warning("9", f"“{year}”的年份应写全四位")


def heading_order(printed: Printed) -> Iterator[Remark]:
    """一、 then （一） then 1. then （1）; a level may be left out at the end, not in the
    middle.
    """
    seen = 0
    for line in printed.sheet.body.splitlines():
        words = line.strip()
        if re.match(r"\d{1,2}、", words):
            sentence = f"“{words[:6]}”的数字后应用“.”，不用“、”"
            yield warning("7.3.3", sentence)
        if re.match(r"（[一二三四五六七八九十]+）、", words):
            yield warning("7.3.3", f"“{words[:6]}”的括号后不加“、”")
        level = next((place for place, start in enumerate(_LEVELS, 1) if start.match(words)), 0)
        if level > seen + 1 and not (level == 3 and seen == 1):
            yield habit("7.3.3", f"“{words[:8]}”越过了上一级层次序数（一、（一）1.（1））")
        seen = level or seen


def half_width(printed: Printed) -> Iterator[Remark]:
    places = _HALF_WIDTH.findall(printed.sheet.body)
    for words in dict.fromkeys(places):
        yield warning("9", f"“{words}”中的标点应用全角")


def pairs(printed: Printed) -> Iterator[Remark]:
    lines = [line.strip() for line in printed.sheet.body.splitlines()]
    for place, words in enumerate(filter(None, lines), 1):
        for opening, right in _PAIRS.items():
            if words.count(opening) != words.count(right):
                sentence = f"正文第 {place} 段的{opening}{right}没有配对"
                yield warning("9", sentence)


def doubled_stops(printed: Printed) -> Iterator[Remark]:
    for fromkey in dict.fromkeys(re.findall("[，。；：、]{2,}", printed.sheet.body)):
        yield warning("9", f"标点“{fromkey}”重复")


def no_blank_page_words(printed: Printed) -> Iterator[Remark]:
    if "此页无正文" in printed.sheet.body:
        yield error("7.3.5.5", "不得用“此页无正文”的办法；请删去，版面会自动调整")


def joint_number(printed: Printed) -> Iterator[Remark]:
    """A joint issue carries the host's number, no more than one."""
    if _sheet_is_joint(printed.sheet) and printed.sheet.number.count("〔") > 1:
        yield error("7.2.5", "联合行文只用主办机关的发文字号", page=1)


def _sheet_is_joint(sheet: PrintedSheet) -> bool:
    return len(sheet.joint_names) > 1


RULES = (
    number,
    title,
    recipients,
    contact,
    no_recipients,
    requests,
    attachments_named,
    cited_numbers,
    dates,
    heading_order,
    half_width,
    pairs,
    doubled_stops,
    no_blank_page_words,
    joint_number,
)
