"""Which maluses departments share with communities (责任分担)."""

from dataclasses import replace
from decimal import Decimal

from inspections.models import FalseRectification
from scoring.rules.rubrics.parts import BlameRule
from scoring.services.scores.blame import blame_in
from tests.scoring.factories import make_round
from tests.scoring.rules.made import RUBRIC
from tests.scoring.worlds import marked_false

SHARED = replace(
    RUBRIC,
    maluses=(replace(RUBRIC.maluses[0], shared_by="joint"),),
    shared_blame=(BlameRule("joint", "部门与社区 2∶8", Decimal("0.2")),),
)


def test_a_false_rectification_is_its_departments_and_nobody_elses(cast):
    round = make_round(cast, status="assessing")
    assert blame_in(round, SHARED).cases == {}
    marked_false(cast, "销号后现场仍有垃圾")
    FalseRectification.objects.update(unit=cast.department)
    marked_false(cast, "照片不是整改后所拍")  # of nobody
    blame = blame_in(round, SHARED)
    code = cast.community.code
    assert blame.cases == {code: {"false_rectification": 2}}
    assert blame.of(cast.department.pk) == {code: {"false_rectification": 1}}
    assert blame.of(cast.lead_unit.pk) == {}
    assert blame_in(round, RUBRIC).cases == {}
