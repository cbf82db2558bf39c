"""Stages 5 to 7: assessors are drawn and lock their sheets; scores are gathered and published."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.demo import stories
from gongjian.demo.calendar import office_moment
from gongjian.demo.checks import has_no_toilet
from gongjian.demo.commendation import commend, plan_ahead
from gongjian.demo.findings import follow_finding
from gongjian.demo.naming import open_names_public_notice
from gongjian.demo.play import Play
from gongjian.demo.signatures import plan_signatures
from gongjian.demo.staff import acting
from gongjian.documents.services import submit_document
from gongjian.lib.checklists import ChecklistItem
from inspections.models.findings import FindingSource
from inspections.services.findings import report_finding
from scoring.models import Appeal, Score, Sheet
from scoring.services.appeals.handling import decide_appeal, precheck_appeal, verify_appeal
from scoring.services.appeals.raising import raise_appeal
from scoring.services.bulletins.publishing import draft_bulletins, publish_round
from scoring.services.corrections.approving import approve_correction
from scoring.services.corrections.correctable import subjects_of
from scoring.services.corrections.proposing import draft_correction
from scoring.services.records.freezing import freeze_round
from scoring.services.records.public_notice import open_public_notice
from scoring.services.rounds.drawing import Visits, draw_assessors
from scoring.services.rounds.opening import open_round
from scoring.services.scores.gathering import ask_to_gather
from scoring.services.sheets.filling import lock_sheet

SHEETS = 5
HOUR = timedelta(hours=1)
CENT = Decimal("0.01")


def plan_assessment(play: Play) -> None:
    """Plan the round from its draw to the circulars."""
    dates = play.dates
    if play.scale.is_commended:
        plan_ahead(play)
    play.plan(5, dates.drawn_at, draw)
    play.plan(6, dates.gathered_at, gather, alone=True)
    play.plan(6, dates.public_notice_at, put_scores_on_public_notice)
    if play.scale.appeals:
        play.plan(6, dates.frozen_at - HOUR, gather, alone=True)
    play.plan(6, dates.frozen_at, freeze)
    play.plan(7, dates.names_public_notice_at, open_names_public_notice)
    play.plan(7, dates.reported_at, draft_circulars)
    play.plan(7, dates.published_at, publish, alone=True)


def draw(play: Play, at: datetime) -> None:
    """The office opens the quarter's round and draws the assessors."""
    clerk = play.clerk(0, at)
    reference, dates = play.reference, play.dates
    days = {"starts_on": dates.assessed_from, "ends_on": dates.assessed_to}
    rules = {"rubric": reference.rubric, "checklist": reference.checklist}
    quarter = str(play.quarter)
    seed = f"{play.seed}-{quarter}"
    play.round = open_round(quarter=quarter, **rules, **days, seed=seed, by=clerk, at=at)
    draw_assessors(play.round, visits=Visits(each=SHEETS), by=clerk, at=at)
    plan_sheets(play)


def plan_sheets(play: Play) -> None:
    """Plan each assessor's visits; one in a community may report its worst problem at once."""
    round = play.round
    days = (round.ends_on - round.starts_on).days
    visited: set[int] = set()
    for sheet in Sheet.objects.filter(round=round).order_by("pk"):
        sheet.round = round
        sheet.community = play.by_pk[sheet.community_id]
        sheet.assessor = play.staff.users[sheet.assessor_id]
        random = play.random("sheet", sheet.community.code, sheet.assessor.username)
        day = round.starts_on + timedelta(days=random.randint(0, days))
        visited_at = office_moment(day, random)
        is_first = sheet.community_id not in visited
        reports = is_first and random.random() < play.scale.city_findings
        visited.add(sheet.community_id)
        play.plan(5, visited_at, fill_in, sheet, random, reports)


def fill_in(play: Play, sheet: Sheet, random: Random, reports: bool, at: datetime) -> None:
    """The assessor marks and locks the sheet, giving a reason where the marks stand out."""
    assessor = acting(sheet.assessor, at)
    community = sheet.community
    marks = {}
    for item in play.checklist.items:
        marks[item.code] = mark_of(play, community, item, random)
    fields = {"marks": marks, "visited_on": timezone.localdate(at)}
    try:
        lock_sheet(sheet, **fields, by=assessor, at=at)
    except ValidationError:
        lock_sheet(sheet, **fields, reason=stories.REASON, by=assessor, at=at)
    if reports:
        report_worst(play, community, marks, assessor, at)


def mark_of(play: Play, community: Community, item: ChecklistItem, random: Random) -> dict:
    """Return one assessor's mark of an item.

    All assessors see the same street; each sees a little more or less of what is wrong.
    """
    if item.code == "Q3" and has_no_toilet(play, community):
        return {"deducted": "0.00", "not_applicable": True, "note": ""}
    street = play.random("street", community.code, item.code).uniform(0.1, 1.9)
    eye = random.uniform(0.6, 1.4)
    share_lost = (1 - play.quality(community)) * street * eye
    step = item.cap / item.sample if item.sample else item.deduction
    steps = round(share_lost * float(item.points) / float(step))
    deducted = min(item.cap, step * steps)
    note = ""
    if deducted:
        note, _ = random.choice(stories.PROBLEMS[item.code])
    return {"deducted": f"{deducted:.2f}", "not_applicable": False, "note": note}


def worst_mark(marks: dict) -> tuple[str, Decimal]:
    """Return the code of the item that lost most, and how many points it lost."""
    points = {}
    for code, mark in marks.items():
        points[code] = Decimal(mark["deducted"])
    code = max(points, key=points.get)
    return code, points[code]


def report_worst(
    play: Play, community: Community, marks: dict, assessor: User, at: datetime
) -> None:
    """The assessor reports the worst problem, if anything was wrong."""
    code, deducted = worst_mark(marks)
    if not deducted:
        return
    description = marks[code]["note"]
    place = dict(stories.PROBLEMS[code])[description]
    department = play.departments.get(stories.DEPARTMENTS.get(code, ""))
    unit = department or community.group.lead_unit
    fields = {"item_code": code, "description": description, "place": place}
    fields |= {"source": FindingSource.CITY, "responsible_unit": unit}
    finding = report_finding(community=community, **fields, by=assessor, at=at)
    follow_finding(play, finding, 5)


def gather(play: Play, at: datetime) -> None:
    """The office asks for the scores and waits for the job that gathers them."""
    ask_to_gather(play.round, by=play.clerk(0, at), at=at)
    play.agenda.paperwork.finish()
    play.round.refresh_from_db()


def put_scores_on_public_notice(play: Play, at: datetime) -> None:
    """The office puts the scores on public notice; a few communities will appeal."""
    open_public_notice(play.round, by=play.clerk(0, at), at=at)
    scores = list(Score.objects.filter(round=play.round).order_by("rank", "pk"))
    appeals = play.scale.appeals
    step = len(scores) / (appeals + 1)
    ranks = {int((number + 1) * step) for number in range(appeals)}
    for number, rank in enumerate(sorted(ranks)):
        score = scores[rank]
        score.round = play.round
        score.community = play.by_pk[score.community_id]
        raised_at = at + timedelta(days=1, hours=number)
        play.plan(6, raised_at, appeal_worst_mark, score, number)


def appeal_worst_mark(play: Play, score: Score, number: int, at: datetime) -> None:
    """A community appeals against the worst mark of its lowest sheet."""
    community = score.community
    sheets = Sheet.objects.filter(round=score.round, community=community)
    sheet = sheets.order_by("total_points", "pk").first()
    code, deducted = worst_mark(sheet.marks)
    if not deducted:
        return
    reason = stories.APPEALS[number % len(stories.APPEALS)]
    fields = {"sheet": sheet, "item_code": code, "reason": reason}
    appeal = raise_appeal(score, **fields, by=play.worker(community, at), at=at)
    is_upheld = number == 0
    play.plan(6, at + 5 * HOUR, precheck, appeal, is_upheld)


def precheck(play: Play, appeal: Appeal, is_upheld: bool, at: datetime) -> None:
    clerk = play.clerk(0, at)
    precheck_appeal(appeal, admit=True, precheck=stories.PRECHECKED, by=clerk, at=at)
    play.plan(6, at + 19 * HOUR, verify, appeal, is_upheld)


def verify(play: Play, appeal: Appeal, is_upheld: bool, at: datetime) -> None:
    verify_appeal(appeal, finding=stories.VERIFIED, by=play.clerk(1, at), at=at)
    play.plan(6, at + 3 * HOUR, decide, appeal, is_upheld)


def decide(play: Play, appeal: Appeal, is_upheld: bool, at: datetime) -> None:
    """The director decides: an upheld appeal gives back half of what was deducted."""
    director = play.director(at)
    if is_upheld:
        _, deducted = worst_mark(appeal.sheet.marks)
        half = (deducted / 2).quantize(CENT)
        fields = {"uphold": True, "new_deducted": half, "decision": stories.UPHELD}
    else:
        fields = {"uphold": False, "new_deducted": None, "decision": stories.REFUSED}
    decide_appeal(appeal, **fields, by=director, at=at)


def freeze(play: Play, at: datetime) -> None:
    """A second person of the office checks and freezes."""
    freeze_round(play.round, by=play.clerk(1, at), at=at)


def draft_circulars(play: Play, at: datetime) -> None:
    clerk = play.clerk(0, at)
    issuer, dates = play.reference.issuer, play.dates
    for bulletin in draft_bulletins(play.round, issuer=issuer, by=clerk, at=at):
        submit_document(bulletin.document, by=clerk, at=at)
        plan_signatures(play, bulletin.document, dates.signed_at, dates.approved_at)


def publish(play: Play, at: datetime) -> None:
    """The office publishes once everything is printed; without a printer the quarter stops here."""
    if not play.agenda.paperwork.can_print:
        return
    play.agenda.paperwork.finish()
    publish_round(play.round, by=play.clerk(0, at), at=at)
    if play.scale.is_commended:
        play.plan(7, at + HOUR, commend)
        play.plan(7, at + 2 * HOUR, correct)


def correct(play: Play, at: datetime) -> None:
    """A self-check handed in on time had been counted late: one correction, with its circular."""
    late = first_late_month(play.round.frozen)
    if late is None:
        return
    code, month = late
    community = next(place for place in play.communities if place.code == code)
    subjects = subjects_of(play.round, play.round.frozen, community)
    subject = next(candidate for candidate in subjects if candidate.key == month)
    clerk = play.clerk(0, at)
    fields = {"subject": subject, "new": "on_time", **stories.CORRECTION}
    correction = draft_correction(play.round, community=community, **fields, by=clerk, at=at)
    approve_correction(correction, by=play.director(at), at=at)
    submit_document(correction.document, by=clerk, at=at)
    plan_signatures(play, correction.document, at + HOUR, at + 5 * HOUR)


def first_late_month(frozen: dict) -> tuple[str, str] | None:
    """Return code and month of the first self-check that the frozen quarter counts as late."""
    for community in frozen["communities"]:
        for month, answer in community["self_checks"].items():
            if answer == "late":
                return community["code"], month
    return None
