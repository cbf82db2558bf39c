"""Findings and frontages for other systems: what the token's user sees, and may change."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from gongjian.lib.phones import mask
from gongjian.lib.resources import Resource, WritableResource
from gongjian.workflow import require
from inspections.filters import FindingFilter, FrontageFilter
from inspections.models import Finding, Frontage
from inspections.permissions import may_edit_frontage
from inspections.services.frontages import EDITABLE, MAY_NOT_EDIT, change_frontage


class FindingSerializer(serializers.ModelSerializer):
    community = serializers.CharField(source="community.code", help_text="社区代码")
    community_name = serializers.CharField(source="community.name")
    responsible_unit = serializers.CharField(source="responsible_unit.name", default=None)
    source_name = serializers.CharField(source="get_source_display")
    status_name = serializers.CharField(source="get_status_display")

    class Meta:
        model = Finding
        fields = (
            "number",
            "community",
            "community_name",
            "source",
            "source_name",
            "item_code",
            "description",
            "place",
            "responsible_unit",
            "frontage",
            "status",
            "status_name",
            "found_at",
            "due_at",
            "rectified_at",
            "rectification",
            "closed_at",
            "rework_count",
        )


class FrontageSerializer(serializers.ModelSerializer):
    community = serializers.CharField(source="community.code", help_text="社区代码")
    community_name = serializers.CharField(source="community.name")
    road_section = serializers.CharField(source="road_section.name")
    phone = serializers.SerializerMethodField(help_text="只给出首尾，如 138****1234")
    status_name = serializers.CharField(source="get_status_display")

    class Meta:
        model = Frontage
        fields = (
            "id",
            "community",
            "community_name",
            "road_section",
            "door_number",
            "shop_name",
            "shop_type",
            "responsible_person",
            "phone",
            "agreement_number",
            "signed_on",
            "valid_until",
            "duty_set",
            "plaque_number",
            "length_m",
            "depth_m",
            "latitude",
            "longitude",
            "datum",
            "public_code",
            "status",
            "status_name",
        )

    def get_phone(self, frontage) -> str:
        return mask(frontage.phone) if frontage.phone else ""


class FrontageChangeSerializer(serializers.ModelSerializer):
    phone = serializers.CharField(
        max_length=30, allow_blank=True, help_text="整个号码；留空表示删去"
    )

    class Meta:
        model = Frontage
        fields = EDITABLE


class FindingViewSet(Resource):
    """问题整改：新发现的在后；以编号取一件。"""

    resource = "findings"
    queryset = Finding.objects.none()
    serializer_class = FindingSerializer
    filterset_class = FindingFilter
    lookup_field = "number"
    ordering = ("found_at", "pk")

    def get_queryset(self):
        findings = Finding.objects.visible_to(self.request.user)
        return findings.select_related("community", "responsible_unit")


@extend_schema_view(
    partial_update=extend_schema(request=FrontageChangeSerializer, responses=FrontageSerializer)
)
class FrontageViewSet(WritableResource):
    """门前三包责任区名册。

    店招、门店类型、责任人、联系电话、状态、责任牌编号、范围和位置可以修改。
    """

    resource = "frontages"
    queryset = Frontage.objects.none()
    serializer_class = FrontageSerializer
    filterset_class = FrontageFilter
    change_class = FrontageChangeSerializer

    def get_queryset(self):
        frontages = Frontage.objects.visible_to(self.request.user)
        return frontages.select_related("community", "road_section")

    def concealed(self, obj):
        return obj.phone

    def may_change(self, obj):
        require(may_edit_frontage(self.request.user, obj), MAY_NOT_EDIT)

    def change(self, obj, changes):
        return change_frontage(obj, **changes, by=self.request.user, at=timezone.now())
