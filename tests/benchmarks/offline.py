"""Figures of the phone's queue, by hand: `GONGJIAN_MODE=test python -m pytest -q -s
tests/benchmarks/offline.py`.

Server time (of the processor: a busy machine changes it little) of a 13-item submission with 3
photos of 1600 x 1200 pixels, against decoding and writing one such photo (a ratio holds on any
machine); then the phone page on slow lines.
"""

import os
import time
from io import BytesIO
from statistics import median
from uuid import uuid4

import pytest
from django.urls import reverse
from PIL import Image, ImageFilter

from gongjian.lib.uploads import clean_photo
from tests.browser.conftest import chromium, city, open_as  # noqa: F401
from tests.inspections.factories import CODES, make_self_check
from tests.inspections.queueing import FAILED, put, report

ROUNDS = 7
LINES = {"3G 1.6 Mbit/s, 150 ms": (1_600_000, 150), "slow 3G 0.4 Mbit/s, 400 ms": (400_000, 400)}


def street_photo() -> bytes:
    """A picture with as much detail as the phone sends: 1600 x 1200, about 400 KB."""
    noise = (
        Image.frombytes("RGB", (400, 300), os.urandom(360_000))
        .resize((1600, 1200))
        .filter(ImageFilter.BLUR)
    )
    out = BytesIO()
    noise.save(out, "JPEG", quality=70)
    return out.getvalue()


def milliseconds(act) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


def test_server_time(cast, sign_in):
    phone, photos, reports, once = sign_in(cast.community_worker), [], [], []
    for number in range(1, 1 + ROUNDS):
        month = f"2026-{number:02}"
        check, place = (
            make_self_check(cast, month=month, marks={}),
            f"?community=330111001101&month={month}",
        )
        pictures = [street_photo() for _ in range(3)]
        once.append(milliseconds(lambda pictures=pictures: clean_photo(BytesIO(pictures[0]))))
        photos.append(
            sum(
                milliseconds(lambda p=p, at=place: put(phone, "photo", uuid4(), p, f"{at}&item=Q2"))
                for p in pictures
            )
        )
        body = report(base=check.updated_at, **FAILED)
        reports.append(
            milliseconds(lambda b=body, at=place: put(phone, "self_check", uuid4(), b, at))
        )
        check.refresh_from_db()
        assert (check.status, check.findings.get().photos.count(), len(check.marks)) == (
            "submitted",
            3,
            len(CODES),
        )
    print(
        f"\none photo {len(pictures[0]) // 1024} KB, decoded and written once: "
        f"{median(once):.0f} ms"
    )
    print(f"3 photos {median(photos):.0f} ms, report {median(reports):.0f} ms")
    total = median(photos) + median(reports)
    print(
        f"13 items and 3 photos: {total:.0f} ms of server time = {total / median(once):.1f} "
        "x one photo"
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("line", LINES)
def test_page_on_a_slow_line(open_as, city, line):  # noqa: F811
    check, (bits, delay) = make_self_check(city, marks={}), LINES[line]
    page = open_as(city.community_worker, "phone")
    page.goto(reverse("inspections:self_checks"))
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    slow = {
        "offline": False,
        "latency": delay,
        "downloadThroughput": bits / 8,
        "uploadThroughput": bits / 16,
    }
    wire.send("Network.emulateNetworkConditions", slow)
    got = []
    wire.on("Network.loadingFinished", lambda one: got.append(one["encodedDataLength"]))
    for visit in ("first", "second"):
        got.clear()
        page.goto(reverse("inspections:self_check_fill", args=[check.pk]))
        page.wait_for_selector("[data-ready]")
        answered, painted, ready = page.evaluate(
            """[performance.getEntriesByType("navigation")[0].responseStart,
            performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
            performance.getEntriesByName("usable")[0].startTime]"""
        )
        print(
            f"\n{line}, {visit} visit: answered after {answered:.0f} ms, painted {painted:.0f} ms,",
            end=" ",
        )
        print(f"usable {ready:.0f} ms, {sum(got) / 1000:.0f} kB")
