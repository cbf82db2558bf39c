"""The printed plaque and agreement: where the code leads, what is signed, in which faces."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest
import segno
from django.urls import reverse

from gongjian.jobs.models import Job
from gongjian.lib import pdf
from inspections.services import frontage_papers as services
from tests.inspections.factories import make_frontage

SITE = "https://gongjian.example.gov.cn"
# Where the code stands on the plaque (static/documents/frontages.css).
CODE_LEFT_MM, CODE_TOP_MM, CODE_MM = 146, 40, 54
DPI = 300
LONGEST = "富阳市富春街道老字号百年传承手工馄饨小笼包子铺（桂花路迎宾路总店）"

pytestmark = pytest.mark.django_db


@pytest.fixture
def can_print():
    if reasons := pdf.ready():
        pytest.skip("；".join(reasons))


@pytest.fixture
def frontages(cast, can_print):
    signed = {
        "signed_on": date(2026, 3, 1),
        "valid_until": date(2028, 2, 28),
        "agreement_number": "富包〔2026〕0012号",
    }
    ground = {"length_m": Decimal("6.5"), "depth_m": Decimal("3.5"), "plaque_number": "FY-0012"}
    first = make_frontage(
        cast,
        shop_name="江滨面馆",
        responsible_person="吴店主",
        phone="13857112345",
        **signed,
        **ground,
    )
    blank = {"signed_on": None, "valid_until": None, "agreement_number": "", "duty_set": "five"}
    return [first, make_frontage(cast, shop_name=LONGEST, **blank)]


def modules_on(page, size: int) -> list[list[bool]]:
    """The dark modules of the code as a camera sees them: the middle of each, at 300 dpi."""
    picture = page.to_image(resolution=DPI).original.convert("L")
    step, dots = CODE_MM / (size + 2 * services.QUIET_MODULES), DPI / 25.4
    at = [services.QUIET_MODULES + place + 0.5 for place in range(size)]
    across = [round((CODE_LEFT_MM + step * one) * dots) for one in at]
    down = [round((CODE_TOP_MM + step * one) * dots) for one in at]
    return [[picture.getpixel((x, y)) < 128 for x in across] for y in down]


def test_the_plaque_carries_its_own_page_and_no_person(frontages):
    content = services.render_papers("plaque", frontages, site_url=SITE)
    with pdfplumber.open(BytesIO(content)) as book:
        assert [(round(page.width), round(page.height)) for page in book.pages] == [(595, 420)] * 2
        for page, frontage in zip(book.pages, frontages, strict=True):
            url = f"{SITE}/p/{frontage.public_code}/"
            wanted = [
                [bool(dot) for dot in row]
                for row in segno.make(url, error="q", boost_error=False).matrix
            ]
            assert modules_on(page, len(wanted)) == wanted
        words = book.pages[0].extract_text()
        assert (
            "门前三包责任牌" in words
            and "江滨面馆" in words
            and "FY-0012" in words
            and "包绿化" in words
        )
        assert "吴店主" not in words and "13857112345" not in words
        assert "包亮化" in book.pages[1].extract_text()


def test_the_agreement_says_who_where_what_and_what_follows(frontages):
    content = services.render_papers("agreement", frontages, site_url=SITE)
    with pdfplumber.open(BytesIO(content)) as book:
        texts = [page.extract_text().replace("\n", "") for page in book.pages]
        faces = {char["fontname"].partition("+")[2] for page in book.pages for char in page.chars}
        sizes = {(round(page.width), round(page.height)) for page in book.pages}
    assert (len(texts), sizes) == (2, {(595, 842)})
    wanted = [
        "门前三包责任书",
        "富春街道虎山社区",
        "江滨面馆",
        "6.5 米",
        "3.5 米",
        "2026年3月1日起至2028年2月28日止",
    ]
    wanted += [
        "当面提醒",
        "限期整改通知书",
        "移交有执法权的部门",
        "一式三份",
        "甲方（盖章）",
        "代表",
        "FY-0012",
    ]
    assert [word for word in wanted if word not in texts[0]] == []
    assert LONGEST in texts[1] and "门前五包责任书" in texts[1] and "＿＿＿＿年" in texts[1]
    families = {family.replace(" ", "") for face in pdf.FACES.values() for family in face.families}
    assert {face.partition("-")[0] for face in faces} <= {
        name.partition("-")[0] for name in families
    } | {"WenQuanYi"}


def test_few_are_answered_at_once_and_many_become_a_job(
    cast, sign_in, can_print, settings, monkeypatch, tmp_path
):
    settings.PUBLIC_URL, settings.MEDIA_ROOT, settings.JOBS_INLINE = SITE, str(tmp_path), True
    monkeypatch.setattr(services, "AT_ONCE", 1)
    ids, url = [make_frontage(cast).pk for _ in range(2)], reverse("inspections:frontage_papers")
    client = sign_in(cast.lead_officer)
    answer = client.post(url, {"ids": ids[:1], "kind": "plaque"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    answer = client.post(url, {"ids": ids, "kind": "plaque"})
    job = Job.objects.get(kind=services.JOB)
    assert (answer.url, job.title, job.args["site_url"]) == (
        job.get_absolute_url(),
        "印制责任牌 2 份",
        SITE,
    )
    assert services.print_ordered(job, at=cast.now) == services.print_ordered(job, at=cast.now)
    Job.objects.filter(pk=job.pk).update(result=services.print_ordered(job, at=cast.now))
    file = reverse("inspections:frontage_paper_file", args=[job.pk])
    assert b"".join(client.get(file).streaming_content).startswith(b"%PDF")
    assert sign_in(cast.office_staff).get(file).status_code == 404


def test_a_stranger_prints_nothing_and_a_member_is_refused(cast, sign_in):
    given = {"ids": [make_frontage(cast).pk], "kind": "plaque"}
    url = reverse("inspections:frontage_papers")
    assert sign_in(cast.other_lead_officer).post(url, given).status_code == 302
    assert sign_in(cast.member_liaison).post(url, given).status_code == 403
