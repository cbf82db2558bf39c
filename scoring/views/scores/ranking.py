from decimal import Decimal

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join

from gongjian.audit.listing import Button, Column, ListPage, Tab, chosen_filters
from gongjian.audit.services import record
from gongjian.lib.charts import mini_stack
from gongjian.lib.templatetags.office import day_short, signed
from scoring.filters import ScoreFilter, UnitScoreFilter
from scoring.models import Score, UnitScore
from scoring.models.rounds import RoundStatus
from scoring.models.scores import Standing
from scoring.services.scores.explanations import Explanations
from scoring.views.rounds.pages import visible_round


class OfRound(ListPage):
    """A list of results of one quarter."""

    section = "scoring"
    empty_text = "还没有得分"
    empty_hint = "全部打分表锁定、汇总以后才有得分"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.round = visible_round(request, kwargs["quarter"])
            self.crumbs = [
                ("考评", reverse("scoring:rounds")),
                (self.round.span.title, self.round.get_absolute_url()),
            ]
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def is_corrected(self) -> bool:
        return self.round.corrections.in_force().exists()

    @property
    def default_sort(self):
        return "rank_now" if self.is_corrected else "rank"

    def extra_context(self):
        return {"eyebrow": eyebrow(self.round)}

    def exported(self, count):
        said = {"what": self.title, "count": count, "filters": chosen_filters(self.request)}
        record(self.round, "scoring.round.export", by=self.request.user, at=timezone.now(), **said)


def eyebrow(round) -> str:
    """2026 年第四季度 · 公示复核 · 可申诉至 1月15日."""
    words = [round.span.title, round.get_status_display()]
    if round.status == RoundStatus.ON_PUBLIC_NOTICE and round.rubric.rules.assessment.is_set:
        words.append(f"可申诉至 {day_short(round.notice_ends_on)}")
    return " · ".join(words)


def _lead_unit(score):
    group = getattr(score.community, "group", None)
    return group.lead_unit.short_name if group else ""


def _parts(explanation):
    """What each part contributes, as a small picture."""
    parts = []
    for part in explanation["parts"]:
        if Decimal(part["contribution"]) > 0:
            parts.append(part)
    texts = [f"{part['name']} {Decimal(part['contribution']):.2f}" for part in parts]
    title = "、".join(texts)
    return mini_stack([Decimal(part["contribution"]) for part in parts], title=title, top=100)


class ChangeColumn(Column):
    """A signed figure with its own mark-up, set like the other figures."""

    @property
    def style(self):
        return "num"


def _change(score):
    if score.change is None:
        return ""
    if score.change > 0:
        way = "up"
    else:
        way = "down" if score.change < 0 else ""
    return format_html('<span class="delta {}">{}</span>', way, signed(score.change))


def _now(score, name):
    """The figure in force; where a correction put it there, the published one struck beside it, and which one did."""
    now = getattr(score, f"{name}_now")
    published = getattr(score, name)
    if now == published:
        return now
    by = ""
    if name == "total_points":
        by = format_html("<br><small>更正（第{}号）</small>", score.corrected_by)
    return format_html("<span><b>{}</b> <small><del>{}</del></small>{}</span>", now, published, by)


class Ranking(OfRound):
    template_name = "scoring/scores/ranking.html"
    title, noun = "季度考评得分", "个社区"
    filterset_class = ScoreFilter
    first = (
        Column("名次", "rank", sort="rank", kind="num"),
        Column("社区", "community.name", sort="community__name", link=True),
        Column("牵头单位", _lead_unit),
        Column("类别", "community.get_kind_display", sort="community__kind"),
        Column("类内", "class_rank", sort="class_rank", kind="num"),
        Column("得分", "total_points", sort="total_points", kind="points"),
        Column("等次", "grade"),
    )
    change = ChangeColumn("较上季", _change, sort="change")
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
        ChangeColumn("名次", lambda score: _now(score, "rank"), sort="rank_now"),
        Column("社区", "community.name", sort="community__name", link=True),
        Column("牵头单位", _lead_unit),
        Column("类别", "community.get_kind_display", sort="community__kind"),
        ChangeColumn("类内", lambda score: _now(score, "class_rank"), sort="class_rank_now"),
        ChangeColumn("得分", lambda score: _now(score, "total_points"), sort="total_points_now"),
        Column("等次", lambda score: _now(score, "grade")),
    )
    corrected_written = (
        Column("名次", "rank_now", kind="num"),
        *first[1:4],
        Column("类内", "class_rank_now", kind="num"),
        Column("得分", "total_points_now", kind="points"),
        Column("等次", "grade_now"),
        Column("更正号", "corrected_by", kind="num"),
        Column("原名次", "rank", kind="num"),
        Column("原得分", "total_points", kind="points"),
    )

    def get_columns(self):
        rubric = self.round.rubric.rules
        parts = []
        for code, short, column in self.components:
            if getattr(rubric, code).is_set:
                parts.append((short, column))
        if self.request.GET.get("format") == "xlsx":
            if self.is_corrected:
                first = self.corrected_written
            else:
                first = self.first
            return (*first, *(column for _, column in parts), *self.written)
        explanations = Explanations()
        names = [*(short for short, _ in parts), *(rules.name for rules in rubric.measured)]
        made_of = Column(f"构成：{'、'.join(names)}", lambda score: _parts(explanations.of(score)))
        return (*(self.corrected if self.is_corrected else self.first), made_of, self.change)

    def get_queryset(self):
        quarter = self.round.span.previous()
        before = Score.objects.in_quarter(quarter).filter(community=OuterRef("community"))
        published = before.filter(round__status=RoundStatus.PUBLISHED).in_force()
        last = Subquery(published.values("total_points_now")[:1])
        scores = Score.objects.visible_to(self.request.user).filter(round=self.round)
        own = F("total_points")
        if self.is_corrected:
            scores, own = scores.in_force(), F("total_points_now")
        related = scores.select_related("round__rubric", "community__group__lead_unit").defer(
            "round__frozen"
        )
        return related.annotate(change=own - last)

    def extra_context(self):
        absent = (
            self.round.absences.in_force().select_related("community").order_by("community__code")
        )
        return {**super().extra_context(), "absent": absent}

    def buttons(self):
        return [Button("单位得分", reverse("scoring:unit_scores", args=[self.round.quarter]))]


def _why(score):
    """The parts of a unit's figure in force, opening where there are any."""
    explanation = getattr(score, "explanation_now", score.explanation)
    parts = explanation["parts"]
    if not parts:
        return explanation["note"]
    lines = format_html_join("", "<li>{} {}{}</li>", (_line(part) for part in _leaves(parts)))
    texts = []
    for part in parts[:2]:
        two = _two(part["value"])
        texts.append(f"{part['name']} {two}")
    summary = "，".join(texts)
    return format_html(
        "<details><summary>{}{}</summary><ul>{}</ul></details>",
        summary,
        "…" if parts[2:] else "",
        lines,
    )


def _leaves(parts):
    for part in parts:
        yield part
        yield from _leaves(part["parts"])


def _line(part):
    two = _two(part["value"])
    return part["name"], two, f"（{part['note']}）" if part["note"] else ""


def _two(value) -> str:
    if value is None:
        return ""
    return f"{Decimal(value):.2f}"


class UnitRanking(OfRound):
    title, noun = "单位得分", "家单位"
    filterset_class = UnitScoreFilter
    columns = (
        Column("名次", "rank", sort="rank", kind="num"),
        Column("单位", "unit.name", sort="unit__name", link=True),
        Column("类别", "unit.get_kind_display", sort="unit__kind"),
        Column("得分", "total_points", sort="total_points", kind="points"),
        Column("构成", _why),
    )
    corrected = (
        ChangeColumn("名次", lambda score: _now(score, "rank"), sort="rank_now"),
        *columns[1:3],
        ChangeColumn("得分", lambda score: _now(score, "total_points"), sort="total_points_now"),
        columns[4],
    )
    corrected_written = (
        Column("名次", "rank_now", kind="num"),
        *columns[1:3],
        Column("得分", "total_points_now", kind="points"),
        columns[4],
        Column("更正号", "corrected_by", kind="num"),
        Column("原名次", "rank", kind="num"),
        Column("原得分", "total_points", kind="points"),
    )
    empty_hint = "汇总以后才有得分；本季度没有应办事项的单位不参加评比"

    def get_columns(self):
        if not self.is_corrected:
            return self.columns
        if self.request.GET.get("format") == "xlsx":
            return self.corrected_written
        return self.corrected

    def get_queryset(self):
        unit_scores = UnitScore.objects.visible_to(self.request.user)
        scores = unit_scores.filter(round=self.round)
        return (scores.in_force() if self.is_corrected else scores).select_related("unit")

    def tabs(self):
        first, *rest = [
            (standing.label, standing.value, Q(standing=standing)) for standing in Standing
        ]
        tab = Tab(first[0], "", first[2])
        return [tab, *(Tab(*one) for one in rest)]

    def buttons(self):
        return [Button("社区得分", reverse("scoring:ranking", args=[self.round.quarter]))]
