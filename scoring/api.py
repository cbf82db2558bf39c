"""The scores as the API gives them."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from gongjian.lib.resources import Resource
from scoring.filters import ScoreApiFilter
from scoring.models import Score
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.in_force import with_explanation_in_force


class ScoreSerializer(serializers.ModelSerializer):
    quarter = serializers.CharField(source="round.quarter", help_text="季度，如 2026Q4")
    status = serializers.CharField(
        source="round.status", help_text="考评状态；published 以前的得分不是最终得分"
    )
    community_code = serializers.CharField(source="community.code", help_text="社区代码")
    community_name = serializers.CharField(source="community.name", help_text="社区名称")
    kind = serializers.CharField(source="community.kind", help_text="社区类别")
    explanation = serializers.SerializerMethodField(
        help_text="现行得分的说明，逐项列出分值、权重和依据"
    )

    corrected_by = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="第几号更正；没有更正为空"
    )
    corrected_points = serializers.DecimalField(
        6,
        2,
        source="total_points_now",
        read_only=True,
        help_text="现行得分：有更正的为更正后的得分",
    )
    corrected_rank = serializers.IntegerField(
        source="rank_now", read_only=True, help_text="现行名次"
    )
    corrected_class_rank = serializers.IntegerField(
        source="class_rank_now", read_only=True, help_text="现行类内名次"
    )
    corrected_grade = serializers.CharField(
        source="grade_now", read_only=True, help_text="现行等次"
    )

    class Meta:
        model = Score
        fields = [
            "id",
            "quarter",
            "status",
            "community_code",
            "community_name",
            "kind",
            "assessment_points",
            "self_check_points",
            "rectification_points",
            "bonus_points",
            "malus_points",
            "total_points",
            "rank",
            "class_rank",
            "grade",
            "corrected_by",
            "corrected_points",
            "corrected_rank",
            "corrected_class_rank",
            "corrected_grade",
            "explanation",
        ]

    def get_explanation(self, score: Score) -> dict[str, Any]:
        if score.corrected_explanation:
            return score.corrected_explanation
        explanations = self.context.setdefault("explanations", Explanations())
        return explanations.of(score)


class ScoreViewSet(Resource):
    """季度得分：公示以后可读，得分说明逐项可查。"""

    resource = "scores"
    serializer_class = ScoreSerializer
    filterset_class = ScoreApiFilter
    queryset = Score.objects.none()

    def get_queryset(self) -> QuerySet[Score]:
        scores = Score.objects.visible_to(self.request.user).in_force()
        scores = with_explanation_in_force(scores)
        return scores.select_related("round__rubric", "community").defer("round__frozen")
