"""The Chinese numerals by which documents number their chapters and paragraphs."""

DIGITS = "零一二三四五六七八九"
HIGHEST = 99


def chinese_numeral(number: int) -> str:
    """Return 一, 十, 十二, 二十, 二十一. Raises ValueError outside 1..99."""
    if not 1 <= number <= HIGHEST:
        raise ValueError(f"编号应在 1 至 {HIGHEST} 之间，现为 {number}")
    tens, ones = divmod(number, 10)
    written = ""
    if tens:
        written = "十" if tens == 1 else f"{DIGITS[tens]}十"
    if ones:
        written += DIGITS[ones]
    return written
