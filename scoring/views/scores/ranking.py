"""得分排名: the scores of communities and of units in a quarter, as a page and as a workbook."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gongjian.audit.listing import Button, Column, LoggedListPage, Tab, chosen_filters
from gongjian.audit.services import record
from gongjian.lib.charts import mini_stack
from gongjian.lib.templatetags.office import day_short, signed
from scoring.filters import ScoreFilter, UnitScoreFilter
from scoring.models import Round, Score, UnitScore
from scoring.models.rounds import RoundStatus
from scoring.models.scores import Standing
from scoring.services.scores.explanations import Explanations
from scoring.views.rounds.pages import round_crumbs, visible_round

Parts = Sequence[Mapping[str, Any]]

# So many parts of a unit's figure stand in the summary, the others open.
PARTS_IN_SUMMARY = 2


class OfRound(LoggedListPage):
    """A list of results of one quarter."""

    section = "scoring"
    empty_text = "还没有得分"
    empty_hint = "全部打分表锁定、汇总以后才有得分"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.round = visible_round(request, kwargs["quarter"])
            self.crumbs = round_crumbs(self.round)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def is_corrected(self) -> bool:
        """Whether a correction has put figures in the place of those published."""
        return self.round.corrections.in_force().exists()

    @property
    def default_sort(self) -> str:
        return "rank_now" if self.is_corrected else "rank"

    def extra_context(self) -> dict[str, Any]:
        return {"eyebrow": eyebrow(self.round)}

    def exported(self, count: int) -> None:
        facts = {"what": self.title, "count": count, "filters": chosen_filters(self.request)}
        at = timezone.now()
        record(self.round, "scoring.round.export", by=self.request.user, at=at, **facts)


def eyebrow(round: Round) -> str:
    """Return 2026 年第四季度 · 公示复核 · 可申诉至 1月15日."""
    words = [round.span.title, round.get_status_display()]
    if round.status == RoundStatus.ON_PUBLIC_NOTICE and round.rubric.rules.assessment.is_set:
        words.append(f"可申诉至 {day_short(round.notice_ends_on)}")
    return " · ".join(words)


class ChangeColumn(Column):
    """A signed figure with its own mark-up, set like the other figures."""

    @property
    def style(self) -> str:
        return "num"


def lead_unit_of(score: Score) -> str:
    """Return the short name of the unit that leads the community's group."""
    group = getattr(score.community, "group", None)
    return group.lead_unit.short_name if group else ""


def stack_of(explanation: Mapping[str, Any]) -> SafeString:
    """Return what each part contributes, as a small picture."""
    points, labels = [], []
    for part in explanation["parts"]:
        contribution = Decimal(part["contribution"])
        if contribution > 0:
            points.append(contribution)
            labels.append(f"{part['name']} {contribution:.2f}")
    return mini_stack(points, title="、".join(labels), top=100)


def change_of(score: Score) -> str:
    """Return how far the score lies from the quarter before, green up and red down."""
    if score.change is None:
        return ""
    direction = ""
    if score.change:
        direction = "up" if score.change > 0 else "down"
    return format_html('<span class="delta {}">{}</span>', direction, signed(score.change))


def figure_now(score: Score | UnitScore, name: str) -> Any:
    """Return the figure in force.

    Where a correction put it there, the published one stands struck beside it, and which one did.
    """
    now, published = getattr(score, f"{name}_now"), getattr(score, name)
    if now == published:
        return now
    correction = ""
    if name == "total_points":
        correction = format_html("<br><small>更正（第{}号）</small>", score.corrected_by)
    return format_html(
        "<span><b>{}</b> <small><del>{}</del></small>{}</span>", now, published, correction
    )


def column_now(title: str, name: str) -> ChangeColumn:
    """Return the column of a figure that a correction may have changed."""
    return ChangeColumn(title, lambda score: figure_now(score, name), sort=f"{name}_now")


class Ranking(OfRound):
    template_name = "scoring/scores/ranking.html"
    title, noun = "季度考评得分", "个社区"
    filterset_class = ScoreFilter
    community = (
        Column("社区", "community.name", sort="community__name", link=True),
        Column("牵头单位", lead_unit_of),
        Column("类别", "community.get_kind_display", sort="community__kind"),
    )
    first = (
        Column("名次", "rank", sort="rank", kind="num"),
        *community,
        Column("类内", "class_rank", sort="class_rank", kind="num"),
        Column("得分", "total_points", sort="total_points", kind="points"),
        Column("等次", "grade"),
    )
    change = ChangeColumn("较上季", change_of, sort="change")
    # Each component of the rubric: its code, its name in the picture, its column in the workbook.
    components = (
        ("assessment", "考评", Column("全市考评", "assessment_points", kind="points")),
        ("self_check", "自查", Column("月度自查", "self_check_points", kind="points")),
        ("rectification", "整改", Column("问题整改", "rectification_points", kind="points")),
    )
    written = (
        Column("加分", "bonus_points", kind="points"),
        Column("减分", "malus_points", kind="points"),
        Column("较上季", "change", kind="points", sort="change"),
    )
    corrected = (
        column_now("名次", "rank"),
        *community,
        column_now("类内", "class_rank"),
        column_now("得分", "total_points"),
        Column("等次", lambda score: figure_now(score, "grade")),
    )
    corrected_written = (
        Column("名次", "rank_now", kind="num"),
        *community,
        Column("类内", "class_rank_now", kind="num"),
        Column("得分", "total_points_now", kind="points"),
        Column("等次", "grade_now"),
        Column("更正号", "corrected_by", kind="num"),
        Column("原名次", "rank", kind="num"),
        Column("原得分", "total_points", kind="points"),
    )

    def get_columns(self) -> Sequence[Column]:
        rubric = self.round.rubric.rules
        names, columns = [], []
        for code, name, column in self.components:
            if getattr(rubric, code).is_set:
                names.append(name)
                columns.append(column)
        if self.request.GET.get("format") == "xlsx":
            first = self.corrected_written if self.is_corrected else self.first
            return [*first, *columns, *self.written]
        names += [rules.name for rules in rubric.measured]
        explanations = Explanations()
        title = f"构成：{'、'.join(names)}"
        made_of = Column(title, lambda score: stack_of(explanations.of(score)))
        first = self.corrected if self.is_corrected else self.first
        return [*first, made_of, self.change]

    def get_queryset(self) -> QuerySet[Score]:
        scores = Score.objects.visible_to(self.request.user).filter(round=self.round)
        points = F("total_points")
        if self.is_corrected:
            scores, points = scores.in_force(), F("total_points_now")
        before = Score.objects.in_quarter(self.round.span.previous())
        before = before.filter(community=OuterRef("community"), round__status=RoundStatus.PUBLISHED)
        points_before = Subquery(before.in_force().values("total_points_now")[:1])
        scores = scores.select_related("round__rubric", "community__group__lead_unit")
        return scores.defer("round__frozen").annotate(change=points - points_before)

    def extra_context(self) -> dict[str, Any]:
        absences = self.round.absences.in_force().select_related("community")
        return {**super().extra_context(), "absent": absences.order_by("community__code")}

    def buttons(self) -> list[Button]:
        return [Button("单位得分", reverse("scoring:unit_scores", args=[self.round.quarter]))]


def parts_of(score: UnitScore) -> str:
    """Return the parts of a unit's figure in force, opening where there are any."""
    explanation = getattr(score, "explanation_now", score.explanation)
    parts = explanation["parts"]
    if not parts:
        return explanation["note"]
    lines = []
    for part in with_parts_below(parts):
        note = f"（{part['note']}）" if part["note"] else ""
        lines.append((part["name"], two_places(part["value"]), note))
    texts = [f"{part['name']} {two_places(part['value'])}" for part in parts[:PARTS_IN_SUMMARY]]
    more = "…" if len(parts) > PARTS_IN_SUMMARY else ""
    return format_html(
        "<details><summary>{}{}</summary><ul>{}</ul></details>",
        "，".join(texts),
        more,
        format_html_join("", "<li>{} {}{}</li>", lines),
    )


def with_parts_below(parts: Parts) -> Iterator[Mapping[str, Any]]:
    """Yield every part and those below it, top down."""
    for part in parts:
        yield part
        yield from with_parts_below(part["parts"])


def two_places(value: str | None) -> str:
    """Return a figure of an explanation with two places."""
    return "" if value is None else f"{Decimal(value):.2f}"


class UnitRanking(OfRound):
    title, noun = "单位得分", "家单位"
    filterset_class = UnitScoreFilter
    unit = (
        Column("单位", "unit.name", sort="unit__name", link=True),
        Column("类别", "unit.get_kind_display", sort="unit__kind"),
    )
    made_of = Column("构成", parts_of)
    columns = (
        Column("名次", "rank", sort="rank", kind="num"),
        *unit,
        Column("得分", "total_points", sort="total_points", kind="points"),
        made_of,
    )
    corrected = (
        column_now("名次", "rank"),
        *unit,
        column_now("得分", "total_points"),
        made_of,
    )
    corrected_written = (
        Column("名次", "rank_now", kind="num"),
        *unit,
        Column("得分", "total_points_now", kind="points"),
        made_of,
        Column("更正号", "corrected_by", kind="num"),
        Column("原名次", "rank", kind="num"),
        Column("原得分", "total_points", kind="points"),
    )
    empty_hint = "汇总以后才有得分；本季度没有应办事项的单位不参加评比"

    def get_columns(self) -> Sequence[Column]:
        if not self.is_corrected:
            return self.columns
        if self.request.GET.get("format") == "xlsx":
            return self.corrected_written
        return self.corrected

    def get_queryset(self) -> QuerySet[UnitScore]:
        scores = UnitScore.objects.visible_to(self.request.user).filter(round=self.round)
        if self.is_corrected:
            scores = scores.in_force()
        return scores.select_related("unit")

    def tabs(self) -> list[Tab]:
        """Return a tab for each standing; the first one is the page without a choice."""
        tabs = []
        for standing in Standing:
            value = standing.value if tabs else ""
            tabs.append(Tab(standing.label, value, Q(standing=standing)))
        return tabs

    def buttons(self) -> list[Button]:
        return [Button("社区得分", reverse("scoring:ranking", args=[self.round.quarter]))]
