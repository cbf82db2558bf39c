from rest_framework import serializers

from communities.filters.places import CommunityFilter
from communities.models import Community
from gongjian.lib.resources import Resource


class CommunitySerializer(serializers.ModelSerializer):
    kind_name = serializers.CharField(source="get_kind_display", help_text="类别名称")
    subdistrict = serializers.CharField(source="subdistrict.name", help_text="街道")
    subdistrict_code = serializers.CharField(source="subdistrict.code", help_text="街道代码")
    lead_unit = serializers.IntegerField(
        source="group.lead_unit_id", allow_null=True, help_text="牵头单位 id"
    )
    lead_unit_name = serializers.CharField(
        source="group.lead_unit.name", allow_null=True, help_text="牵头单位名称"
    )
    head_name = serializers.CharField(source="group.head_name", allow_null=True, help_text="组长")
    liaison_leader_name = serializers.CharField(
        source="group.liaison_leader_name", allow_null=True, help_text="联系领导"
    )

    class Meta:
        model = Community
        fields = [
            "code",
            "name",
            "subdistrict",
            "subdistrict_code",
            "kind",
            "kind_name",
            "lead_unit",
            "lead_unit_name",
            "head_name",
            "liaison_leader_name",
            "is_active",
        ]


class CommunityViewSet(Resource):
    """社区名册及其共建领导小组；以社区代码取单个社区。"""

    resource = "communities"
    serializer_class = CommunitySerializer
    filterset_class = CommunityFilter
    queryset = Community.objects.none()
    lookup_field = "code"
    ordering = "code"

    def get_queryset(self):
        communities = Community.objects.visible_to(self.request.user)
        return communities.select_related("subdistrict", "group__lead_unit")
