"""The two refusals people meet most, in office words: Django's own speak of fields and variables."""

from django.core.validators import MaxLengthValidator
from django.forms import Field

REQUIRED = "请填写这一项"
TOO_LONG = "最多 %(limit_value)d 字，现在 %(show_value)d 字，请删减"


def speak_plainly() -> None:
    """Let every form made from now on use the words above; fields with words of their own keep
    them.
    """
    Field.default_error_messages = {**Field.default_error_messages, "required": REQUIRED}
    MaxLengthValidator.message = TOO_LONG
