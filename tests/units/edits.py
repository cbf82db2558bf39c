from tests.editing import Edit
from units.models import Contact

EDITS = [
    Edit(
        "units:contact",
        lambda cast: [cast.lead_unit.pk],
        first="office_staff",
        second="lead_officer",
        theirs={"name": "王新任", "phone": "13900002222"},
        mine={"name": "李新任", "phone": "13900003333"},
        stored=lambda: list(Contact.objects.order_by("pk").values_list("name", "phone")),
    )
]
