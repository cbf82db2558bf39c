"""Fields for photos from a phone: cleaned by content, refused with a sentence beside the field."""

from django import forms
from django.core.exceptions import ValidationError

from gongjian.lib.uploads import BadUpload, clean_photo

MOST_AT_ONCE = 6
ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif"


class PhotosInput(forms.ClearableFileInput):
    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True

    def __init__(self, attrs=None):
        super().__init__({"accept": ACCEPTED, "multiple": True, **(attrs or {})})


class PhotosField(forms.FileField):
    """Several photos at once; the cleaned value is a list of CleanPhoto."""

    widget = PhotosInput

    def clean(self, data, initial=None):
        uploads = data if isinstance(data, list | tuple) else [data]
        files = [upload for upload in uploads if upload]
        if not files and self.required:
            raise ValidationError("请添加至少一张照片")
        if len(files) > MOST_AT_ONCE:
            raise ValidationError(
                f"一次最多添加 {MOST_AT_ONCE} 张照片，这次选了 {len(files)} 张：请分次添加"
            )
        photos = []
        for file in files:
            try:
                photos.append(clean_photo(file))
            except BadUpload as wrong:
                raise ValidationError(f"{file.name}：{wrong}") from wrong
        return photos
