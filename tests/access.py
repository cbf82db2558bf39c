"""The access matrix: every URL x person x method.

Each app lists its pages in tests/<app>/access.py as PAGES.

    Page(
        "communities:detail",
        lambda cast: [cast.community.code],
        get=Codes(ok=SEES_COMMUNITY, otherwise=404),
    )

`ok` names people of the cast (tests/cast.py) who are let in; all others get `otherwise` (404 for a
stranger, 403 for the wrong role). A visitor who is not signed in is sent to sign in (401 in the
API) unless the page is `public`. `data` is what is posted, with what the page was opened with when
it `opens` a record for editing; `code` in Codes is the answer to one who is let in. A page without
`post` answers it with 405, an act without `get` leads whoever opens its address to its thing, and
PUT, PATCH and DELETE are 405 everywhere but in the API and the phone's queue, where `patch` and
`put` say what they get.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

OFFICE = {"office_staff", "office_director"}
ABOVE = {"approver", "auditor", "api_client"}
CITY_WIDE = OFFICE | ABOVE
ASSESSMENT = {"department_officer", "assessor"}
# Those who have to do with 虎山社区 (`cast.community`).
OWN_GROUP = {"lead_officer", "member_liaison", "community_worker", "liaison_leader"}
OTHER_KEEPERS = {"other_lead_officer", "other_community_worker"}
# The same roles in 后周社区: what belongs to 虎山社区 is none of theirs.
OTHER_GROUP = OTHER_KEEPERS | {"other_member_liaison", "other_liaison_leader"}
# Who keeps accounts and security and sees no business data (三员分立).
ADMIN = {"system_admin", "security_admin"}
EVERYONE = CITY_WIDE | ASSESSMENT | OWN_GROUP | OTHER_GROUP | ADMIN
# All who take part.
BUSINESS = EVERYONE - ADMIN


@dataclass(frozen=True)
class Codes:
    ok: set[str]
    otherwise: int = 403
    code: int = 200
    exceptions: dict[str, int] = field(default_factory=dict)

    def expected(self, person: str) -> int:
        if person in self.exceptions:
            return self.exceptions[person]
        return self.code if person in self.ok else self.otherwise


@dataclass(frozen=True)
class Page:
    name: str
    args: Callable = lambda cast: []
    get: Codes | None = None
    post: Codes | None = None
    patch: Codes | None = None
    put: Codes | None = None
    data: Callable = lambda cast: {}
    public: bool = False
    query: str = ""
    opens: bool = False

    def __str__(self):
        return self.name + self.query
