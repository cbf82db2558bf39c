"""居民反映: taken in from a public page, made a finding or refused or answered, and followed by its code."""

from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from gongjian.audit.services import record
from gongjian.lib.positions import Position, position_of
from gongjian.lib.uploads import CleanPhoto
from gongjian.workflow import advance, require
from inspections import states
from inspections.models import Finding, Photo, ResidentReport
from inspections.models.findings import Source, Stage
from inspections.models.reports import hash_of
from inspections.permissions import may_moderate
from inspections.services.findings import report_finding
from inspections.services.photos import keep_photo

CODE_LENGTH = 16


def follow_code(form_token: str) -> str:
    """The code that opens what became of the form with this token: 80 bits, the same however often it is sent."""
    digest = salted_hmac("inspections.reports.follow", form_token, algorithm="sha256").digest()
    code = b32encode(digest).decode().lower()[:CODE_LENGTH]
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def send_report(
    *,
    form_token: str,
    photos: Sequence[CleanPhoto] = (),
    position: Position | None = None,
    at: datetime,
    **given,
) -> tuple[ResidentReport, str]:
    """Take in what somebody reports, with its follow code; the same form sent again is the report that is there.

    `given`: kind, community, frontage, words, place, contact. Raises BadUpload when residents' photos fill their share.
    """
    code = follow_code(form_token)
    known = ResidentReport.objects.filter(form_token=form_token).first()
    if known:
        return known, code
    place = position.fields if position else {}
    try:
        with transaction.atomic():
            report = ResidentReport.objects.create(
                form_token=form_token, follow_hash=hash_of(code), received_at=at, **given, **place
            )
            for photo in photos:
                keep_photo(photo, stage=Stage.BEFORE, report=report, by=None, at=at)
            record(
                report,
                "inspections.residentreport.send",
                by=None,
                at=at,
                kind=report.kind,
                photos=len(photos),
            )
    except IntegrityError:  # the same form, sent twice at once
        return ResidentReport.objects.get(form_token=form_token), code
    return report, code


def accept_report(
    report: ResidentReport,
    *,
    item_code: str,
    description: str,
    place: str,
    responsible_unit=None,
    by,
    at: datetime,
) -> Finding:
    """受理: make a finding of it in the moderator's words, with the resident's photos as those from before.

    Raises ValidationError for an unknown item.
    """
    require(states.ACCEPT_REPORT.may(by, report), "您不能受理这件居民反映")
    with transaction.atomic():
        finding = report_finding(
            community=report.community,
            source=Source.RESIDENT,
            item_code=item_code,
            description=description,
            place=place,
            responsible_unit=responsible_unit,
            frontage=report.frontage,
            by=by,
            at=at,
        )
        if position := position_of(report):
            Finding.objects.filter(pk=finding.pk).update(**position.fields)
        Photo.objects.filter(report=report).update(finding=finding)
        advance(report, states.ACCEPT_REPORT, by=by, at=at, finding=finding, accepted_at=at)
    return finding


def refuse_report(report: ResidentReport, *, reason: str, by, at: datetime) -> ResidentReport:
    """不予受理: the reason is read by whoever holds the follow code."""
    return advance(
        report, states.REFUSE_REPORT, by=by, at=at, reason=reason, settled_by=by, settled_at=at
    )


def answer_report(
    report: ResidentReport, *, answer: str, shown_photo: Photo | None = None, by, at: datetime
):
    """答复: what whoever holds the follow code reads, with one photo from after if the moderator lets it be seen."""
    shown = {"shown_photo": shown_photo.uuid} if shown_photo else {}
    return advance(
        report,
        states.ANSWER_REPORT,
        by=by,
        at=at,
        answer=answer,
        settled_by=by,
        settled_at=at,
        **shown,
    )


def reveal_contact(report: ResidentReport, *, by, at: datetime) -> str:
    """Give the whole contact that a resident left, and note who asked; what he left is not in the log."""
    require(may_moderate(by, report), "您不能查看这位居民的联系方式")
    record(report, "inspections.residentreport.reveal_contact", by=by, at=at)
    return report.contact


def photo_shown_to(report: ResidentReport) -> Photo | None:
    """The photo from after that goes with the answer; None once it was destroyed."""
    if not report.shown_photo:
        return None
    photos = Photo.objects.filter(
        uuid=report.shown_photo, finding=report.finding, stage=Stage.AFTER
    )
    return photos.filter(destroyed_at=None).first()
