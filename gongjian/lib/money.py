"""Yuan as the office writes, reads and spells them. Always Decimal with two places, never float."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 10  # what a Decimal(12,2) column holds
AMOUNT = re.compile(r"[¥￥]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(万?)元?", re.ASCII)
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")


def format_yuan(amount: Decimal) -> str:
    """48,600.00 元; rounded half up to the cent."""
    return f"{amount.quantize(CENT, ROUND_HALF_UP):,} 元"


def parse_yuan(text: str) -> Decimal:
    """Yuan from what people type: 48,600.5 · ４８６００元 · ¥48600 · 4.86万元.

    Raises ValueError, in Chinese, for text, negative amounts, parts of a cent and 10,000,000,000
    yuan or more.
    """
    typed = text.strip()
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).removeprefix("人民币")
    if not bare:
        raise ValueError("请填写金额。")
    if bare.startswith(("-", "−", "负")):
        raise ValueError(f"“{typed}”是负数：金额不能小于 0。")
    match = AMOUNT.fullmatch(bare)
    if not match:
        raise ValueError(f"“{typed}”不是金额：请只填数字，如 48600.50 或 4.86万元。")
    whole, fraction, wan = match.groups()
    amount = Decimal(whole.replace(",", "") + (fraction or "")) * (10_000 if wan else 1)
    if amount >= LIMIT:
        raise ValueError(f"“{typed}”太大：金额应小于 100 亿元。")
    if amount != amount.quantize(CENT):
        raise ValueError(f"“{typed}”不足一分：元后最多两位小数。")
    return amount.quantize(CENT)


def in_words(amount: Decimal) -> str:
    """肆万捌仟陆佰元整: the capital figures of a receipt, without the printed 人民币 before them.

    正确填写票据和结算凭证的基本规定: 整 after 元 or 角, 零 for zeros between figures. Raises
    ValueError when negative, finer than a cent or 1,000,000,000,000 yuan or more.
    """
    if not amount.is_finite() or amount < 0 or amount >= 10**12 or amount != amount.quantize(CENT):
        raise ValueError("大写金额应在 0 到一万亿元之间，最多两位小数。")
    cents = int(amount * 100)
    yuan = cents // 100
    jiao = cents // 10 % 10
    fen = cents % 10
    words = ""
    if yuan or not cents:
        words = f"{whole_in_words(yuan)}元"
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        words += "零"
    return words + (f"{DIGITS[fen]}分" if fen else "整")


def whole_in_words(number: int) -> str:
    """0 to 999,999,999,999 in groups of four figures."""
    words, higher = "", 0
    for index in range(len(GROUPS) - 1, -1, -1):
        group = number // 10_000**index % 10_000
        if group:
            zero_between = words and (higher % 10 == 0 or group < 1000)
            words += ("零" if zero_between else "") + four_in_words(group) + GROUPS[index]
        higher = group
    return words or "零"


def four_in_words(group: int) -> str:
    words, pending_zero = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            pending_zero = bool(words)
            continue
        words += ("零" if pending_zero else "") + DIGITS[digit] + PLACES[place]
        pending_zero = False
    return words
