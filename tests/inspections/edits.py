from inspections.models import Frontage, SelfCheck
from tests.editing import Edit
from tests.inspections.factories import make_frontage, make_self_check

EDITS = [
    Edit(
        "inspections:frontage_edit",
        lambda cast: [make_frontage(cast).pk],
        first="office_staff",
        second="lead_officer",
        theirs={"shop_name": "好再来面馆", "phone": "13957112345"},
        mine={"shop_name": "好又来面馆"},
        stored=lambda: Frontage.objects.values_list("shop_name", "phone").get(),
    ),
    Edit(
        "inspections:self_check_fill",
        lambda cast: [make_self_check(cast, marks={}).pk],
        first="lead_officer",
        second="community_worker",
        theirs={
            "Q1-result": "fail",
            "Q1-instances": "1",
            "Q1-note": "阴沟堵塞",
            "Q2-result": "pass",
            "act": "draft",
        },
        mine={"Q1-result": "fail", "Q1-instances": "2", "Q1-note": "两处堵塞", "Q3-result": "pass"},
        stored=lambda: SelfCheck.objects.get().marks,
    ),
]
