"""缺项: what keeps a quarter from being gathered, by name; the database looks, and only what is missing is read."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, QuerySet

from communities.models import Community
from gongjian.lib.quarters import SHANGHAI
from inspections.models import SelfCheck
from inspections.services.self_checks import due_on
from scoring.models import Round, Sheet
from scoring.models.rounds import SheetStatus
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.assessment import missing_sheets
from scoring.rules.scores.components import missing_months
from scoring.rules.scores.quarters import city_means, missing_data, missing_means
from scoring.services.scores.figures_in_sql.laying import carries
from scoring.services.scores.inputs import inputs_of, open_sheets

Lack = tuple[str, str, str]
"""A community's code, its name and one thing that it lacks, in words."""


def missing_for(round: Round, *, on: date | None = None) -> list[str]:
    """What keeps the scores from being gathered on the day `on`, a line a community; empty if nothing does.

    Without `on`: as if every deadline had passed. Queries do not grow with the number of communities.
    """
    rubric = round.rubric.rules
    if not Community.objects.active().exists():
        return ["名册里没有在册社区"]
    looked_up = (
        _lacks(round, rubric, on) if carries(rubric) else _lacks_in_inputs(round, rubric, on)
    )
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, name, what in [*_unlocked(round), *looked_up]:
        found[code, name].append(what)
    return [f"{name}：{'；'.join(what)}" for (_, name), what in sorted(found.items())]


def _unlocked(round: Round) -> Iterable[Lack]:
    names = open_sheets(round)
    still_open = Sheet.objects.filter(round=round, status=SheetStatus.OPEN).values("community")
    for code, name in (
        Community.objects.active().filter(pk__in=still_open).values_list("code", "name")
    ):
        yield code, name, f"{'、'.join(names[code])}的打分表还没有锁定"


def _lacks(round: Round, rubric: Rubric, on: date | None) -> Iterable[Lack]:
    """Communities without a locked sheet, and those whose month has not come in and may still come."""
    if rubric.assessment.is_set:
        locked = Sheet.objects.filter(round=round).locked()
        yield from _lacking(locked, missing_sheets({}, rubric.assessment))
    months = round.span.months
    for month in months if rubric.self_check.is_set and on else ():
        if on <= due_on(month):
            others = dict.fromkeys(set(months) - {month}, "")
            handed_in = SelfCheck.objects.filter(month=month).handed_in()
            yield from _lacking(handed_in, missing_months(others, months, rubric))


def _lacking(rows: QuerySet, what: Iterable[str]) -> Iterable[Lack]:
    own = rows.filter(community=OuterRef("pk"))
    for code, name in Community.objects.active().filter(~Exists(own)).values_list("code", "name"):
        yield from ((code, name, each) for each in what)


def _lacks_in_inputs(round: Round, rubric: Rubric, on: date | None) -> Iterable[Lack]:
    """The same where items are measured or places parted by more than points: the rules look at every community."""
    months = round.span.months
    present = [
        one
        for one in inputs_of(round, at=on and datetime.combine(on, time.max, SHANGHAI))
        if not one.absent
    ]
    means = city_means(present, months, rubric)
    for one in present:
        lacking = [*missing_data(one, months, rubric), *missing_means(one, months, rubric, means)]
        yield from ((one.code, one.name, what) for what in lacking)
