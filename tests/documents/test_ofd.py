"""OFD through a converter of the site's own: offered only where one is named, and never believed
unseen.
"""

import sys
import zipfile
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from gongjian.documents.issuing import ofd
from tests.documents.factories import make_document

WRITES = """
import sys, zipfile
assert open(sys.argv[1], 'rb').read(4) == b'%PDF'
with zipfile.ZipFile(sys.argv[2], 'w') as packed:
    packed.writestr('OFD.xml', '<ofd/>')
"""
FAILS = "import sys\nsys.stderr.write('bad font\\n')\nsys.exit(3)"
WRITES_NOTHING = "pass"
WRITES_RUBBISH = "import sys\nopen(sys.argv[2], 'w').write('hello')"
WRITES_ANOTHER = (
    "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[2], 'w') as z: z.writestr('a.txt', 'a')"
)
SLEEPS = "import time\ntime.sleep(30)"


@pytest.fixture
def converter(settings, tmp_path):
    """converter(code) names a small program that runs this code as the site's converter."""

    def named(code):
        program = tmp_path / "convert it.py"
        program.write_text(code)
        settings.OFD_CONVERTER = f"{sys.executable} '{program}' {{pdf}} {{ofd}}"

    return named


def test_what_the_converter_writes_is_handed_on(converter):
    converter(WRITES)
    assert zipfile.ZipFile(BytesIO(ofd.convert(b"%PDF-1.7"))).namelist() == ["OFD.xml"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (FAILS, r"失败（返回 3）：bad font"),
        (WRITES_NOTHING, "没有写出文件"),
        (WRITES_RUBBISH, "不是 OFD 文件"),
        (WRITES_ANOTHER, "不是 OFD 文件"),
        (SLEEPS, "秒内没有完成"),
    ],
)
def test_whatever_else_it_does_is_said(converter, monkeypatch, code, said):
    monkeypatch.setattr(ofd, "TIMEOUT", 1)
    converter(code)
    with pytest.raises(ofd.NotConverted, match=said):
        ofd.convert(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("no-such-converter {pdf} {ofd}", "no-such-converter 不存在"),
        ("true {pdf}", "缺少 {ofd}"),
        ("'true", "引号不成对"),
    ],
)
def test_a_wrong_setting_is_named(settings, setting, said):
    settings.OFD_CONVERTER = setting
    assert any(said in fault for fault in ofd.faults_of_setting())
    with pytest.raises(ofd.NotConverted):
        ofd.convert(b"")


@pytest.mark.django_db
def test_it_is_offered_for_issued_documents_where_a_converter_is_named(
    cast, client, converter, settings
):
    file = default_storage.save("documents/a.pdf", ContentFile(b"%PDF-1.7"))
    document = make_document(cast, status="published", sha256="a" * 64, file=file)
    client.force_login(cast.office_staff)
    address = reverse("documents:pdf", args=[document.pk]) + "?as=ofd"
    assert client.get(address).status_code == 404
    converter(WRITES)
    assert address in client.get(document.get_absolute_url()).content.decode()
    assert client.get(address)["Content-Type"] == "application/ofd"
    converter(FAILS)
    assert "bad font" in client.get(address, follow=True).content.decode()
    assert (
        client.get(reverse("documents:pdf", args=[make_document(cast).pk]) + "?as=ofd").status_code
        == 409
    )
