from rest_framework import serializers

from gongjian.documents.filters import DocumentFilter
from gongjian.documents.models import OfficialDocument
from gongjian.lib.resources import Resource


class DocumentSerializer(serializers.ModelSerializer):
    number = serializers.CharField(read_only=True, help_text="发文字号")
    issuer = serializers.CharField(source="issuer.name", help_text="发文机关")
    kind_name = serializers.CharField(source="get_kind_display", help_text="文种名称")

    class Meta:
        model = OfficialDocument
        fields = [
            "id",
            "number",
            "kind",
            "kind_name",
            "issuer",
            "title",
            "main_recipient",
            "document_date",
            "status",
            "sha256",
            "published_at",
        ]


class DocumentViewSet(Resource):
    """已印发的公文：字号、标题、日期与版式文件的 SHA-256。"""

    resource = "documents"
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    queryset = OfficialDocument.objects.none()

    def get_queryset(self):
        return OfficialDocument.objects.visible_to(self.request.user).select_related("issuer")
