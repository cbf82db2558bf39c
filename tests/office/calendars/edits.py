from datetime import date

from gongjian.holidays.models import DayKind, SpecialDay
from gongjian.holidays.services import set_day
from tests.editing import Edit

DAY = date(2027, 1, 4)


def entered(cast):
    given = {
        "source": "国办发明电〔2026〕9号",
        "reason": "逐日录入",
        "by": cast.office_staff,
        "at": cast.now,
    }
    set_day(DAY, kind=DayKind.HOLIDAY, name="元旦", **given)
    return [DAY.isoformat()]


EDITS = [
    Edit(
        "calendars:day",
        entered,
        first="office_staff",
        second="office_director",
        theirs={"name": "元旦假期", "reason": "改名"},
        mine={"name": "元旦补休", "reason": "更正"},
        stored=lambda: SpecialDay.objects.get(day=DAY).name,
    )
]
