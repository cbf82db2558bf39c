import hashlib

from django.contrib import messages
from django.http import FileResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import parse_etags
from django.views.decorators.http import require_http_methods, require_safe

from gongjian.workflow import WrongState, require
from inspections.forms.blackout import AreasForm
from inspections.models import Photo
from inspections.permissions import may_black_out
from inspections.services import photos as services
from inspections.views.findings import CRUMBS

DAMAGED = "这张照片的文件与登记时的指纹不一致，可能已损坏：请联系系统管理员从备份恢复。"


def _visible(user):
    there = Photo.objects.visible_to(user).filter(destroyed_at=None)
    return there.select_related(
        "finding__community", "self_check__community", "report__community", "by"
    )


@require_safe
def photo(request, uuid):
    """The picture itself, or with `?size=small` the one for lists; to those who see what it shows.

    A browser asks each time whether it is still the same: a face blacked out is gone from every screen at once.
    """
    found = get_object_or_404(_visible(request.user), uuid=uuid)
    is_small = request.GET.get("size") == "small"
    etag = f'"{found.sha256}{"-small" if is_small else ""}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        answer = HttpResponseNotModified()
    else:
        answer = _file(found.small if is_small else _whole(found), found)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def whole_picture(found):
    """The picture as it was registered, for a view that has seen to it who may look."""
    return _file(_whole(found), found)


def _whole(found):
    """The file as it was registered; a changed one is not passed off as evidence."""
    with found.file.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != found.sha256:
            raise WrongState(DAMAGED)
    return found.file


def _file(file, found):
    answer = FileResponse(file.open("rb"), content_type="image/jpeg", filename=f"{found.uuid}.jpg")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def black_out(request, uuid):
    """遮挡: paint faces and number plates black, with a preview before it is done for good."""
    found = get_object_or_404(_visible(request.user), uuid=uuid)
    require(may_black_out(request.user, found), "您不能遮挡这张照片")
    form = AreasForm(request.POST or None)
    about = found.finding or found.self_check or found.report
    if request.method == "POST" and form.is_valid() and request.POST.get("act") == "save":
        services.black_out(found, areas=form.areas, by=request.user, at=timezone.now())
        messages.success(request, f"已遮挡 {len(form.areas)} 处，原来的照片已销毁。")
        return redirect(about)
    context = {
        "title": "遮挡照片中的人脸和车牌",
        "eyebrow": str(about),
        "section": "inspections",
        "crumbs": [*CRUMBS, (str(about), about.get_absolute_url())],
        "photo": found,
        "form": form,
        "back_url": about.get_absolute_url(),
    }
    return render(
        request, "inspections/black_out.html", context, status=400 if form.errors else 200
    )
