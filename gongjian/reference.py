"""What a site needs before its first quarter: the issuing office, the checklist and the rubric in force."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from gongjian.documents.models import Issuer
from inspections.models import Checklist
from inspections.services.checklists import adopt_checklist
from scoring.models import Rubric
from scoring.services.rounds.setting_up import adopt_rubric

CHECKLIST = settings.BASE_DIR / "inspections" / "checklists" / "v2.json"
RUBRIC = settings.BASE_DIR / "scoring" / "rubrics" / "default.json"


@dataclass(frozen=True)
class Reference:
    issuer: Issuer
    checklist: Checklist
    rubric: Rubric


def adopt_reference(*, valid_from: date, at: datetime) -> Reference:
    """Put the office's name on its documents and the checklist and rubric in force; a second time changes nothing."""
    office = settings.OFFICE_NAME
    issuer, _ = Issuer.objects.get_or_create(
        name=office,
        defaults={
            "mark": f"{office}文件",
            "code": f"{settings.CITY[0]}共建办",
            "printed_by": office,
        },
    )
    checklist, rubric = (
        json.loads(path.read_text(encoding="utf-8")) for path in (CHECKLIST, RUBRIC)
    )
    return Reference(
        issuer,
        adopt_checklist(
            version=checklist["version"],
            title=checklist["name"],
            valid_from=valid_from,
            content=checklist,
            at=at,
        ),
        adopt_rubric(version=rubric["version"], title=rubric["name"], content=rubric, at=at),
    )
