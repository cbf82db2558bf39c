"""Photos: who sees and who blacks out, the quota, and files that mean harm."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from gongjian.audit.models import Entry
from gongjian.lib.blackout import BlackenedArea
from gongjian.lib.uploads import BadUpload
from gongjian.workflow import WrongState
from inspections.models import Photo
from inspections.services import photos
from tests.cast import make_user
from tests.editing import send
from tests.inspections.factories import make_checklist, make_photo, make_self_check, photo_bytes
from tests.lib import hostile
from tests.lib.pictures import HEIC
from tests.markup import as_read

ROOT = Path(__file__).parent.parent.parent
FACE = BlackenedArea(10, 10, 30, 30)
WHOLE_FACE = {"left-1": "10", "top-1": "10", "width-1": "30", "height-1": "30"}


def page_of(photo):
    return reverse("inspections:photo_black_out", args=[photo.uuid])


# What the camera wrote


def test_place_and_time_of_the_camera_are_kept_in_columns(cast):
    photo = make_photo(cast)
    kept = photos.keep_photo(
        io.BytesIO(HEIC), stage="after", finding=photo.finding, by=cast.lead_officer, at=cast.now
    )
    kept.refresh_from_db()
    assert (float(kept.latitude), float(kept.longitude)) == (30.0498, 119.96)
    assert kept.taken_at.isoformat() == "2026-11-03T00:15:09+00:00"
    assert kept.size_bytes == kept.file.size + kept.small.size


def test_the_page_says_where_and_when(cast, sign_in):
    photo = make_photo(cast)
    photos.keep_photo(
        io.BytesIO(HEIC), stage="after", finding=photo.finding, by=cast.lead_officer, at=cast.now
    )
    page = sign_in(cast.office_staff).get(photo.finding.get_absolute_url()).content.decode()
    assert "拍摄于 2026年11月3日 08:15，北纬 30.049800、东经 119.960000" in as_read(page)


# Blacking out


@pytest.mark.django_db(transaction=True)
def test_a_face_is_black_in_both_files_and_the_earlier_ones_are_gone(cast):
    photo = make_photo(cast, "white")
    earlier = [photo.file.name, photo.small.name]
    done = photos.black_out(photo, areas=[FACE], by=cast.lead_officer, at=cast.now)
    for file in (done.file, done.small):
        image = Image.open(file.open("rb"))
        width, height = image.size
        assert max(image.getpixel((width // 4, height // 4))) < 12
        assert min(image.getpixel((width // 2, height * 3 // 4))) > 240
    assert not any(default_storage.exists(name) for name in earlier)
    assert done.sha256 != photo.sha256


def test_blacking_out_is_in_the_log_with_both_fingerprints(cast):
    photo = make_photo(cast)
    before = photo.sha256
    done = photos.black_out(photo, areas=[FACE], by=cast.lead_officer, at=cast.now)
    entry = Entry.objects.about(photo.finding).first()
    assert entry.event == "inspections.finding.black_out"
    assert (entry.changes["before"]["sha256"], entry.changes["after"]["sha256"]) == (
        before,
        done.sha256,
    )


def test_of_two_who_black_out_at_once_one_is_told_to_look_again(cast):
    photo = make_photo(cast)
    stale = Photo.objects.get(pk=photo.pk)
    photos.black_out(photo, areas=[FACE], by=cast.lead_officer, at=cast.now)
    with pytest.raises((WrongState, FileNotFoundError)):
        photos.black_out(
            stale, areas=[BlackenedArea(0, 0, 5, 5)], by=cast.office_staff, at=cast.now
        )


def test_a_reader_does_not_black_out(cast):
    with pytest.raises(PermissionDenied):
        photos.black_out(make_photo(cast), areas=[FACE], by=cast.auditor, at=cast.now)


def test_the_preview_changes_nothing_and_keeps_what_was_typed(cast, sign_in):
    photo = make_photo(cast)
    page = sign_in(cast.lead_officer).post(page_of(photo), {**WHOLE_FACE, "act": "preview"})
    assert '<rect x="10.0" y="10.0" width="30.0" height="30.0"/>' in as_read(page.content.decode())
    assert Photo.objects.get(pk=photo.pk).sha256 == photo.sha256


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "请先在照片上框出要遮挡的地方"),
        ({"left-2": "10"}, "第 2 处没有填完"),
        ({**WHOLE_FACE, "width-1": "0"}, "第 1 处的宽和高须大于 0"),
        ({**WHOLE_FACE, "left-1": "80"}, "第 1 处超出了照片"),
        ({**WHOLE_FACE, "left-1": "abc"}, "第 1 处左边距"),
    ],
)
def test_a_wrong_rectangle_is_named_and_nothing_is_lost(cast, sign_in, given, sentence):
    photo = make_photo(cast)
    page = sign_in(cast.lead_officer).post(page_of(photo), {**given, "act": "save"})
    assert page.status_code == 400
    assert sentence in page.content.decode()
    assert Photo.objects.get(pk=photo.pk).blacked_out_at is None


def test_the_link_is_there_for_those_who_may(cast, sign_in):
    photo = make_photo(cast)
    url = photo.finding.get_absolute_url()
    assert page_of(photo) in sign_in(cast.lead_officer).get(url).content.decode()
    assert page_of(photo) not in sign_in(cast.auditor).get(url).content.decode()


# Serving


def test_a_browser_asks_again_and_gets_the_new_picture_after_a_face_was_blacked_out(cast, sign_in):
    photo = make_photo(cast)
    client = sign_in(cast.office_staff)
    first = client.get(photo.get_absolute_url())
    again = client.get(photo.get_absolute_url(), headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    photos.black_out(photo, areas=[FACE], by=cast.lead_officer, at=cast.now)
    answer = client.get(photo.get_absolute_url(), headers={"if-none-match": first.headers["ETag"]})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_file_that_was_changed_on_the_disk_is_not_shown_as_evidence(cast, sign_in):
    photo = make_photo(cast)
    Path(photo.file.path).write_bytes(photo_bytes("green"))
    answer = sign_in(cast.office_staff).get(photo.get_absolute_url())
    assert answer.status_code == 409
    assert "指纹不一致" in answer.content.decode()


# Quota


def test_a_unit_that_has_used_its_share_is_told_so_and_another_goes_on(cast, settings):
    photo = make_photo(cast)
    settings.PHOTO_QUOTA_MB = 0
    colleague = make_user("tongshi", "lead_officer", unit=cast.lead_unit)
    keep = {"stage": "after", "finding": photo.finding, "at": cast.now}
    with pytest.raises(BadUpload, match="本季度的照片已占 0 MB，上限 0 MB"):
        photos.keep_photo(io.BytesIO(photo_bytes("green")), by=colleague, **keep)
    settings.PHOTO_QUOTA_MB = 1
    Photo.objects.update(size_bytes=1 << 20)
    with pytest.raises(BadUpload, match="已占 1 MB"):
        photos.keep_photo(io.BytesIO(photo_bytes("green")), by=colleague, **keep)
    photos.keep_photo(io.BytesIO(photo_bytes("green")), by=cast.office_staff, **keep)


# Files that mean harm


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(hostile.PHOTOS))
def test_a_hostile_photo_is_refused_with_a_sentence_or_stored_anew(cast, sign_in, name):
    make_checklist()
    check = make_self_check(cast)
    given = {"Q1-result": "fail", "Q1-note": "垃圾", "Q1-instances": "1", "act": "draft"}
    content = hostile.PHOTOS[name]()
    upload = SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")
    url = reverse("inspections:self_check_fill", args=[check.pk])
    answer = send(sign_in(cast.lead_officer), url, {**given, "Q1-photos": [upload]})
    assert answer.status_code in (200, 302, 400)
    for photo in Photo.objects.all():
        stored = photo.file.read()
        assert stored != content
        assert stored.startswith(b"\xff\xd8")
        assert b"<script" not in stored


PEAK = 'int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024'
SITE = f"""
import sys
from pathlib import Path
import django
django.setup()
import gongjian.urls
from gongjian.lib.uploads import BadUpload, clean_photo
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        clean_photo(path.open("rb"))
    except BadUpload:
        pass
print({PEAK})
"""
DECODER = f"""
import sys
from pathlib import Path
from gongjian.lib import heic, heic_decoder
code = heic_decoder.decode(heic.MAX_PIXELS, heic.MEMORY, heic.SECONDS)
print({PEAK} if code == 0 else 9999, file=sys.stderr)
"""


@pytest.mark.slow
def test_the_site_with_the_whole_corpus_stays_under_300_mb(tmp_path):
    for number, make in enumerate(hostile.PHOTOS.values()):
        (tmp_path / str(number)).write_bytes(make())
    command = [sys.executable, "-W", "ignore", "-c", SITE, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 300


@pytest.mark.slow
def test_the_decoder_of_the_largest_heic_stays_under_300_mb():
    with (ROOT / "tests/lib/twenty_four_megapixels.heic").open("rb") as photo:
        done = subprocess.run(
            [sys.executable, "-c", DECODER], cwd=ROOT, stdin=photo, capture_output=True
        )
    assert done.stdout.startswith(b"\xff\xd8")
    assert int(done.stderr) < 300
