from rest_framework import serializers

from gongjian.lib.resources import Resource
from units.filters import UnitFilter
from units.models import Unit


class UnitSerializer(serializers.ModelSerializer):
    kind_name = serializers.CharField(source="get_kind_display", help_text="类别名称")

    class Meta:
        model = Unit
        fields = [
            "id",
            "name",
            "short_name",
            "kind",
            "kind_name",
            "credit_code",
            "is_functional_department",
            "is_active",
        ]


class UnitViewSet(Resource):
    """单位名册；不含联络员电话。"""

    resource = "units"
    serializer_class = UnitSerializer
    filterset_class = UnitFilter
    queryset = Unit.objects.none()

    def get_queryset(self):
        return Unit.objects.visible_to(self.request.user)
