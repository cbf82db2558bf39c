"""Stages 5 to 7: assessors are drawn and lock their sheets; scores are gathered, laid open, frozen and published."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.core.exceptions import ValidationError
from django.utils import timezone

from gongjian.demo import stories
from gongjian.demo.calendar import office_moment
from gongjian.demo.commendation import commend, plan_ahead
from gongjian.demo.findings import follow_finding
from gongjian.demo.naming import lay_names_open
from gongjian.demo.play import Play
from gongjian.demo.signatures import plan_signatures
from gongjian.demo.staff import acting
from gongjian.documents.services import submit_document
from gongjian.lib.checklists import Checklist, ChecklistItem
from inspections.models import Checklist as Version
from inspections.models.findings import Source
from inspections.services.findings import report_finding
from scoring.models import Round, Score, Sheet
from scoring.services.appeals.handling import (
    decide_appeal,
    precheck_appeal,
    raise_appeal,
    verify_appeal,
)
from scoring.services.bulletins.publishing import draft_bulletins, publish_round
from scoring.services.corrections.approving import approve_correction
from scoring.services.corrections.correctable import subjects_of
from scoring.services.corrections.proposing import draft_correction
from scoring.services.records.freezing import freeze_round, open_notice
from scoring.services.rounds.setting_up import Visits, draw_assessors, open_round
from scoring.services.scores.gathering import ask_to_gather
from scoring.services.sheets.filling import lock_sheet
from scoring.services.sheets.lists import checklist_of
from units.models import Unit

SHEETS = 5
HOUR = timedelta(hours=1)


def plan_assessment(play: Play) -> None:
    """Plan the round from its draw to the circulars; each act finds the round as the one before left it."""
    held: dict[str, Round] = {}
    dates = play.dates

    def draw(at: datetime) -> None:
        held["round"] = _draw(play, at)

    def of_round(act: Callable[[Play, Round, datetime], None]) -> Callable[[datetime], None]:
        return lambda at: act(play, held["round"], at)

    if play.scale.is_commended:
        plan_ahead(play)
    play.plan(5, dates.drawn_at, draw)
    play.plan(6, dates.gathered_at, of_round(_gather), alone=True)
    play.plan(6, dates.noticed_at, of_round(_open_notice))
    if play.scale.appeals:
        play.plan(6, dates.frozen_at - HOUR, of_round(_gather), alone=True)
    play.plan(6, dates.frozen_at, of_round(_freeze))
    play.plan(7, dates.listed_at, of_round(lay_names_open))
    play.plan(7, dates.reported_at, of_round(_draft_circulars))
    play.plan(7, dates.published_at, of_round(_publish), alone=True)


def _draw(play: Play, at: datetime) -> Round:
    clerk = acting(play.staff.clerk(0), at)
    checklist: Version = play.reference.checklist
    given = {"quarter": str(play.quarter), "rubric": play.reference.rubric, "checklist": checklist}
    days = {"starts_on": play.dates.assessed_from, "ends_on": play.dates.assessed_to}
    round = open_round(**given, **days, seed=f"{play.seed}-{play.quarter}", by=clerk, at=at)
    draw_assessors(round, visits=Visits(each=SHEETS), by=clerk, at=at)
    _plan_sheets(play, round)
    return round


def _plan_sheets(play: Play, round: Round) -> None:
    """Every assessor goes his way through the days of the assessment; some problems he sees he reports at once."""
    rules = checklist_of(round)
    departments = {
        unit.short_name: unit for unit in Unit.objects.filter(is_functional_department=True)
    }
    days = (round.ends_on - round.starts_on).days
    reporters: set[int] = set()
    for sheet in Sheet.objects.filter(round=round).order_by("pk"):
        sheet.round, sheet.community = round, play.by_pk[sheet.community_id]
        sheet.assessor = play.staff.users[sheet.assessor_id]
        random = play.random("sheet", sheet.community.code, sheet.assessor.username)
        at = office_moment(round.starts_on + timedelta(days=random.randint(0, days)), random)
        reports = sheet.community_id not in reporters and random.random() < play.scale.city_findings
        reporters.add(sheet.community_id)
        play.plan(5, at, _fill_in(play, sheet, rules, random, departments if reports else None))


def _fill_in(
    play: Play, sheet: Sheet, rules: Checklist, random: Random, departments
) -> Callable[[datetime], None]:
    def lock(at: datetime) -> None:
        assessor = acting(sheet.assessor, at)
        marks = {item.code: _mark(play, sheet, item, random) for item in rules.items}
        given = {"marks": marks, "visited_on": timezone.localdate(at), "by": assessor, "at": at}
        try:
            lock_sheet(sheet, **given)
        except ValidationError:  # his marks stand out
            lock_sheet(sheet, **given, reason=stories.REASON)
        if departments is not None:
            _report_worst(play, sheet, marks, departments, assessor, at)

    return lock


def _mark(play: Play, sheet: Sheet, item: ChecklistItem, random: Random) -> dict:
    """Assessors see the same street with different eyes: one share lost for all, a little more or less for each."""
    community = sheet.community
    if item.code == "Q3" and Random(f"{play.seed}:toilet:{community.code}").random() < 0.2:
        return {"deducted": "0.00", "not_applicable": True, "note": ""}
    street = play.random("street", community.code, item.code)
    share = (
        (1 - play.characters[community.pk].quality)
        * street.uniform(0.1, 1.9)
        * random.uniform(0.6, 1.4)
    )
    each = item.cap / item.sample if item.sample else item.deduction
    times = round(share * float(item.points) / float(each))
    deducted = min(item.cap, each * times)
    note = random.choice(stories.PROBLEMS[item.code])[0] if deducted else ""
    return {"deducted": f"{deducted:.2f}", "not_applicable": False, "note": note}


def _report_worst(
    play: Play, sheet: Sheet, marks: dict, departments, assessor, at: datetime
) -> None:
    code = max(marks, key=lambda code: Decimal(marks[code]["deducted"]))
    if not Decimal(marks[code]["deducted"]):
        return
    community, department = sheet.community, departments.get(stories.DEPARTMENTS.get(code, ""))
    finding = report_finding(
        community=community,
        source=Source.CITY,
        item_code=code,
        description=marks[code]["note"],
        place=next(place for note, place in stories.PROBLEMS[code] if note == marks[code]["note"]),
        responsible_unit=department or community.group.lead_unit,
        by=assessor,
        at=at,
    )
    follow_finding(play, finding, 5)


def _gather(play: Play, round: Round, at: datetime) -> None:
    """Ask for the scores; a job gathers them set-wise."""
    ask_to_gather(round, by=acting(play.staff.clerk(0), at), at=at)
    play.agenda.paperwork.finish()
    round.refresh_from_db()


def _open_notice(play: Play, round: Round, at: datetime) -> None:
    open_notice(round, by=acting(play.staff.clerk(0), at), at=at)
    scores = list(Score.objects.filter(round=round).order_by("rank", "pk"))
    chosen = dict.fromkeys(
        (n + 1) * len(scores) // (play.scale.appeals + 1) for n in range(play.scale.appeals)
    )
    for number, score in enumerate(scores[place] for place in chosen):
        score.round, score.community = round, play.by_pk[score.community_id]
        _plan_appeal(play, score, number, at)


def _plan_appeal(play: Play, score: Score, number: int, noticed_at: datetime) -> None:
    """The first appeal is upheld, the others are not."""
    sheets = Sheet.objects.filter(round=score.round, community=score.community).order_by(
        "total_points", "pk"
    )
    sheet = sheets.first()
    code = max(sheet.marks, key=lambda code: Decimal(sheet.marks[code]["deducted"]))
    old = Decimal(sheet.marks[code]["deducted"])
    worker, held = play.staff.workers[score.community_id], {}
    if not old:
        return

    def appeal(at: datetime) -> None:
        reason = stories.APPEALS[number % len(stories.APPEALS)]
        held["appeal"] = raise_appeal(
            score, sheet=sheet, item_code=code, reason=reason, by=acting(worker, at), at=at
        )

    def precheck(at: datetime) -> None:
        clerk = acting(play.staff.clerk(0), at)
        precheck_appeal(held["appeal"], admit=True, precheck=stories.PRECHECKED, by=clerk, at=at)

    def verify(at: datetime) -> None:
        verify_appeal(
            held["appeal"], finding=stories.VERIFIED, by=acting(play.staff.clerk(1), at), at=at
        )

    def decide(at: datetime) -> None:
        upheld = number == 0
        words = {"decision": stories.UPHELD if upheld else stories.REFUSED}
        new = (old / 2).quantize(Decimal("0.01")) if upheld else None
        director = acting(play.staff.director, at)
        decide_appeal(held["appeal"], uphold=upheld, new_deducted=new, **words, by=director, at=at)

    raised_at = noticed_at + timedelta(days=1, hours=number)
    play.plan(6, raised_at, appeal)
    play.plan(6, raised_at + timedelta(hours=5), precheck)
    play.plan(6, raised_at + timedelta(days=1), verify)
    play.plan(6, raised_at + timedelta(days=1, hours=3), decide)


def _freeze(play: Play, round: Round, at: datetime) -> None:
    """A second person of the office checks and freezes."""
    freeze_round(round, by=acting(play.staff.clerk(1), at), at=at)


def _draft_circulars(play: Play, round: Round, at: datetime) -> None:
    clerk = acting(play.staff.clerk(0), at)
    for bulletin in draft_bulletins(round, issuer=play.reference.issuer, by=clerk, at=at):
        submit_document(bulletin.document, by=clerk, at=at)
        plan_signatures(play, bulletin.document, play.dates.signed_at, play.dates.approved_at)


def _publish(play: Play, round: Round, at: datetime) -> None:
    """Publish once everything is printed; a machine that cannot print leaves the quarter before this step."""
    if not play.agenda.paperwork.can_print:
        return
    play.agenda.paperwork.finish()
    publish_round(round, by=acting(play.staff.clerk(0), at), at=at)
    if play.scale.is_commended:
        play.plan(7, at + HOUR, lambda at: commend(play, round, at))
        play.plan(7, at + 2 * HOUR, lambda at: _correct(play, round, at))


def _correct(play: Play, round: Round, at: datetime) -> None:
    """A self-check that was handed in on time had been counted late: one correction, with its circular."""
    months = ((one, month) for one in round.frozen["communities"] for month in one["self_checks"])
    found = next(
        ((one["code"], month) for one, month in months if one["self_checks"][month] == "late"), None
    )
    if found is None:
        return
    community = next(one for one in play.communities if one.code == found[0])
    subject = next(
        one for one in subjects_of(round, round.frozen, community) if one.key == found[1]
    )
    given = {"community": community, "subject": subject, "new": "on_time", **stories.CORRECTION}
    correction = draft_correction(round, **given, by=acting(play.staff.clerk(0), at), at=at)
    approve_correction(correction, by=acting(play.staff.director, at), at=at)
    submit_document(correction.document, by=acting(play.staff.clerk(0), at), at=at)
    plan_signatures(play, correction.document, at + HOUR, at + 5 * HOUR)
