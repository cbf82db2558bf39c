"""居民反映: taken in from a public page, accepted, refused or answered; followed by a code."""

from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.positions import Position, position_of
from gongjian.lib.uploads import CleanPhoto
from gongjian.workflow import advance, require
from inspections import states
from inspections.models import Finding, Photo, ResidentReport
from inspections.models.findings import FindingSource, PhotoStage
from inspections.models.reports import hash_of
from inspections.permissions import may_moderate
from inspections.services.findings import report_finding
from inspections.services.photos import keep_photo
from units.models import Unit

CODE_LENGTH = 16
# The code is written in groups of so many letters.
GROUP_LENGTH = 4


def follow_code(form_token: str) -> str:
    """Return the code that opens what became of the form with this token: 80 bits.

    The same form gives the same code, however often it is sent.
    """
    keyed = salted_hmac("inspections.reports.follow", form_token, algorithm="sha256")
    letters = b32encode(keyed.digest()).decode().lower()
    groups = []
    for start in range(0, CODE_LENGTH, GROUP_LENGTH):
        end = min(start + GROUP_LENGTH, CODE_LENGTH)
        groups.append(letters[start:end])
    return "-".join(groups)


def send_report(
    *,
    form_token: str,
    photos: Sequence[CleanPhoto] = (),
    position: Position | None = None,
    at: datetime,
    **fields: Any,
) -> tuple[ResidentReport, str]:
    """Take in what somebody reports; return it with its follow code.

    The same form sent again is the report that is there. `fields`: kind, community, frontage,
    words, place, contact. Raises BadUpload when residents' photos fill their share.
    """
    code = follow_code(form_token)
    former = ResidentReport.objects.filter(form_token=form_token).first()
    if former:
        return former, code
    report = ResidentReport(form_token=form_token, received_at=at, **fields)
    report.follow_hash = hash_of(code)
    if position:
        for column, value in position.fields.items():
            setattr(report, column, value)
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            for photo in photos:
                keep_photo(photo, stage=PhotoStage.BEFORE, report=report, by=None, at=at)
            details = {"kind": report.kind, "photos": len(photos)}
            record(report, "inspections.residentreport.send", by=None, at=at, **details)
    except IntegrityError:
        # The same form was sent twice at once, and the other one is in.
        return ResidentReport.objects.get(form_token=form_token), code
    return report, code


def accept_report(
    report: ResidentReport,
    *,
    item_code: str,
    description: str,
    place: str,
    responsible_unit: Unit | None = None,
    by: User,
    at: datetime,
) -> Finding:
    """Accept it (受理): make a finding of it in the moderator's words, with the resident's photos.

    Raises ValidationError for an unknown item.
    """
    require(states.ACCEPT_REPORT.may(by, report), "您不能受理这件居民反映")
    where: dict[str, Any] = {"community": report.community, "place": place}
    where["frontage"] = report.frontage
    what: dict[str, Any] = {"item_code": item_code, "description": description}
    what["source"] = FindingSource.RESIDENT
    with transaction.atomic():
        finding = report_finding(**where, **what, responsible_unit=responsible_unit, by=by, at=at)
        position = position_of(report)
        if position:
            Finding.objects.filter(pk=finding.pk).update(**position.fields)
        Photo.objects.filter(report=report).update(finding=finding)
        advance(report, states.ACCEPT_REPORT, by=by, at=at, finding=finding, accepted_at=at)
    return finding


def refuse_report(report: ResidentReport, *, reason: str, by: User, at: datetime) -> ResidentReport:
    """Refuse it (不予受理): the reason is read by whoever holds the follow code."""
    fields: dict[str, Any] = {"reason": reason, "settled_by": by, "settled_at": at}
    return advance(report, states.REFUSE_REPORT, by=by, at=at, **fields)


def answer_report(
    report: ResidentReport,
    *,
    answer: str,
    shown_photo: Photo | None = None,
    by: User,
    at: datetime,
) -> ResidentReport:
    """Answer it (答复), with one photo from after if the moderator lets it be seen.

    Whoever holds the follow code reads the answer and sees the photo.
    """
    fields: dict[str, Any] = {"answer": answer, "settled_by": by, "settled_at": at}
    if shown_photo:
        fields["shown_photo"] = shown_photo.uuid
    return advance(report, states.ANSWER_REPORT, by=by, at=at, **fields)


def reveal_contact(report: ResidentReport, *, by: User, at: datetime) -> str:
    """Return the whole contact that a resident left, and log who looked; not the contact."""
    require(may_moderate(by, report), "您不能查看这位居民的联系方式")
    record(report, "inspections.residentreport.reveal_contact", by=by, at=at)
    return str(report.contact)


def photo_shown_to(report: ResidentReport) -> Photo | None:
    """Return the photo from after that goes with the answer; None once it was destroyed."""
    if not report.shown_photo:
        return None
    photos = Photo.objects.filter(stage=PhotoStage.AFTER, destroyed_at=None)
    return photos.filter(uuid=report.shown_photo, finding=report.finding).first()
