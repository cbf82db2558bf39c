from django import forms

from gongjian.lib.positions import Datum

MOST_MB = 20


class BoundaryForm(forms.Form):
    """A GeoJSON file of boundaries. After validation `content` holds its bytes."""

    file = forms.FileField(
        label="边界文件",
        help_text=f"GeoJSON（FeatureCollection），属性 code 为 12 位社区代码，最大 {MOST_MB} MB。",
        error_messages={
            "required": "请选择要上传的文件。",
            "empty": "文件是空的：请检查是否选错了文件。",
        },
    )
    datum = forms.ChoiceField(
        label="坐标系",
        choices=Datum.choices,
        help_text="CGCS2000 选 WGS-84；取自高德、微信的选 GCJ-02。",
    )
    source = forms.CharField(
        label="来源",
        max_length=100,
        help_text="例如：民政局勘界资料，2026 年",
        error_messages={"required": "请写明边界的来源。"},
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MOST_MB * 1024 * 1024:
            raise forms.ValidationError(f"文件超过 {MOST_MB} MB：请先简化边界再上传。")
        self.content = upload.read()
        return upload
