"""The course of the city's points, and the sentences of the ranking's circular about it."""

from decimal import Decimal

import pytest

from gongjian.documents.models import Issuer
from gongjian.lib import pdf
from gongjian.workflow import WrongState
from scoring.services.bulletins.ranking_circular import against_last_quarter, class_sentence
from scoring.services.bulletins.result_sheets import refuse_unprintable
from scoring.services.bulletins.score_course import course_of
from tests.scoring.factories import four_published, make_round, make_score


def test_the_course_names_the_best_and_the_last_class(cast):
    round = four_published(cast)
    cast.other_community.kind = "old_town"
    cast.other_community.save(update_fields=["kind"])
    course = course_of(round)
    best, last = list(course.series)[-2:]
    assert (best.endswith("（最高）"), last.endswith("（最低）")) == (True, True)
    assert course.series[best] == [Decimal(text) for text in ("90.00", "92.00", "94.00", "95.01")]
    assert course.series[last] == [Decimal("89.00")] * 4


def test_a_city_of_one_class_has_no_best_and_last(cast):
    assert not any("（" in name for name in course_of(four_published(cast)).series)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (None, ""),
        (Decimal(0), "，与上季度持平"),
        (Decimal("0.13"), "，较上季度提高0.13分"),
        (Decimal("-0.2"), "，较上季度下降0.2分"),
    ],
)
def test_the_change_is_told_in_words(change, words):
    assert against_last_quarter(change) == words


def test_a_class_is_told_by_its_mean_and_its_first(cast):
    round = make_round(cast, status="frozen")
    scores = [
        make_score(round, cast.community, points="95.00", class_rank=1),
        make_score(round, cast.other_community, points="92.01", class_rank=2),
    ]
    sentence = class_sentence("城区", scores)
    assert sentence.startswith("城区。共2个，平均得分93.51分，第1名为虎山社区")
    assert "后周社区" not in sentence


def test_no_result_sheet_is_begun_that_could_not_be_printed(cast, monkeypatch):
    monkeypatch.setattr(pdf, "ready", lambda: ["缺少仿宋字体"])
    with pytest.raises(WrongState, match="缺少仿宋字体"):
        refuse_unprintable()
    monkeypatch.setattr(pdf, "ready", list)
    refuse_unprintable()
    Issuer.objects.all().delete()
    with pytest.raises(WrongState, match="请先登记发文机关"):
        refuse_unprintable()
