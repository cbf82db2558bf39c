"""The parts of a round's page for the office: what hinders the next step, what it can enter."""

from datetime import date
from typing import Any

from gongjian.accounts.models import User
from gongjian.jobs.models import Job
from scoring.models import Round
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round, may_see_draw
from scoring.services.bulletins import publishing
from scoring.services.corrections.proposing import OPEN_TO_CORRECTION
from scoring.services.honours import quarter_lists
from scoring.services.readings import adjustments
from scoring.services.records import freezing
from scoring.services.scores import gathering
from scoring.services.scores.missing import missing_for
from scoring.services.sheets.handing_over import orphaned_sheets


def office_sections(round: Round, user: User, today: date) -> dict[str, Any]:
    """Return what the page says to the office; the auditor reads what hinders the next step."""
    sections: dict[str, Any] = {}
    if may_see_draw(user, round):
        sections["hindrances"] = hindrances(round, today)
    if may_run_round(user):
        sections["adjustments"] = {
            "count": adjustments.count_cases(round),
            "is_open": round.status in adjustments.OPEN,
        }
        sections["readings"] = readings_to_enter(round)
        sections["may_nominate"] = round.status == RoundStatus.FROZEN
        sections["may_correct"] = round.status in OPEN_TO_CORRECTION
        if round.status == RoundStatus.ASSESSING:
            sections["orphaned"] = orphaned_sheets(round, on=today).count()
    return sections


def hindrances(round: Round, today: date) -> list[str]:
    """Return what still keeps the office from the next step."""
    match round.status:
        case RoundStatus.ASSESSING | RoundStatus.GATHERED:
            return missing_for(round, on=today)
        case RoundStatus.ON_PUBLIC_NOTICE:
            return freezing.hindrances_to_freezing(round, on=today)
        case RoundStatus.FROZEN:
            return quarter_lists.hindrances_to_reporting(round, on=today)
        case RoundStatus.REPORTED:
            documents = publishing.unpublished_documents(round)
            return [
                f"《{document.title}》{document.get_status_display()}" for document in documents
            ]
    return []


def readings_to_enter(round: Round) -> dict[str, Any] | None:
    """Return the measured components and how many are absent; None where the rubric has neither."""
    rubric = round.rubric.rules
    if not (rubric.measured or rubric.ranking.lists_absent):
        return None
    names = [rules.name for rules in rubric.measured]
    return {"measured": names, "absent": round.absences.in_force().count()}


def last_job(round: Round, user: User) -> Job | None:
    """Return the gathering or freezing of the round that was asked for last."""
    kinds = (gathering.KIND, freezing.KIND)
    jobs = Job.objects.visible_to(user).filter(kind__in=kinds, key=round.quarter)
    return jobs.order_by("-at", "-pk").first()
