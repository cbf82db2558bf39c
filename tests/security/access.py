from axes.models import AccessAttempt

from tests.access import EVERYONE, Codes, Page

KEEPER = {"security_admin"}


def locked(cast):
    """An account that five failures have locked."""
    AccessAttempt.objects.create(username=cast.lead_officer.username, failures_since_start=5)
    return [cast.lead_officer.pk]


PAGES = [
    Page("security:lockouts", get=Codes(KEEPER | {"auditor"})),
    Page("security:unlock", locked, post=Codes(KEEPER, code=302)),
    Page("security:time_left", get=Codes(EVERYONE), post=Codes(EVERYONE)),
]
