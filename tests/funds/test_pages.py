from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from communities.models import Community
from funds.models import Contribution, Disclosure, Expense, Pledge
from funds.services import publish_disclosure
from tests.cast import make_community, make_unit
from tests.funds.access import confirmed, new_expense, new_pledge, new_receipt
from tests.funds.factories import make_expense, make_pledge, receive, seat_units
from tests.queries import count_queries


def page(answer):
    return answer.content.decode()


def busy_communities(cast, many):
    """So many further communities with a pledge, a receipt, a reversed one, a disclosure and an
    expense.
    """
    known = Community.objects.count()
    for number in range(known, known + many):
        unit = make_unit(f"第{number}牵头局")
        community = make_community(f"第{number}社区", f"33011100{number:04}", lead=unit)
        make_pledge(cast, community=community, unit=unit)
        row = {
            "community": community,
            "quarter": "2026Q4",
            "source": "donation",
            "payer": "热心居民",
        }
        row |= {
            "receipt_number": f"R{number}",
            "received_on": cast.today,
            "by": cast.office_staff,
            "at": cast.now,
        }
        first = Contribution.objects.create(amount_yuan=10, **row)
        Contribution.objects.create(amount_yuan=-10, reverses=first, reason="退票", **row)
        frozen = {
            "content": {},
            "sha256": "",
            "published_by": cast.office_staff,
            "published_at": cast.now,
        }
        Disclosure.objects.create(community=community, quarter="2026Q4", **frozen)
        make_expense(cast, community=community)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["overview", "pledges", "contributions", "expenses"])
def test_list_costs_the_same_for_ten_and_sixty_communities(cast, sign_in, name):
    client = sign_in(cast.office_staff)
    busy_communities(cast, 10)
    url = reverse(f"funds:{name}")
    ten = count_queries(lambda: client.get(url))
    busy_communities(cast, 50)
    assert count_queries(lambda: client.get(url)) == ten


@pytest.mark.parametrize("address", ["", "publish"])
def test_community_costs_the_same_for_one_and_thirty_rows(cast, sign_in, address):
    client = sign_in(cast.lead_officer)
    url = reverse("funds:community", args=[cast.community.code])
    if address:
        url = (
            reverse("funds:disclosure_publish") + f"?community={cast.community.code}&quarter=2026Q4"
        )

    def rows(many):
        for _ in range(many):
            make_pledge(cast)
            receive(cast)
            make_expense(cast, status="approved")

    rows(1)
    one = count_queries(lambda: client.get(url))
    rows(29)
    assert count_queries(lambda: client.get(url)) == one


def test_overview_shows_sources_balance_and_sums(cast, sign_in):
    receive(cast, "48600.50")
    receive(
        cast,
        "1000.00",
        source="unit_share",
        unit=cast.other_lead_unit,
        community=cast.other_community,
    )
    make_expense(cast, "600.50", status="approved")
    answer = sign_in(cast.office_staff).get(reverse("funds:overview"))
    assert {
        name: answer.context["totals"][name]
        for name in ("received_yuan", "balance_yuan", "disclosed")
    } == {
        "received_yuan": Decimal("49600.50"),
        "balance_yuan": Decimal("49000.00"),
        "disclosed": 0,
    }
    assert "48,000.00 元" in page(answer)
    assert "<svg" in page(answer)


def test_overview_sums_and_draws_only_what_one_may_see(cast, sign_in):
    receive(cast, "1000.00")
    receive(cast, "77.00", community=cast.other_community)
    answer = sign_in(cast.other_lead_officer).get(reverse("funds:overview"))
    assert answer.context["totals"]["received_yuan"] == 77
    assert "虎山社区" not in page(answer)


def test_assessor_sees_no_communitys_money(cast, sign_in):
    receive(cast)
    assert (
        sign_in(cast.assessor).get(reverse("funds:overview")).context["page"].paginator.count == 0
    )
    assert (
        sign_in(cast.assessor).get(reverse("funds:contributions")).context["page"].paginator.count
        == 0
    )


def test_workbook_holds_the_quarter_that_was_asked_for(cast, sign_in, tmp_path):
    receive(cast, "300.00", quarter="2026Q3", received_on=date(2026, 9, 1))
    answer = sign_in(cast.office_staff).get(
        reverse("funds:overview"), {"quarter": "2026Q3", "format": "xlsx"}
    )
    (tmp_path / "book.xlsx").write_bytes(b"".join(answer.streaming_content))
    rows = list(load_workbook(tmp_path / "book.xlsx").active.values)
    assert rows[0][:5] == ("社区", "街道", "社区拿", "单位筹", "社会捐")
    assert rows[1][0] == "虎山社区"
    assert (rows[1][4], rows[1][6]) == (300, 300)


def test_overview_filters_by_disclosure(cast, sign_in):
    publish_disclosure(
        community=cast.community, quarter="2026Q4", by=cast.lead_officer, at=cast.now
    )
    client = sign_in(cast.office_staff)
    assert "虎山社区" in page(client.get(reverse("funds:overview"), {"disclosed": "yes"}))
    assert "虎山社区" not in page(client.get(reverse("funds:overview"), {"disclosed": "no"}))


def test_levy_hint_is_the_offices_alone(cast, sign_in):
    for unit in seat_units(cast.community, 5):
        make_pledge(cast, unit=unit)
    url = reverse("funds:community", args=[cast.community.code])
    assert "疑似摊派" in page(sign_in(cast.office_staff).get(url))
    assert "疑似摊派" in page(sign_in(cast.office_staff).get(reverse("funds:overview")))
    assert "疑似摊派" not in page(sign_in(cast.lead_officer).get(url))


def test_amounts_are_read_as_people_write_them(cast, sign_in):
    client = sign_in(cast.lead_officer)
    client.post(reverse("funds:pledge_new"), new_pledge(cast) | {"amount_yuan": "48,600.5"})
    client.post(reverse("funds:contribution_new"), new_receipt(cast) | {"amount_yuan": "4.86万元"})
    client.post(reverse("funds:expense_new"), new_expense(cast) | {"amount_yuan": "４８６００元"})
    amounts = [model.objects.get().amount_yuan for model in (Pledge, Contribution, Expense)]
    assert amounts == [Decimal("48600.50"), Decimal("48600.00"), Decimal("48600.00")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [("-5", "是负数"), ("0", "大于 0"), ("五百", "不是金额"), ("1.005", "不足一分")],
)
def test_wrong_amount_is_named_at_its_field_and_kept(cast, sign_in, typed, said):
    answer = sign_in(cast.lead_officer).post(
        reverse("funds:contribution_new"), new_receipt(cast) | {"amount_yuan": typed}
    )
    assert said in answer.context["form"].errors["amount_yuan"][0]
    assert f'value="{typed}"' in page(answer)


def test_what_the_service_refuses_stands_at_its_field(cast, sign_in):
    receive(cast, receipt_number="NO1")
    answer = sign_in(cast.lead_officer).post(reverse("funds:contribution_new"), new_receipt(cast))
    assert "已登记过" in answer.context["form"].errors["receipt_number"][0]
    assert "热心居民" in page(answer)


def test_closed_books_lose_nothing_typed(cast, sign_in):
    publish_disclosure(
        community=cast.community, quarter="2026Q4", by=cast.lead_officer, at=cast.now
    )
    answer = sign_in(cast.lead_officer).post(reverse("funds:contribution_new"), new_receipt(cast))
    assert answer.status_code == 400
    assert "已经公示" in answer.context["form"].errors["received_on"][0]
    assert "已经公示" in page(answer)
    assert "热心居民" in page(answer)


def test_receipt_on_a_pledge_is_filled_in_with_what_is_open(cast, sign_in):
    pledge = make_pledge(cast)
    client, url = (
        sign_in(cast.lead_officer),
        reverse("funds:contribution_new") + f"?pledge={pledge.pk}",
    )
    assert client.get(url).context["form"]["amount_yuan"].value() == "2000.00"
    words = {"amount_yuan": "500", "received_on": "2026-11-16", "receipt_number": "NO2"}
    client.post(url, words)
    answer = client.post(url, words | {"amount_yuan": "1500.01", "receipt_number": "NO3"})
    assert "还有 1,500.00 元" in answer.context["form"].errors["amount_yuan"][0]
    assert Contribution.objects.get().payer == pledge.payer


@pytest.mark.parametrize("pk", ["0", "999", "abc", "²"])
def test_receipt_on_no_pledge_is_not_found(cast, sign_in, pk):
    assert (
        sign_in(cast.lead_officer)
        .get(reverse("funds:contribution_new"), {"pledge": pk})
        .status_code
        == 404
    )


def test_liaison_is_offered_his_own_unit_alone(cast, sign_in):
    client = sign_in(cast.member_liaison)
    form = client.get(reverse("funds:pledge_new")).context["form"]
    assert list(form.fields["unit"].queryset) == [cast.member_unit]
    answer = client.post(
        reverse("funds:pledge_new"), new_pledge(cast) | {"unit": cast.lead_unit.pk}
    )
    assert "unit" in answer.context["form"].errors


def test_pledge_must_be_said_to_be_voluntary(cast, sign_in):
    words = {name: value for name, value in new_pledge(cast).items() if name != "is_voluntary"}
    answer = sign_in(cast.lead_officer).post(reverse("funds:pledge_new"), words)
    assert "自愿" in answer.context["form"].errors["is_voluntary"][0]


def test_donation_names_its_donor(cast, sign_in):
    answer = sign_in(cast.lead_officer).post(
        reverse("funds:contribution_new"), new_receipt(cast) | {"payer": ""}
    )
    assert "请填写捐赠方" in answer.context["form"].errors["payer"][0]


def test_asker_sees_no_button_to_approve(cast, sign_in):
    receive(cast)
    expense = make_expense(cast, requested_by=cast.lead_officer)
    url = expense.get_absolute_url()
    assert "expense_approve" not in page(sign_in(cast.lead_officer).get(url))
    assert sign_in(cast.lead_officer).get(url).context["steps"] == set()
    assert sign_in(cast.office_director).get(url).context["steps"] == {"approve", "refuse"}


def test_uncovered_expense_says_so_instead_of_a_button(cast, sign_in):
    answer = sign_in(cast.lead_officer).get(make_expense(cast).get_absolute_url())
    assert "余额不足" in page(answer)
    assert reverse("funds:expense_approve", args=[answer.context["expense"].pk]) not in page(answer)


def test_approval_without_money_is_answered_with_the_reason(cast, sign_in):
    url = reverse("funds:expense_approve", args=[make_expense(cast).pk])
    answer = sign_in(cast.lead_officer).post(url)
    assert answer.status_code == 409
    assert "可用 0.00 元" in page(answer)


def test_preview_shows_what_is_then_frozen(cast, sign_in):
    receive(cast, "4860.00", receipt_number="NO7")
    client = sign_in(cast.community_worker)
    seen = client.get(
        reverse("funds:disclosure_publish"), {"community": cast.community.code, "quarter": "2026Q4"}
    )
    assert "NO7" in page(seen)
    words = confirmed(cast)
    assert seen.context["previewed"] == words["previewed"]
    board = page(client.post(reverse("funds:disclosure_publish"), words, follow=True))
    disclosure = Disclosure.objects.get()
    assert disclosure.sha256 == words["previewed"]
    for said in ("NO7", "肆仟捌佰陆拾元整", disclosure.sha256, "富阳市住房和城乡建设局"):
        assert said in board


def test_disclosure_that_changed_meanwhile_is_previewed_again(cast, sign_in):
    words = confirmed(cast)
    receive(cast)
    answer = sign_in(cast.community_worker).post(reverse("funds:disclosure_publish"), words)
    assert answer.status_code == 409
    assert "请重新预览" in page(answer)
    assert not Disclosure.objects.exists()


def test_preview_names_what_stands_in_the_way(cast, sign_in):
    make_expense(cast)
    url = reverse("funds:disclosure_publish") + f"?community={cast.community.code}&quarter=2026Q4"
    answer = sign_in(cast.community_worker).get(url)
    assert "还有 1 笔支出待审批" in page(answer)
    assert "核对无误" not in page(answer)


def test_board_shows_the_frozen_words_after_the_community_is_renamed(cast, sign_in):
    made = publish_disclosure(
        community=cast.community, quarter="2026Q4", by=cast.lead_officer, at=cast.now
    )
    cast.community.name = "新虎山社区"
    cast.community.save()
    assert "虎山社区共建经费收支公示" in page(
        sign_in(cast.lead_officer).get(made.get_absolute_url())
    )
