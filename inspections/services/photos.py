"""Photos: cleaned, made small for lists, kept once, with faces and plates blacked out."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import IO, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.blackout import BlackenedArea, blacked_out
from gongjian.lib.quarters import SHANGHAI, Quarter
from gongjian.lib.uploads import BadUpload, CleanPhoto, clean_photo
from gongjian.workflow import WrongState, require
from inspections.models import Photo
from inspections.permissions import may_black_out


def keep_photo(
    file: IO[bytes] | CleanPhoto,
    *,
    stage: str,
    by: User | None,
    at: datetime,
    uuid: UUID | None = None,
    **subject: Any,
) -> Photo:
    """Store a photo of `subject`, or return the same picture stored before. Raises BadUpload.

    `file` is an open file or a photo that a form has cleaned already; `subject` are the columns
    that say what the photo shows.
    """
    clean = file if isinstance(file, CleanPhoto) else clean_photo(file)
    photos = Photo.objects.filter(stage=stage, **subject)
    same_picture = photos.filter(sha256=clean.sha256).first()
    if same_picture:
        return same_picture
    name = uuid or uuid4()
    columns = file_columns(clean, name)
    _refuse_beyond_quota(columns["size_bytes"], by=by, at=at)
    photo = Photo(uuid=name, stage=stage, by=by, at=at, **subject, **columns)
    photo.width = clean.width
    photo.height = clean.height
    photo.latitude = clean.latitude
    photo.longitude = clean.longitude
    if clean.taken_at:
        photo.taken_at = clean.taken_at.replace(tzinfo=SHANGHAI)
    photo.save(force_insert=True)
    return photo


def file_columns(photo: CleanPhoto, name: UUID) -> dict[str, Any]:
    """Return the columns that say what is on the disk."""
    file = ContentFile(photo.content, name=f"{name}.jpg")
    small = ContentFile(photo.small, name=f"{name}-small.jpg")
    size = len(photo.content) + len(photo.small)
    return {"file": file, "small": small, "sha256": photo.sha256, "size_bytes": size}


def _refuse_beyond_quota(more: int, *, by: User | None, at: datetime) -> None:
    """Raise BadUpload when `more` bytes exceed the quarter's share (ASVS 5.2.4).

    A unit or community has one, all residents together have one.
    """
    start, end = Quarter.of(timezone.localdate(at)).span()
    photos = Photo.objects.of_colleagues(by) if by else Photo.objects.filter(by=None)
    in_quarter = photos.filter(at__gte=start, at__lt=end)
    used = in_quarter.aggregate(sum=Sum("size_bytes"))["sum"] or 0
    if used + more <= settings.PHOTO_QUOTA_MB << 20:
        return
    if by is None:
        raise BadUpload("本季度居民反映的照片已存满：请去掉照片再发送，文字照样受理。")
    raise BadUpload(
        f"本单位（社区）本季度的照片已占 {used >> 20} MB，"
        f"上限 {settings.PHOTO_QUOTA_MB} MB：请联系共建办调整上限。"
    )


def black_out(photo: Photo, *, areas: Iterable[BlackenedArea], by: User, at: datetime) -> Photo:
    """Paint `areas` black for good (faces, number plates) and destroy the earlier file.

    The file is destroyed after commit. Closed-out findings included: privacy outlives the case.
    Raises WrongState when another did so meanwhile.
    """
    require(may_black_out(by, photo), "您不能遮挡这张照片")
    areas = list(areas)
    with photo.file.open("rb") as file:
        painted = blacked_out(file, areas)
    former_hash = photo.sha256
    former_files = [str(photo.file), str(photo.small)]
    columns = file_columns(painted, uuid4())
    with transaction.atomic():
        same_picture = Photo.objects.filter(pk=photo.pk, sha256=former_hash)
        locked_row = same_picture.select_for_update().first()
        if locked_row is None:
            raise WrongState("这张照片刚被他人遮挡过，请刷新后再看")
        locked_row.blacked_out_at = at
        for column, value in columns.items():
            setattr(locked_row, column, value)
        locked_row.save(update_fields=[*columns, "blacked_out_at"])
        _record_blackout(locked_row, former_hash, len(areas), by=by, at=at)
        transaction.on_commit(partial(destroy_files, former_files))
    return locked_row


def _record_blackout(photo: Photo, former_hash: str, areas: int, *, by: User, at: datetime) -> None:
    """Log it at the finding, self-check or report that the photo shows."""
    subject = photo.subject
    event = f"{subject._meta.label_lower}.black_out"
    details: dict[str, Any] = {"photo": str(photo.uuid), "areas": areas}
    details["before"] = {"sha256": former_hash}
    details["after"] = {"sha256": photo.sha256}
    record(subject, event, by=by, at=at, **details)


def destroy_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
