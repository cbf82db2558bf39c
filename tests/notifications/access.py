from gongjian.notifications.models import Notification
from tests.access import EVERYONE, Codes, Page


def message_to_lead_officer(cast):
    given = {
        "key": "x",
        "subject": "请签收",
        "created_at": cast.now,
        "delivered_at": cast.now,
        "link": "/inbox/",
    }
    return Notification.objects.get_or_create(recipient=cast.lead_officer, defaults=given)[0]


PAGES = [
    Page("notifications:inbox", get=Codes(EVERYONE)),
    Page(
        "notifications:open",
        lambda cast: [message_to_lead_officer(cast).pk],
        get=Codes({"lead_officer"}, code=302, otherwise=404),
    ),
    Page("notifications:read_all", post=Codes(EVERYONE, code=302)),
]
