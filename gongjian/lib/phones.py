"""Telephone numbers as the office writes them: mobile, or landline with area code and perhaps an
extension.
"""

import re
import unicodedata

from django.utils.crypto import salted_hmac

from gongjian.lib.crypto import UNREADABLE

WANTED = "应为 11 位手机号，或带区号的固定电话，如 0571-63312345"
PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")
MOBILE = re.compile(r"(?:(?:\+|00)?86-?)?(1[3-9]\d{9})")
LANDLINE = re.compile(
    r"(?:(?:\+|00)86-?)?\(?(010|02\d|0[3-9]\d{2})\)?-?([2-9]\d{6,7})(?:(?:-|转|ext\.?|x|#)(\d{1,6}))?",
    re.I,
)
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))


def check_phone(text: str) -> str:
    """The number in its one written form: 13812345678, 0571-63312345 or 0571-63312345-801.

    Full width, spaces, dashes, brackets and +86 are taken away. Raises ValueError with a Chinese
    sentence.
    """
    if PLAIN_MOBILE.fullmatch(text):
        return text
    typed = text.strip()
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed).translate(DASHES))
    mobile = MOBILE.fullmatch(re.sub(r"(?<=\d)-(?=\d)", "", bare))
    if mobile:
        return mobile[1]
    landline = LANDLINE.fullmatch(bare)
    if landline:
        return "-".join(part for part in landline.groups() if part)
    raise ValueError(f"“{typed}”{complaint(bare)}：{WANTED}")


def complaint(bare: str) -> str:
    digits = re.sub(r"\D", "", bare)
    if re.search(r"[/、,;]", bare):
        return "不止一个号码，只能填一个"
    if len(digits) in (7, 8) and digits == bare:
        return "没有区号"
    if digits == bare and digits.startswith("1"):
        if len(digits) != 11:
            return f"有 {len(digits)} 位，不是手机号"
        return "不是手机号"
    return "不是电话号码"


def mask(phone: str) -> str:
    """138****1234, 0571-****2345: enough to recognise a number, not enough to ring it.

    Masked once more it stays.
    """
    if is_masked(phone):
        return phone
    landline = LANDLINE.fullmatch(phone)
    if landline:
        return f"{landline[1]}-****{landline[2][-4:]}"
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    if len(phone) > 4:
        return f"****{phone[-2:]}"
    return "*" * len(phone)


def is_masked(phone: str) -> bool:
    """Whether this is no number but what was shown in its place."""
    return "*" in phone or phone == UNREADABLE


def phone_print(phone: str) -> str:
    """A print of a number: tells whether two are the same, and gives neither away."""
    if phone:
        return salted_hmac("gongjian.lib.phones", phone, algorithm="sha256").hexdigest()
    return ""
