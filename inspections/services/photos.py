"""Keeping photos: cleaned, made small for lists, the same picture once; black where a face or a plate was."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from gongjian.audit.services import record
from gongjian.lib.blackout import Area, blacked_out
from gongjian.lib.quarters import SHANGHAI, Quarter
from gongjian.lib.uploads import BadUpload, CleanPhoto, clean_photo
from gongjian.workflow import WrongState, require
from inspections.models import Photo
from inspections.permissions import may_black_out


def keep_photo(file, *, stage: str, by, at: datetime, uuid: UUID | None = None, **shows) -> Photo:
    """Keep a photo of what `shows` names; the same picture once more is the one already kept. Raises BadUpload.

    `file` is an open file or a photo that a form has cleaned already.
    """
    photo = file if isinstance(file, CleanPhoto) else clean_photo(file)
    known = Photo.objects.filter(stage=stage, sha256=photo.sha256, **shows).first()
    return known or _store(photo, uuid or uuid4(), stage=stage, by=by, at=at, **shows)


def _store(photo: CleanPhoto, name: UUID, *, by, at: datetime, **given) -> Photo:
    files = _files(photo, name)
    _refuse_beyond_quota(files["size_bytes"], by=by, at=at)
    return Photo.objects.create(
        uuid=name,
        **files,
        width=photo.width,
        height=photo.height,
        taken_at=photo.taken_at.replace(tzinfo=SHANGHAI) if photo.taken_at else None,
        latitude=photo.latitude,
        longitude=photo.longitude,
        by=by,
        at=at,
        **given,
    )


def _files(photo: CleanPhoto, name) -> dict:
    """The columns that say what is on the disk."""
    return {
        "file": ContentFile(photo.content, name=f"{name}.jpg"),
        "small": ContentFile(photo.small, name=f"{name}-small.jpg"),
        "sha256": photo.sha256,
        "size_bytes": len(photo.content) + len(photo.small),
    }


def _refuse_beyond_quota(more: int, *, by, at: datetime) -> None:
    """A unit or community, and all residents together, fill no more than their share in a quarter (ASVS 5.2.4)."""
    start, end = Quarter.of(timezone.localdate(at)).span()
    taken = Photo.objects.of_colleagues(by) if by else Photo.objects.filter(by=None)
    theirs = taken.filter(at__gte=start, at__lt=end)
    used = theirs.aggregate(sum=Sum("size_bytes"))["sum"] or 0
    if used + more > settings.PHOTO_QUOTA_MB << 20:
        if by is None:
            raise BadUpload("本季度居民反映的照片已存满：请去掉照片再发送，文字照样受理。")
        raise BadUpload(
            f"本单位（社区）本季度的照片已占 {used >> 20} MB，上限 {settings.PHOTO_QUOTA_MB} MB：请联系共建办调整上限。"
        )


def black_out(photo: Photo, *, areas: Iterable[Area], by, at: datetime) -> Photo:
    """Paint `areas` black for good (faces, number plates); the earlier file is destroyed once that is certain.

    Closed-out findings included: privacy outlives the case. Raises WrongState when another did so meanwhile.
    """
    require(may_black_out(by, photo), "您不能遮挡这张照片")
    areas = list(areas)
    with photo.file.open("rb") as file:
        painted = blacked_out(file, areas)
    before, earlier = photo.sha256, [photo.file.name, photo.small.name]
    with transaction.atomic():
        held = Photo.objects.select_for_update().filter(pk=photo.pk, sha256=before).first()
        if held is None:
            raise WrongState("这张照片刚被他人遮挡过，请刷新后再看")
        for column, value in _files(painted, uuid4()).items():
            setattr(held, column, value)
        held.blacked_out_at = at
        held.save(update_fields=["file", "small", "sha256", "size_bytes", "blacked_out_at"])
        about = held.finding or held.self_check or held.report
        changes = {
            "before": {"sha256": before},
            "after": {"sha256": held.sha256},
            "areas": len(areas),
        }
        record(
            about,
            f"{about._meta.label_lower}.black_out",
            by=by,
            at=at,
            photo=str(held.uuid),
            **changes,
        )
        transaction.on_commit(partial(_destroy, earlier))
    return held


def _destroy(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
