"""The dates of one quarter as the office keeps them, from the task notice to the circular."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from gongjian.lib.quarters import SHANGHAI, Quarter
from gongjian.lib.workdays import PUBLISHED

OPENS, CLOSES = time(8, 30), time(17, 30)


def workday_from(day: date) -> date:
    """Return the day itself when it is a working day, else the next working day."""
    return day if PUBLISHED.is_workday(day) else PUBLISHED.add_workdays(day, 1)


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the moment of a day at which a clock in Shanghai shows `hour:minute`."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def office_moment(day: date, random: Random) -> datetime:
    """Return some minute of the day between 8:30 and 17:30."""
    minutes = random.randrange(540)
    return clock(day, 8, 30) + timedelta(minutes=minutes)


def in_waking_hours(at: datetime, *, after: datetime) -> datetime:
    """Return `at` moved into office hours of its day, if that is still after `after`."""
    opens_at = datetime.combine(at.date(), OPENS, SHANGHAI)
    closes_at = datetime.combine(at.date(), CLOSES, SHANGHAI)
    moved = min(max(at, opens_at), closes_at)
    return moved if moved > after else at


@dataclass(frozen=True)
class Milestones:
    """When the office acts in a quarter (policy 五; public notice of five working days, 3.6)."""

    quarter: Quarter

    def _after_start(self, days: int) -> date:
        return workday_from(self.quarter.first_day + timedelta(days=days))

    def _after_end(self, days: int) -> date:
        return workday_from(self.quarter.end + timedelta(days=days))

    def before_end(self, days: int) -> date:
        return self.quarter.end - timedelta(days=days)

    @property
    def drafted_at(self) -> datetime:
        return clock(self._after_start(-8), 9)

    @property
    def issued_at(self) -> datetime:
        return clock(self._after_start(1), 10)

    @property
    def reminded_at(self) -> datetime:
        """The office reminds those who are behind, six weeks before the quarter's end."""
        return clock(workday_from(self.before_end(42)), 9)

    @property
    def days_to_the_last_reminder(self) -> int:
        """Days from the issue until the slowest lead unit signs, a fortnight after the reminder."""
        until_the_reminder = self.reminded_at.date() - self.issued_at.date()
        return until_the_reminder.days + 14

    @property
    def due_on(self) -> date:
        """By when the quarter's work is done."""
        return self.before_end(6)

    @property
    def drawn_at(self) -> datetime:
        return clock(workday_from(self.before_end(24)), 14)

    @property
    def assessed_from(self) -> date:
        return self.before_end(20)

    @property
    def assessed_to(self) -> date:
        return self.before_end(1)

    @property
    def gathered_at(self) -> datetime:
        """The last month's self-checks are due by then, and the late ones are in."""
        return clock(self._after_end(8), 9)

    @property
    def public_notice_at(self) -> datetime:
        return self.gathered_at + timedelta(hours=2)

    @property
    def frozen_at(self) -> datetime:
        """The working day after the five days of the scores' public notice."""
        return clock(PUBLISHED.add_workdays(self.public_notice_at.date(), 6), 10)

    @property
    def names_public_notice_at(self) -> datetime:
        """The names for praise and criticism are proposed and put on public notice."""
        return self.frozen_at + timedelta(hours=4)

    @property
    def reported_at(self) -> datetime:
        """The working day after the three days of the names' public notice."""
        return clock(PUBLISHED.add_workdays(self.frozen_at.date(), 4), 9)

    @property
    def signed_at(self) -> datetime:
        return clock(PUBLISHED.add_workdays(self.reported_at.date(), 1), 10)

    @property
    def approved_at(self) -> datetime:
        return clock(PUBLISHED.add_workdays(self.reported_at.date(), 2), 15)

    @property
    def published_at(self) -> datetime:
        """24 days after the quarter, or the working day after the approval if that is later."""
        after_approval = PUBLISHED.add_workdays(self.approved_at.date(), 1)
        return clock(max(self._after_end(24), after_approval), 9)

    @property
    def closed_at(self) -> datetime:
        """Everything of the quarter is done by then: from here on it can be played whole."""
        return clock(self.published_at.date(), 16)


def latest_closed(until: datetime) -> Quarter:
    """Return the latest quarter whose circulars were out by `until`."""
    quarter = Quarter.of(until.date())
    while Milestones(quarter).closed_at > until:
        quarter = quarter.previous()
    return quarter
