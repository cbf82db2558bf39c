from gongjian.jobs.models import Job
from tests.access import EVERYONE, OFFICE, Codes, Page


def failed_job(cast):
    given = {
        "title": "印制",
        "status": "failed",
        "at": cast.now,
        "ready_at": cast.now,
        "by": cast.office_staff,
    }
    return Job.objects.get_or_create(kind="documents.print", key="0", defaults=given)[0]


PAGES = [
    Page("jobs:list", get=Codes(EVERYONE)),
    Page(
        "jobs:detail",
        lambda cast: [failed_job(cast).pk],
        get=Codes(OFFICE | {"auditor"}, otherwise=404),
    ),
    Page(
        "jobs:again",
        lambda cast: [failed_job(cast).pk],
        post=Codes(OFFICE, code=302, otherwise=404, exceptions={"auditor": 403}),
    ),
]
