"""Findings and frontages for other systems: read only, what the token's user may see."""

from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from gongjian.lib.phones import mask
from inspections.filters import FindingFilter, FrontageFilter
from inspections.models import Finding, Frontage


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
            "responsible_person",
            "phone",
            "agreement_number",
            "signed_on",
            "valid_until",
            "status",
            "status_name",
        )

    def get_phone(self, frontage) -> str:
        return mask(frontage.phone) if frontage.phone else ""


class FindingViewSet(ReadOnlyModelViewSet):
    """问题整改：新发现的在后；以编号取一件。"""

    queryset = Finding.objects.none()
    serializer_class = FindingSerializer
    filterset_class = FindingFilter
    lookup_field = "number"
    ordering = ("found_at", "pk")

    def get_queryset(self):
        return Finding.objects.visible_to(self.request.user).select_related("community", "responsible_unit")


class FrontageViewSet(ReadOnlyModelViewSet):
    """门前三包责任区名册。"""

    queryset = Frontage.objects.none()
    serializer_class = FrontageSerializer
    filterset_class = FrontageFilter

    def get_queryset(self):
        return Frontage.objects.visible_to(self.request.user).select_related("community", "road_section")
