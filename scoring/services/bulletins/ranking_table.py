"""The table of the ranking circular: every community with its place, components and points."""

from decimal import Decimal
from typing import Any, NamedTuple

from gongjian.lib.templatetags.office import signed
from scoring.models import Score
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.bulletins.quarter_figures import QuarterFigures
from scoring.services.drafting.words import PrintedColumn, printed_table
from scoring.services.scores.in_force import sha256_in_force


class FixedComponent(NamedTuple):
    """A component that every rubric may have: its name in it, its heading, its column of Score."""

    rubric_name: str
    label: str
    points_column: str


FIXED_COMPONENTS = (
    FixedComponent("assessment", "全市考评", "assessment_points"),
    FixedComponent("self_check", "月度自查", "self_check_points"),
    FixedComponent("rectification", "问题整改", "rectification_points"),
)
# Percent of the table: of one component, of all, of all with the two columns of names.
WIDEST_FIGURE, FIGURES_WIDTH, REST_WIDTH = 11, 33, 63
# More do not fit on the page; they stand in each community's 反馈单.
MOST_COMPONENTS = 5


def ranking_table(figures: QuarterFigures) -> dict[str, Any]:
    """Return the whole ranking as an attachment, best first."""
    title = f"{figures.round.span.title_in_text}社区共建考核评议得分排名表"
    rows = [ranking_row(score, figures) for score in figures.scores]
    return printed_table(title, ranking_columns(figures.rubric), rows, text_below_table(figures))


def components_of(rubric: Rubric) -> list[Any]:
    """Return the components that the rubric has, in the order of its figures."""
    fixed = [getattr(rubric, component.rubric_name) for component in _fixed_components(rubric)]
    return [*fixed, *rubric.measured]


def _fixed_components(rubric: Rubric) -> list[FixedComponent]:
    return [
        component for component in FIXED_COMPONENTS if getattr(rubric, component.rubric_name).is_set
    ]


def ranking_columns(rubric: Rubric) -> list[PrintedColumn]:
    """Return the rubric's own components between the names and the total."""
    labels = [component.label for component in _fixed_components(rubric)]
    labels += [rules.name for rules in rubric.measured]
    if len(labels) > MOST_COMPONENTS:
        labels = []
    figure_width = min(WIDEST_FIGURE, FIGURES_WIDTH // max(len(labels), 1))
    names_width = REST_WIDTH - figure_width * len(labels)
    columns = [
        ("名次", "center", 6),
        ("社区", "left", names_width // 2),
        ("牵头单位", "left", names_width - names_width // 2),
    ]
    columns += [(label, "right", figure_width) for label in labels]
    columns += [("加减分", "right", 10), ("得分", "right", 10), ("较上季", "right", 11)]
    return columns


def ranking_row(score: Score, figures: QuarterFigures) -> list[str]:
    group = getattr(score.community, "group", None)
    lead_unit = group.lead_unit.short_name if group else ""
    bonus = signed(score.bonus_points - score.malus_points)
    previous = figures.previous.get(score.community_id)
    change = "—" if previous is None else signed(score.total_points - previous)
    components = component_points(score, figures)
    who = [str(score.rank), score.community.name, lead_unit]
    return [*who, *components, bonus, f"{score.total_points}", change]


def component_points(score: Score, figures: QuarterFigures) -> list[str]:
    points: list[Decimal | None] = []
    for component in _fixed_components(figures.rubric):
        points.append(getattr(score, component.points_column))
    points += figures.measured.get(score.community_id, [])
    if len(points) > MOST_COMPONENTS:
        return []
    return ["—" if value is None else f"{value}" for value in points]


def text_below_table(figures: QuarterFigures) -> str:
    components = components_of(figures.rubric)
    weighted = [f"{rules.name}×{rules.weight}" for rules in components]
    weights = "＋".join(weighted)
    formula = f"得分＝{weights}＋加分－减分，保留两位小数。"
    sha256 = f"数据快照校验值（SHA-256）：{sha256_in_force(figures.round)}。"
    return f"{formula}{absent_sentence(figures)}{sha256}"


def absent_sentence(figures: QuarterFigures) -> str:
    """Name those listed without a place, with the reason."""
    absent = []
    for community in figures.round.original_record["communities"]:
        if community.get("absent"):
            absent.append(f"{community['name']}（{community['absent']}）")
    return f"未参评、不列名次的：{'、'.join(absent)}。" if absent else ""
