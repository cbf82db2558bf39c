"""缺项: name what keeps a quarter from being gathered.

The database does the looking: only communities that lack something are read.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from communities.models import Community
from gongjian.lib.quarters import SHANGHAI
from inspections.models import SelfCheck
from inspections.models.self_checks import due_on
from scoring.models import Round, Sheet
from scoring.models.rounds import SheetStatus
from scoring.rules.refusals import Missing
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.assessment import missing_worksheets
from scoring.rules.scores.components import missing_months
from scoring.rules.scores.quarters import city_means, missing_data, missing_means
from scoring.services.scores.inputs import inputs_of, needs_rules


class Lack(NamedTuple):
    """One thing that a community lacks, in words."""

    code: str
    name: str
    what: str


def refuse_missing(round: Round, *, at: datetime) -> None:
    """Raise Missing, a line a community, when the scores cannot be gathered at `at`."""
    lines = missing_for(round, on=timezone.localdate(at))
    if lines:
        raise Missing(*lines)


def missing_for(round: Round, *, on: date | None = None) -> list[str]:
    """Return what keeps the scores from being gathered on the day `on`, a line a community.

    Without `on`: as if every deadline had passed. Queries do not grow with the number of
    communities.
    """
    if not Community.objects.active().exists():
        return ["名册里没有在册社区"]
    rubric = round.rubric.rules
    lacks = list(open_sheets(round))
    if needs_rules(rubric):
        lacks += lacks_in_inputs(round, rubric, on)
    else:
        lacks += lacks_in_tables(round, rubric, on)

    lines: dict[tuple[str, str], list[str]] = defaultdict(list)
    for lack in lacks:
        lines[lack.code, lack.name].append(lack.what)
    sentences = []
    for (_, name), what in sorted(lines.items()):
        sentences.append(f"{name}：{'；'.join(what)}")
    return sentences


def open_sheets(round: Round) -> Iterator[Lack]:
    """Yield the communities whose sheets are not all locked, with whose are open. One query."""
    sheets = Sheet.objects.filter(round=round, status=SheetStatus.OPEN)
    sheets = sheets.filter(community__in=Community.objects.active())
    columns = ("community__code", "community__name", "assessor__name")
    assessors: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, name, assessor in sheets.order_by(*columns).values_list(*columns):
        assessors[code, name].append(assessor)
    for (code, name), names in assessors.items():
        yield Lack(code, name, f"{'、'.join(names)}的打分表还没有锁定")


def lacks_in_tables(round: Round, rubric: Rubric, on: date | None) -> Iterator[Lack]:
    """Yield communities without a locked sheet, or with a month that may still come in."""
    if rubric.assessment.is_set:
        sheets = Sheet.objects.filter(round=round)
        locked = sheets.locked()
        what = missing_worksheets({}, rubric.assessment)
        yield from _without(locked, what)
    if on is None or not rubric.self_check.is_set:
        return
    for month in round.span.months:
        # A month past its deadline is not lacking: it counts as not reported.
        if on <= due_on(month):
            self_checks = SelfCheck.objects.filter(month=month)
            handed_in = self_checks.handed_in()
            yield from _without(handed_in, missing_months({}, [month], rubric))


def _without(rows: QuerySet[Any], what: Iterable[str]) -> Iterator[Lack]:
    """Yield each of `what` for every community in the register that has none of the rows."""
    of_community = rows.filter(community=OuterRef("pk"))
    without = Community.objects.active().filter(~Exists(of_community))
    for code, name in without.values_list("code", "name"):
        for words in what:
            yield Lack(code, name, words)


def lacks_in_inputs(round: Round, rubric: Rubric, on: date | None) -> Iterator[Lack]:
    """Yield what the rules miss, community by community, where the tables alone cannot tell."""
    months = round.span.months
    at = None
    if on:
        at = datetime.combine(on, time.max, SHANGHAI)
    communities = [inputs for inputs in inputs_of(round, at=at) if not inputs.absent]
    means = city_means(communities, months, rubric)
    for inputs in communities:
        what = missing_data(inputs, months, rubric)
        what += missing_means(inputs, months, rubric, means)
        for words in what:
            yield Lack(inputs.code, inputs.name, words)
