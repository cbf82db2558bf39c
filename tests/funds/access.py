from funds.accounts import statement_of
from gongjian.lib.canonical import fingerprint
from tests.access import CITY_WIDE, EVERYONE, OFFICE, OTHER_KEEPERS, OWN_GROUP, Codes, Page
from tests.funds.factories import make_expense, make_pledge, receive

KEEPERS = OFFICE | {"lead_officer", "community_worker"}
PLEDGERS = KEEPERS | {"member_liaison"}
READS = CITY_WIDE | OWN_GROUP
DECIDERS = {"lead_officer", "office_director"}
NOT_FOR_THEM = dict.fromkeys(EVERYONE - READS, 404)
BAD_CHOICE = dict.fromkeys(OTHER_KEEPERS, 400)
"""A keeper of another community may open the form; this community is not among its choices."""
OF_COMMUNITY = "?community=330111001101"
"""虎山社区, that of `cast.community`."""


def code(cast):
    return [cast.community.code]


def pledge(cast):
    return [make_pledge(cast).pk]


def receipt(cast):
    return [receive(cast).pk]


def expense(cast):
    receive(cast)
    return [make_expense(cast).pk]


def disclosure(cast):
    return [cast.community.disclosures.create(**frozen(cast)).pk]


def frozen(cast):
    content = statement_of(cast.community, "2026Q4")
    given = {"quarter": "2026Q4", "content": content, "sha256": "0" * 64}
    return given | {"published_by": cast.lead_officer, "published_at": cast.now}


def new_pledge(cast):
    words = {
        "quarter": "2026Q4",
        "source": "unit_share",
        "unit": cast.member_unit.pk,
        "amount_yuan": "2,000.5",
    }
    return {
        "community": cast.community.pk,
        "pledged_on": "2026-11-16",
        "is_voluntary": "on",
        **words,
    }


def new_receipt(cast):
    words = {
        "source": "donation",
        "payer": "热心居民",
        "amount_yuan": "0.5万元",
        "receipt_number": "NO1",
    }
    return {"community": cast.community.pk, "received_on": "2026-11-16", **words}


def new_expense(cast):
    words = {
        "purpose": "慰问",
        "payee": "富春超市",
        "amount_yuan": "８００",
        "voucher_number": "P1",
    }
    return {"community": cast.community.pk, "spent_on": "2026-11-16", **words}


def confirmed(cast):
    previewed = fingerprint(frozen(cast)["content"])
    return {"community": cast.community.code, "quarter": "2026Q4", "previewed": previewed}


PAGES = [
    Page("funds:overview", get=Codes(EVERYONE)),
    Page("funds:overview", get=Codes(EVERYONE), query="?format=xlsx"),
    Page("funds:overview", get=Codes(set(), otherwise=400), query="?quarter=2026"),
    Page("funds:community", code, get=Codes(READS, otherwise=404)),
    Page("funds:community", code, get=Codes(set(), otherwise=404), query="?quarter=2026Q5"),
    Page("funds:pledges", get=Codes(EVERYONE)),
    Page("funds:pledge_new", get=Codes(PLEDGERS | OTHER_KEEPERS | {"other_member_liaison"})),
    Page(
        "funds:pledge_new",
        get=Codes(PLEDGERS, otherwise=404),
        post=Codes(PLEDGERS, otherwise=404, code=302),
        data=new_pledge,
        query=OF_COMMUNITY,
    ),
    Page("funds:pledge", pledge, get=Codes(READS, otherwise=404)),
    Page("funds:pledge_withdraw", pledge, post=Codes(PLEDGERS, 403, 302, NOT_FOR_THEM)),
    Page("funds:contributions", get=Codes(EVERYONE)),
    Page(
        "funds:contribution_new",
        get=Codes(KEEPERS | OTHER_KEEPERS),
        post=Codes(KEEPERS, 403, 302, BAD_CHOICE),
        data=new_receipt,
    ),
    Page("funds:contribution", receipt, get=Codes(READS, otherwise=404)),
    Page(
        "funds:contribution_reverse",
        receipt,
        get=Codes(KEEPERS, 403, 200, NOT_FOR_THEM),
        post=Codes(KEEPERS, 403, 302, NOT_FOR_THEM),
        data=lambda cast: {"reason": "登记有误"},
    ),
    Page("funds:expenses", get=Codes(EVERYONE)),
    Page(
        "funds:expense_new",
        get=Codes(KEEPERS | OTHER_KEEPERS),
        post=Codes(KEEPERS, 403, 302, BAD_CHOICE),
        data=new_expense,
    ),
    Page("funds:expense", expense, get=Codes(READS, otherwise=404)),
    Page("funds:expense_approve", expense, post=Codes(DECIDERS, 403, 302, NOT_FOR_THEM)),
    Page(
        "funds:expense_refuse",
        expense,
        get=Codes(DECIDERS, 403, 200, NOT_FOR_THEM),
        post=Codes(DECIDERS, 403, 302, NOT_FOR_THEM),
        data=lambda cast: {"remark": "缺少名单"},
    ),
    Page(
        "funds:disclosure_publish",
        get=Codes(KEEPERS | OTHER_KEEPERS),
        post=Codes(KEEPERS, 403, 302, BAD_CHOICE),
        data=confirmed,
    ),
    Page(
        "funds:disclosure_publish",
        get=Codes(KEEPERS, otherwise=404),
        query=f"{OF_COMMUNITY}&quarter=2026Q4",
    ),
    Page("funds:disclosure", disclosure, get=Codes(READS, otherwise=404)),
]
