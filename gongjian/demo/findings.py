"""What becomes of a finding: put right in time, late or never; struck off or sent back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.demo import stories
from gongjian.demo.calendar import in_waking_hours
from gongjian.demo.pictures import draw_scene
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from gongjian.demo.trouble import plan_extension
from inspections.models import Finding
from inspections.models.findings import FindingSource, FindingStatus
from inspections.models.findings import PhotoStage as PhotoStage
from inspections.services.findings import (
    add_photo,
    close_out_finding,
    rectify_finding,
    send_back_finding,
    verify_finding,
)

REWORKED = 0.02
EXTENDED = 0.1


@dataclass
class FindingCourse:
    """How one finding goes on: who puts it right, with or without photos, once or twice."""

    finding: Finding
    stage: int
    random: Random
    doer: User
    has_photos: bool
    is_reworked: bool


def follow_new(play: Play, community: Community, findings: Iterable[Finding], stage: int) -> None:
    """Follow the new findings of a community."""
    for finding in findings:
        finding.community = community
        follow_finding(play, finding, stage)


def follow_finding(play: Play, finding: Finding, stage: int) -> None:
    """Plan the course of a new finding; the first ones of a quarter get photos."""
    finding.found_by = play.staff.users[finding.found_by_id]
    random = play.random("finding", finding.number)
    has_photos = takes_photos(play, finding)
    if has_photos:
        file = picture(finding, PhotoStage.BEFORE)
        finder = acting(finding.found_by, finding.found_at)
        fields = {"stage": PhotoStage.BEFORE, "file": file}
        add_photo(finding, **fields, by=finder, at=finding.found_at)
    if random.random() < play.scale.unsettled:
        return
    put_right_at = moment_of_rectification(play, finding, random)
    is_reworked = play.rework_count == 0 or random.random() < REWORKED
    play.rework_count += is_reworked
    doer = play.staff.who_puts_right(finding.responsible_unit)
    course = FindingCourse(finding, stage, random, doer, has_photos, is_reworked)
    if put_right_at > finding.due_at and random.random() < EXTENDED:
        plan_extension(play, finding, doer, stage)
    play.plan(stage, put_right_at, put_right, course)


def takes_photos(play: Play, finding: Finding) -> bool:
    """Whether this finding is one of the quarter's photographed ones; counts it if so."""
    by_city = finding.source == FindingSource.CITY
    most = play.scale.city_photos if by_city else play.scale.photos
    if play.photo_counts[by_city] >= most:
        return False
    play.photo_counts[by_city] += 1
    return True


def moment_of_rectification(play: Play, finding: Finding, random: Random) -> datetime:
    """Return when it is put right: punctual communities keep the limit."""
    found_at, due_at = finding.found_at, finding.due_at
    punctuality = play.characters[finding.community_id].punctuality
    if random.random() < 0.4 + 0.6 * punctuality:
        share_used = random.uniform(0.3, 0.9)
        early_at = found_at + (due_at - found_at) * share_used
        return min(in_waking_hours(early_at, after=found_at), due_at)
    late_at = due_at + timedelta(hours=random.randint(5, 90))
    return in_waking_hours(late_at, after=due_at)


def put_right(play: Play, course: FindingCourse, at: datetime) -> None:
    finding = course.finding
    fields = {"rectification": stories.PUT_RIGHT[finding.item_code]}
    if course.has_photos:
        fields["photos"] = [picture(finding, PhotoStage.AFTER)]
    else:
        fields["no_photo_reason"] = stories.WITHOUT_PHOTO
    rectify_finding(finding, **fields, by=acting(course.doer, at), at=at)
    hours = course.random.randint(2, 26)
    checked_at = in_waking_hours(at + timedelta(hours=hours), after=at)
    answer = send_back if course.is_reworked and not finding.rework_count else verify
    play.plan(course.stage, checked_at, answer, course)


def send_back(play: Play, course: FindingCourse, at: datetime) -> None:
    clerk = play.clerk(course.random.randrange(6), at)
    send_back_finding(course.finding, remark=stories.NOT_PUT_RIGHT, by=clerk, at=at)
    again_at = in_waking_hours(at + timedelta(hours=22), after=at)
    play.plan(course.stage, again_at, put_right, course)


def verify(play: Play, course: FindingCourse, at: datetime) -> None:
    finding = course.finding
    worker = acting(play.staff.workers[finding.community_id], at)
    verify_finding(finding, by=worker, at=at)
    if finding.status == FindingStatus.VERIFIED:
        closed_at = in_waking_hours(at + timedelta(hours=20), after=at)
        play.plan(course.stage, closed_at, close_out, course)


def close_out(play: Play, course: FindingCourse, at: datetime) -> None:
    close_out_finding(course.finding, by=play.clerk(2, at), at=at)


def picture(finding: Finding, stage: PhotoStage):
    """Return a drawn photo of the finding's place, before or after it was put right."""
    is_put_right = stage == PhotoStage.AFTER
    seed = finding.number
    return draw_scene(finding.item_code, finding.place, is_put_right=is_put_right, seed=seed)
