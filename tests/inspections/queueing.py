"""A self-check as a phone sends it."""

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse

from tests.cast import NOW
from tests.inspections.factories import CODES

PLACE = "?community=330111001101&month=2026-11"


def report(base=NOW - timedelta(hours=1), after=(), **changed) -> str:
    """The body of a whole self-check to be handed in."""
    fields = {f"{code}-result": "pass" for code in CODES} | {"act": "submit"} | changed
    return urlencode(
        {**fields, "base": base.isoformat(), "said_at": NOW.isoformat(), "after": list(after)},
        doseq=True,
    )


def put(client, kind, uuid, body, place=PLACE, **headers):
    url = reverse(f"inspections:queue_{kind}", args=[uuid]) + place
    return client.put(url, body, content_type="application/octet-stream", headers=headers)


FAILED = {"Q2-result": "fail", "Q2-instances": "1", "Q2-note": "楼前有垃圾"}
