import pytest
from django.test import Client

from gongjian.accounts.scopes import SCOPES
from gongjian.accounts.tokens import create_token
from tests.communities.factories import make_communities
from tests.queries import count_queries

PATH = "/api/v1/communities/"


@pytest.fixture
def api(cast, today):
    _, token = create_token(user=cast.api_client, name="平台", at=cast.now, scopes=SCOPES)
    return Client(headers={"authorization": f"Token {token}"})


def test_a_community_comes_with_its_group(cast, api):
    assert api.get(f"{PATH}{cast.community.code}/").json() == {
        "code": "330111001101",
        "name": "虎山社区",
        "subdistrict": "富春街道",
        "subdistrict_code": "330111001",
        "kind": "mixed",
        "kind_name": "城乡结合部社区",
        "lead_unit": cast.lead_unit.pk,
        "lead_unit_name": "富阳市住房和城乡建设局",
        "head_name": "郑组长",
        "liaison_leader_name": "钱领导",
        "is_active": True,
    }


def test_a_community_without_a_group_is_still_listed(cast, api):
    cast.community.group.delete()
    found = api.get(f"{PATH}{cast.community.code}/").json()
    assert (found["lead_unit"], found["lead_unit_name"]) == (None, None)


def test_filters_narrow_and_strange_values_are_refused(cast, api):
    assert [one["name"] for one in api.get(f"{PATH}?q=后周").json()["results"]] == ["后周社区"]
    assert len(api.get(f"{PATH}?subdistrict=330111001").json()["results"]) == 3
    refused = api.get(f"{PATH}?kind=village")
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["kind"]


def test_the_list_costs_the_same_for_few_and_for_many(cast, api):
    make_communities(10)
    api.get(PATH)
    few = count_queries(lambda: api.get(PATH))
    make_communities(50, start=600)
    assert count_queries(lambda: api.get(PATH)) == few
