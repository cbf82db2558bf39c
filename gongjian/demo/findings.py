"""What becomes of a finding: put right in time or late or not at all, looked at, struck off or sent back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from communities.models import Community
from gongjian.demo import stories
from gongjian.demo.calendar import in_waking_hours
from gongjian.demo.pictures import draw_scene
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from gongjian.demo.trouble import plan_extension
from inspections.models import Finding
from inspections.models.findings import FindingStatus, Source
from inspections.models.findings import Stage as PhotoStage
from inspections.services.findings import (
    add_photo,
    close_out_finding,
    rectify_finding,
    send_back_finding,
    verify_finding,
)

REWORKED = 0.02
EXTENDED = 0.1


def follow_new(play: Play, community: Community, found: Iterable[Finding], stage: int) -> None:
    """Follow findings as they are made; the first ones of the quarter get their photos."""
    for finding in found:
        finding.community = community
        follow_finding(play, finding, stage)


def follow_finding(play: Play, finding: Finding, stage: int) -> None:
    finding.found_by = play.staff.users[finding.found_by_id]
    random = play.random("finding", finding.number)
    punctuality = play.characters[finding.community_id].punctuality
    by_city = finding.source == Source.CITY
    has_photos = play.photos_taken[by_city] < (
        play.scale.city_photos if by_city else play.scale.photos
    )
    if has_photos:
        play.photos_taken[by_city] += 1
        _photograph(finding, PhotoStage.BEFORE, finding.found_by, finding.found_at)
    if random.random() < play.scale.unsettled:
        return
    if random.random() < 0.4 + 0.6 * punctuality:
        at = finding.found_at + (finding.due_at - finding.found_at) * random.uniform(0.3, 0.9)
        at = min(in_waking_hours(at, after=finding.found_at), finding.due_at)
    else:
        at = in_waking_hours(
            finding.due_at + timedelta(hours=random.randint(5, 90)), after=finding.due_at
        )
    is_reworked = play.reworks == 0 or random.random() < REWORKED
    play.reworks += is_reworked
    doer = play.staff.who_puts_right(finding.responsible_unit)

    def put_right(at: datetime) -> None:
        shown = (
            {"photos": [_picture(finding, PhotoStage.AFTER)]}
            if has_photos
            else {"no_photo_reason": stories.WITHOUT_PHOTO}
        )
        words = stories.PUT_RIGHT[finding.item_code]
        rectify_finding(finding, rectification=words, **shown, by=acting(doer, at), at=at)
        looked_at = in_waking_hours(at + timedelta(hours=random.randint(2, 26)), after=at)
        play.plan(
            stage, looked_at, send_back if is_reworked and not finding.rework_count else verify
        )

    def send_back(at: datetime) -> None:
        clerk = acting(play.staff.clerk(random.randrange(6)), at)
        send_back_finding(finding, remark=stories.NOT_PUT_RIGHT, by=clerk, at=at)
        play.plan(stage, in_waking_hours(at + timedelta(hours=22), after=at), put_right)

    def verify(at: datetime) -> None:
        verify_finding(finding, by=acting(play.staff.workers[finding.community_id], at), at=at)
        if finding.status == FindingStatus.VERIFIED:
            play.plan(stage, in_waking_hours(at + timedelta(hours=20), after=at), close_out)

    def close_out(at: datetime) -> None:
        close_out_finding(finding, by=acting(play.staff.clerk(2), at), at=at)

    if at > finding.due_at and random.random() < EXTENDED:
        plan_extension(play, finding, doer, stage)
    play.plan(stage, at, put_right)


def _photograph(finding: Finding, stage: PhotoStage, person, at: datetime) -> None:
    add_photo(finding, stage=stage, file=_picture(finding, stage), by=acting(person, at), at=at)


def _picture(finding: Finding, stage: PhotoStage):
    is_put_right = stage == PhotoStage.AFTER
    return draw_scene(
        finding.item_code, finding.place, is_put_right=is_put_right, seed=finding.number
    )
