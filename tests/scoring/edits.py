from scoring.models import Appeal, Sheet
from tests.editing import Edit
from tests.scoring.factories import make_appeal, make_round, make_sheet

EDITS = [
    Edit(
        "scoring:sheet",
        lambda cast: [make_sheet(make_round(cast, status="assessing"), cast.community, cast.assessor).pk],
        first="assessor",
        second="assessor",
        theirs={"Q1-result": "deduct", "Q1-deducted": "1.5", "Q1-note": "阴沟堵塞", "Q2-result": "nothing"},
        mine={"Q1-result": "deduct", "Q1-deducted": "2", "Q3-result": "nothing"},
        stored=lambda: Sheet.objects.get().marks,
    ),
    Edit(
        "scoring:appeal",
        lambda cast: [make_appeal(cast, status="verified").pk],
        first="office_director",
        second="office_director",
        theirs={"uphold": "no", "decision": "扣分属实"},
        mine={"uphold": "yes", "new_deducted": "0", "decision": "当日已疏通"},
        stored=lambda: Appeal.objects.values_list("status", "decision").get(),
        closes=True,
    ),
]
