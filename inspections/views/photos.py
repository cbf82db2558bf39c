from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from inspections.models import Photo


@require_safe
def photo(request, uuid):
    """The picture itself, or with `?size=small` the one for lists; to those who see what it shows."""
    found = get_object_or_404(Photo.objects.visible_to(request.user), uuid=uuid)
    file = found.small if request.GET.get("size") == "small" else found.file
    answer = FileResponse(file.open("rb"), content_type="image/jpeg", filename=f"{found.uuid}.jpg")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
