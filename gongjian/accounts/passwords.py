"""What a password must be.

Which of these rules hold is the password profile's (`settings.PASSWORD_PROFILES`).
"""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError

from gongjian.accounts.models import UsedPassword

CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
ENOUGH_CLASSES = 3
WORDS = (
    "gongjian",
    "shequ",
    "mima",
    "password",
    "passwd",
    "admin",
    "guanli",
    "welcome",
    "qwerty",
    "abc",
)
YEAR = re.compile(r"(19|20)\d\d")
RUN = re.compile(r"0?123456789?0?|12345|1234|123|(\d)\1+")
SEPARATORS = re.compile(r"[\W_]+")
# How many letters and figures must be left when the words that everybody here would try are taken
# away.
ENOUGH_LEFT = 6


class LongEnough:
    """At least so many characters; there is no upper limit short of the form's own, and spaces
    count.
    """

    def __init__(self, least: int) -> None:
        self.least = least

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < self.least:
            raise ValidationError(
                f"密码太短：现有 {len(password)} 个字符，至少要 {self.least} 个。", "too_short"
            )

    def get_help_text(self) -> str:
        return f"至少 {self.least} 个字符，可以更长，可以粘贴。"


class ThreeClasses:
    """Three of the four classes of characters (GB/T 22239-2019, 8.1.4.1 a)."""

    def validate(self, password: str, user: Any = None) -> None:
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < ENOUGH_CLASSES:
            raise ValidationError(
                "密码太单一：大写字母、小写字母、数字、符号四种里至少要有三种。", "too_few_classes"
            )

    def get_help_text(self) -> str:
        return "大写字母、小写字母、数字、符号四种里至少有三种。"


class NotOnTheCommonList(CommonPasswordValidator):
    """Not one of the 20,000 most used passwords of the list that Django brings."""

    def get_error_message(self) -> str:
        return "这个密码在常用密码表里，最先被人试到。请换一个。"

    def validate(self, password: str, user: Any = None) -> None:
        if password.lower().strip() in self.passwords:
            raise ValidationError(self.get_error_message(), "password_too_common")

    def get_help_text(self) -> str:
        return "不能是常用密码。"


class NotMadeOfOurWords:
    """Not merely the city's name, the system's, a year and a row of figures put together."""

    def validate(self, password: str, user: Any = None) -> None:
        remainder = password.lower()
        words_found = []
        for word in sorted(our_words(), key=len, reverse=True):
            if word in remainder:
                words_found.append(word)
                remainder = remainder.replace(word, " ")
        remainder = SEPARATORS.sub("", RUN.sub(" ", YEAR.sub(" ", remainder)))
        if len(remainder) < ENOUGH_LEFT and (
            words_found or remainder != SEPARATORS.sub("", password.lower())
        ):
            words_named = ""
            if words_found:
                words_named = f"（{'、'.join(words_found)}）"
            raise ValidationError(
                f"密码里大半是本地人都会想到的词{words_named}、年份或连续数字，容易被猜中。请换一个。",
                "our_words",
            )

    def get_help_text(self) -> str:
        return "不能只由城市名、系统名、年份和连续数字拼成。"


def our_words() -> set[str]:
    """The words everybody in this city would try first."""
    city = {settings.CITY, settings.CITY.removesuffix("市"), settings.OFFICE_NAME}
    our_words = set()
    for word in (*WORDS, *settings.PASSWORD_WORDS, *city):
        if word:
            our_words.add(word.lower())
    return our_words


class NotLikeTheAccount(UserAttributeSimilarityValidator):
    """Not the account's own name, the person's or his telephone number, nor much like them."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("username", "name", "phone"))

    def validate(self, password: str, user: Any = None) -> None:
        try:
            super().validate(password, user)
        except ValidationError as wrong:
            raise ValidationError(
                "密码和您的账号、姓名或电话太像。请换一个。", "too_similar"
            ) from wrong

    def get_help_text(self) -> str:
        return "不能和自己的账号、姓名、电话相像。"


class NotUsedBefore:
    """None of the last passwords, the present one included."""

    def __init__(self, last: int) -> None:
        self.last = last

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or not user.pk:
            return
        used_passwords = UsedPassword.objects.filter(user=user).order_by("-pk")
        used = used_passwords.values_list("hash", flat=True)[: self.last]
        if any(check_password(password, encoded) for encoded in {*used, user.password}):
            raise ValidationError(
                f"这个密码用过了：最近 {self.last} 次用过的密码不能再用。", "used_before"
            )

    def get_help_text(self) -> str:
        return f"不能和最近 {self.last} 次用过的密码相同。"
