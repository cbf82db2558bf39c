"""Photos: the picture itself to those who may see it, and blacking out faces and plates."""

import hashlib

from django.contrib import messages
from django.http import FileResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import parse_etags
from django.views.decorators.http import require_http_methods, require_safe

from gongjian.lib.acting import form_page, posted
from gongjian.workflow import WrongState, require
from inspections.forms.blackout import AreasForm
from inspections.models import Photo
from inspections.permissions import may_black_out
from inspections.services import photos as services
from inspections.views.findings import CRUMBS

DAMAGED = "这张照片的文件与登记时的指纹不一致，可能已损坏：请联系系统管理员从备份恢复。"


def visible(user):
    photos = Photo.objects.visible_to(user).filter(destroyed_at=None)
    communities = ("finding__community", "self_check__community", "report__community")
    return photos.select_related(*communities, "by")


@require_safe
def photo(request, uuid):
    """The picture itself, or with `?size=small` the one for lists; to those who see its subject.

    A browser asks each time whether it is still the same: a face blacked out is gone from every
    screen at once.
    """
    photo = get_object_or_404(visible(request.user), uuid=uuid)
    is_small = request.GET.get("size") == "small"
    etag = f'"{photo.sha256}-small"' if is_small else f'"{photo.sha256}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    elif is_small:
        response = picture_response(photo.small, photo)
    else:
        response = whole_picture(photo)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def whole_picture(photo):
    """Return the picture as it was registered; the caller has seen to it who may look.

    Raises WrongState for a changed file: it is not passed off as evidence.
    """
    with photo.file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != photo.sha256:
        raise WrongState(DAMAGED)
    return picture_response(photo.file, photo)


def picture_response(file, photo):
    stream, name = file.open("rb"), f"{photo.uuid}.jpg"
    response = FileResponse(stream, content_type="image/jpeg", filename=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def black_out(request, uuid):
    """遮挡: paint faces and number plates black, with a preview before it is done for good."""
    photo = get_object_or_404(visible(request.user), uuid=uuid)
    require(may_black_out(request.user, photo), "您不能遮挡这张照片")
    form = AreasForm(*posted(request))
    subject = photo.subject
    if form.is_valid() and request.POST.get("act") == "save":
        services.black_out(photo, areas=form.areas, by=request.user, at=timezone.now())
        messages.success(request, f"已遮挡 {len(form.areas)} 处，原来的照片已销毁。")
        return redirect(subject)
    return form_page(
        request,
        form,
        title="遮挡照片中的人脸和车牌",
        eyebrow=str(subject),
        section="inspections",
        crumbs=CRUMBS,
        back=(str(subject), subject.get_absolute_url()),
        template="inspections/black_out.html",
        photo=photo,
    )
