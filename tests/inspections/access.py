from datetime import timedelta
from urllib.parse import (
    urlencode,
)
from uuid import (
    uuid4,
)

from django.core.files.base import (
    ContentFile,
)
from django.core.files.storage import (
    default_storage,
)
from django.utils import (
    timezone,
)

from gongjian.jobs.models import (
    Job,
)
from inspections.forms.reports import (
    new_token,
)
from tests.access import (
    ASSESSMENT,
    CITY_WIDE,
    EVERYONE,
    OFFICE,
    OTHER_KEEPERS,
    OWN_GROUP,
    Codes,
    Page,
)
from tests.cast import NOW
from tests.inspections.factories import (
    checklist_upload,
    make_checklist,
    make_entry,
    make_example,
    make_finding,
    make_frontage,
    make_photo,
    make_report,
    make_request,
    make_self_check,
    photo_bytes,
    photo_upload,
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


def checklist(cast):
    return [make_checklist().pk]


def frontage(cast):
    make_checklist()
    return [make_frontage(cast).pk]


def paper_file(cast):
    """The address of a file that the office's director ordered."""
    path = default_storage.save("papers/matrix.pdf", ContentFile(b"%PDF"))
    given = {
        "by": cast.office_director,
        "at": cast.now,
        "ready_at": cast.now,
        "result": {"path": path},
    }
    return [Job.objects.create(kind="inspections.papers", key=path, title="印制责任牌", **given).pk]


def start(cast):
    make_checklist()
    return {"community": cast.community.pk, "month": "2026-11"}


def report(cast):
    make_checklist()
    return {
        "community": cast.community.pk,
        "item_code": "W1",
        "description": "垃圾",
        "place": "虎山路",
    }


def assign(cast):
    return {"responsible_unit": cast.lead_unit.pk}


def sent_from_phone(cast):
    make_self_check(cast)
    return [uuid4()]


REMARK = {"remark": "请补照片"}
CANNOT_CHOOSE_IT = dict.fromkeys(OTHER_KEEPERS, 400)
MODERATORS = OFFICE | {"community_worker"}


def resident(cast):
    opened = new_token(timezone.now() - timedelta(minutes=1))
    return {
        "community": cast.community.pk,
        "place": "虎山路",
        "words": "垃圾没人清",
        "token": opened,
    }


def answered(cast):
    finding = make_finding(cast, status="closed_out")
    shown = make_photo(cast, finding=finding, stage="after").uuid
    make_report(cast, code="abcd-efgh", status="answered", finding=finding, shown_photo=shown)
    return ["abcd-efgh"]


def reported(cast):
    make_checklist()
    return [make_report(cast, contact="13857112345").pk]


PAGES = [
    Page(
        "inspections:public_report",
        get=Codes(EVERYONE),
        post=Codes(EVERYONE, code=302),
        data=resident,
        public=True,
    ),
    Page("inspections:public_follow", answered, get=Codes(EVERYONE), public=True),
    Page("inspections:public_photo", answered, get=Codes(EVERYONE), public=True),
    Page("inspections:reports", get=Codes(EVERYONE)),
    Page(
        "inspections:report",
        reported,
        get=Codes(MODERATORS | {"auditor"}, 404),
        post=Codes(MODERATORS, 404, code=302, exceptions={"auditor": 403}),
        data=lambda cast: {"act": "refuse", "refuse-reason": "不属于共建范围"},
    ),
    Page("inspections:round", get=Codes(OFFICE | KEEPERS)),
    Page("inspections:honours", get=Codes(EVERYONE), post=Codes(OFFICE, code=302)),
    Page(
        "inspections:honour",
        lambda cast: [make_entry(cast).pk],
        get=Codes(OFFICE | {"auditor"}, 404),
        post=Codes(OFFICE, 404, code=302, exceptions={"auditor": 403}),
        data=lambda cast: {"act": "publish", "publish-decision": "连续两季度五星"},
    ),
    Page("inspections:self_checks", get=Codes(EVERYONE)),
    Page("inspections:self_check_book", get=Codes(KEEPERS), post=Codes(KEEPERS, code=400)),
    Page("inspections:self_check_months", get=Codes(EVERYONE)),
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
    Page(
        "inspections:self_check_explain",
        check(month="2026-10", status="accepted", is_late=True),
        post=of_those(GROUP, SEES, 302),
        data=lambda cast: {"reason": "台风抢险"},
    ),
    Page(
        "inspections:self_check_accept", check(status="submitted"), post=of_those(OFFICE, SEES, 302)
    ),
    Page("inspections:checklists", get=Codes(EVERYONE)),
    Page("inspections:checklist", checklist, get=Codes(EVERYONE)),
    Page(
        "inspections:checklist_new",
        get=Codes(OFFICE),
        post=Codes(OFFICE, code=302),
        data=lambda cast: {"content": checklist_upload(), "from_month": "2026-12"},
    ),
    Page(
        "inspections:checklist_examples",
        checklist,
        post=Codes(OFFICE, code=302),
        data=lambda cast: {"item_code": "Q1", "look": "good", "photos": photo_upload()},
    ),
    Page(
        "inspections:checklist_example", lambda cast: [make_example(cast).uuid], get=Codes(EVERYONE)
    ),
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
        data=lambda cast: urlencode(
            {"Q1-result": "pass", "base": (NOW - timedelta(hours=1)).isoformat()}
        ).encode(),
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
        data=lambda cast: {"rectification": "已清运", "no_photo_reason": "夜间作业"},
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
    Page("inspections:finding_notice", post=Codes(OFFICE, code=302)),
    Page(
        "inspections:finding_close_out",
        finding(status="verified"),
        post=of_those(OFFICE, SEES_FINDING, 302),
    ),
    Page(
        "inspections:finding_mark_false",
        finding(status="closed_out"),
        get=of_those(OFFICE, SEES_FINDING),
        post=of_those(OFFICE, SEES_FINDING, 302),
        data=lambda cast: {"reason": "现场未清理", "evidence": "11月16日复核"},
    ),
    Page(
        "inspections:finding_supervise",
        finding(),
        get=of_those(OFFICE, SEES_FINDING),
        post=of_those(OFFICE, SEES_FINDING, 302),
        data=lambda cast: {
            "unit": cast.member_unit.pk,
            "due_on": "2026-11-20",
            "reason": "两次退回",
        },
    ),
    Page(
        "inspections:finding_ask",
        lambda cast: [*finding()(cast), "extension"],
        get=of_those(GROUP | {"member_liaison"}, SEES_FINDING),
        post=of_those(GROUP | {"member_liaison"}, SEES_FINDING, 302),
        data=lambda cast: {"until_on": "2026-11-20", "reason": "雨天无法施工"},
    ),
    Page(
        "inspections:finding_decide",
        lambda cast: [make_request(cast).finding.number],
        post=of_those(OFFICE, SEES_FINDING, 302),
        data=lambda cast: {"answer": "grant"},
    ),
    Page("inspections:photo", lambda cast: [make_photo(cast).uuid], get=Codes(SEES_FINDING, 404)),
    Page(
        "inspections:photo_black_out",
        lambda cast: [make_photo(cast).uuid],
        get=of_those(OFFICE | GROUP, SEES_FINDING),
        post=of_those(OFFICE | GROUP, SEES_FINDING, 302),
        data=lambda cast: {
            "left-1": "10",
            "top-1": "10",
            "width-1": "20",
            "height-1": "20",
            "act": "save",
        },
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
        data=lambda cast: {
            "shop_name": "好再来面馆",
            "responsible_person": "周店主",
            "status": "trading",
        },
        opens=True,
    ),
    Page("inspections:frontage_search", get=Codes(EVERYONE), query="?q=mian"),
    Page(
        "inspections:duty_sets",
        get=Codes(OFFICE),
        post=Codes(OFFICE, code=302),
        data=lambda cast: {"title": "门前六包", "outside": "包卫生：清扫保洁", "inside": ""},
    ),
    Page("inspections:frontage_papers", post=Codes(EVERYONE, code=302)),
    Page("inspections:frontage_paper_file", paper_file, get=Codes({"office_director"}, 404)),
    Page(
        "inspections:public_frontage",
        lambda cast: [make_frontage(cast).public_code],
        get=Codes(EVERYONE),
        public=True,
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
