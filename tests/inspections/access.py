from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

from tests.access import ASSESSMENT, CITY_WIDE, EVERYONE, OFFICE, OTHER_KEEPERS, OWN_GROUP, Codes, Page
from tests.cast import NOW
from tests.inspections.factories import (
    make_checklist,
    make_finding,
    make_frontage,
    make_photo,
    make_self_check,
    photo_bytes,
)

SEES = CITY_WIDE | ASSESSMENT | OWN_GROUP
"""Who sees 虎山社区 and what belongs to it."""
SEES_FINDING = SEES - {"department_officer"}
"""A department sees what lies with it, and only that."""
GROUP = {"lead_officer", "community_worker"}
KEEPERS = GROUP | OTHER_KEEPERS


def of_those(ok, seen, code=200) -> Codes:
    """Those in `ok` are let in; others who see the object get 403, strangers 404."""
    return Codes(ok, otherwise=404, code=code, exceptions=dict.fromkeys(seen - ok, 403))


def check(**given):
    return lambda cast: [make_self_check(cast, **given).pk]


def finding(**given):
    return lambda cast: [make_finding(cast, responsible_unit=cast.member_unit, **given).number]


def frontage(cast):
    make_checklist()
    return [make_frontage(cast).pk]


def start(cast):
    make_checklist()
    return {"community": cast.community.pk, "month": "2026-11"}


def report(cast):
    make_checklist()
    return {"community": cast.community.pk, "item_code": "W1", "description": "垃圾", "place": "虎山路"}


def assign(cast):
    return {"responsible_unit": cast.lead_unit.pk}


def sent_from_phone(cast):
    make_self_check(cast)
    return [uuid4()]


REMARK = {"remark": "请补照片"}
CANNOT_CHOOSE_IT = dict.fromkeys(OTHER_KEEPERS, 400)
PAGES = [
    Page("inspections:self_checks", get=Codes(EVERYONE)),
    Page(
        "inspections:self_check_new",
        get=Codes(KEEPERS),
        post=Codes(GROUP, code=302, exceptions=CANNOT_CHOOSE_IT),
        data=start,
    ),
    Page("inspections:self_check", check(), get=Codes(SEES, 404)),
    Page(
        "inspections:self_check_fill",
        check(),
        get=of_those(GROUP, SEES),
        post=of_those(GROUP, SEES, 302),
        data=lambda cast: {"Q1-result": "pass", "act": "draft"},
        opens=True,
    ),
    Page("inspections:self_check_delete", check(), post=of_those(GROUP, SEES, 302)),
    Page(
        "inspections:self_check_return",
        check(status="submitted"),
        get=of_those(OFFICE, SEES),
        post=of_those(OFFICE, SEES, 302),
        data=lambda cast: REMARK,
    ),
    Page("inspections:self_check_accept", check(status="submitted"), post=of_those(OFFICE, SEES, 302)),
    Page("inspections:queue_worker", get=Codes(EVERYONE)),
    Page(
        "inspections:queue_photo",
        sent_from_phone,
        query="?community=330111001101&month=2026-11&item=Q2",
        put=of_those(GROUP, SEES, 201),
        data=lambda cast: photo_bytes(),
    ),
    Page(
        "inspections:queue_self_check",
        sent_from_phone,
        query="?community=330111001101&month=2026-11",
        put=of_those(GROUP, SEES, 201),
        data=lambda cast: urlencode({"Q1-result": "pass", "base": (NOW - timedelta(hours=1)).isoformat()}).encode(),
    ),
    Page("inspections:findings", get=Codes(EVERYONE)),
    Page(
        "inspections:finding_new",
        get=Codes(OFFICE | KEEPERS | {"assessor"}),
        post=Codes(OFFICE | GROUP | {"assessor"}, code=302, exceptions=CANNOT_CHOOSE_IT),
        data=report,
    ),
    Page("inspections:finding_remind", post=Codes(OFFICE, code=302)),
    Page("inspections:finding", finding(), get=Codes(SEES_FINDING, 404)),
    Page(
        "inspections:finding_assign",
        finding(),
        get=of_those(OFFICE | GROUP, SEES_FINDING),
        post=of_those(OFFICE | GROUP, SEES_FINDING, 302),
        data=assign,
    ),
    Page(
        "inspections:finding_rectify",
        finding(),
        get=of_those(GROUP | {"member_liaison"}, SEES_FINDING),
        post=of_those(GROUP | {"member_liaison"}, SEES_FINDING, 302),
        data=lambda cast: {"rectification": "已清运"},
    ),
    Page(
        "inspections:finding_verify",
        finding(status="rectified"),
        post=of_those(OFFICE | {"community_worker"}, SEES_FINDING, 302),
    ),
    Page(
        "inspections:finding_send_back",
        finding(status="rectified"),
        get=of_those(OFFICE | {"community_worker"}, SEES_FINDING),
        post=of_those(OFFICE | {"community_worker"}, SEES_FINDING, 302),
        data=lambda cast: REMARK,
    ),
    Page("inspections:photo", lambda cast: [make_photo(cast).uuid], get=Codes(SEES_FINDING, 404)),
    Page(
        "inspections:photo_black_out",
        lambda cast: [make_photo(cast).uuid],
        get=of_those(OFFICE | GROUP, SEES_FINDING),
        post=of_those(OFFICE | GROUP, SEES_FINDING, 302),
        data=lambda cast: {"left-1": "10", "top-1": "10", "width-1": "20", "height-1": "20", "act": "save"},
    ),
    Page("inspections:frontages", get=Codes(EVERYONE)),
    Page("inspections:frontage", frontage, get=Codes(SEES, 404)),
    Page(
        "inspections:frontage_check",
        frontage,
        get=of_those(OFFICE | GROUP, SEES),
        post=of_those(OFFICE | GROUP, SEES, 302),
        data=lambda cast: {"checked_on": "2026-11-16", "failed": ["order"], "remark": "占道"},
    ),
    Page(
        "inspections:frontage_edit",
        frontage,
        get=of_those(OFFICE | GROUP, SEES),
        post=of_those(OFFICE | GROUP, SEES, 302),
        data=lambda cast: {"shop_name": "好再来面馆", "responsible_person": "周店主", "status": "trading"},
        opens=True,
    ),
    Page("api:finding-list", get=Codes(EVERYONE)),
    Page("api:finding-detail", finding(), get=Codes(SEES_FINDING, 404)),
    Page("inspections:frontage_reveal_phone", frontage, post=of_those(OFFICE | GROUP, SEES)),
    Page("api:frontage-list", get=Codes(EVERYONE)),
    # without If-Match nobody writes: 428 says so to whoever may
    Page(
        "api:frontage-detail",
        frontage,
        get=Codes(SEES, 404),
        patch=of_those(OFFICE | GROUP | {"api_client"}, SEES, 428),
        data=lambda cast: {"responsible_person": "李店主"},
    ),
]
