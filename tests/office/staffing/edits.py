from gongjian.accounts.models import Appointment, User
from tests.editing import Edit

EDITS = [
    Edit(
        "staffing:edit",
        lambda cast: [cast.lead_officer.pk],
        first="system_admin",
        second="system_admin",
        theirs={"name": "朱改名", "phone": "13900002222"},
        mine={"name": "朱经办人", "phone": "13900003333"},
        stored=lambda: User.objects.values_list("name", "phone").get(username="zhu"),
    ),
    Edit(
        "staffing:correct",
        lambda cast: [cast.lead_officer.appointments.get().pk],
        first="system_admin",
        second="system_admin",
        theirs={"title": "科员", "starts_on": "2026-02-01"},
        mine={"title": "副科长", "starts_on": "2026-03-01"},
        stored=lambda: list(Appointment.objects.order_by("pk").values_list("title", "starts_on")),
    ),
    Edit(
        "staffing:end",
        lambda cast: [cast.lead_officer.appointments.get().pk],
        first="system_admin",
        second="system_admin",
        theirs={"ends_on": "2026-11-20"},
        mine={"ends_on": "2026-12-31"},
        stored=lambda: list(Appointment.objects.order_by("pk").values_list("ends_on")),
        closes=True,
    ),
]
