"""A version of the rubric is adopted: from then on rounds can be opened by it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.workflow import require
from scoring.models import Rubric
from scoring.permissions import may_adopt_rubric
from scoring.rules.rubrics.rubric import load_rubric


def adopt_rubric(
    *, version: str, title: str, content: dict[str, Any], at: datetime, by: User | None = None
) -> Rubric:
    """Adopt a version of the rubric; the same version once more changes nothing.

    `by` is None for the version that comes with the program. Raises WrongRulebook, naming every
    wrong value, and ValidationError at `version` when that one is there with other content.
    """
    require(by is None or may_adopt_rubric(by), "只有共建办可以启用评分细则")
    load_rubric(content, is_new=True)
    fields = {"title": title, "content": content, "created_at": at}
    with transaction.atomic():
        rubric, is_new = Rubric.objects.get_or_create(version=version, defaults=fields)
        if is_new:
            record(rubric, "scoring.rubric.adopt", by=by, at=at, version=version)
        elif rubric.content != content:
            message = f"评分细则 {version} 已经启用，内容不能改动；请用新的版本号"
            raise ValidationError({"version": message})
    return rubric
