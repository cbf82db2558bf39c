"""What a site needs before its first quarter: the issuing office, a checklist and a rubric."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from gongjian.documents.models import Issuer
from inspections.models import Checklist
from inspections.services.checklists import adopt_checklist
from scoring.models import Rubric
from scoring.services.rubrics.adopting import adopt_rubric

CHECKLIST = settings.BASE_DIR / "inspections" / "checklists" / "v2.json"
RUBRIC = settings.BASE_DIR / "scoring" / "rubrics" / "default.json"


@dataclass(frozen=True)
class Reference:
    issuer: Issuer
    checklist: Checklist
    rubric: Rubric


def adopt_reference(*, valid_from: date, at: datetime) -> Reference:
    """Enter the issuing office and put the checklist and the rubric in force.

    A second time changes nothing.
    """
    office = settings.OFFICE_NAME
    code = f"{settings.CITY[0]}共建办"
    fields = {"mark": f"{office}文件", "code": code, "printed_by": office}
    issuer, _ = Issuer.objects.get_or_create(name=office, defaults=fields)
    content = json.loads(CHECKLIST.read_text(encoding="utf-8"))
    fields = {"version": content["version"], "title": content["name"], "content": content}
    checklist = adopt_checklist(valid_from=valid_from, **fields, at=at)
    content = json.loads(RUBRIC.read_text(encoding="utf-8"))
    fields = {"version": content["version"], "title": content["name"], "content": content}
    rubric = adopt_rubric(**fields, at=at)
    return Reference(issuer, checklist, rubric)
