"""Which release the site is, where people and machines ask for it."""

import tomllib

from django.conf import settings
from django.urls import reverse

from gongjian.lib.release import version


def test_the_version_is_the_one_of_the_project():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    assert version() == project["version"]


def test_the_newest_released_section_of_the_changelog_is_this_version():
    headings = [
        line
        for line in (settings.BASE_DIR / "CHANGELOG.md").read_text().splitlines()
        if line.startswith("## [")
    ]
    assert headings[0] == "## [未发布]"
    assert headings[1].startswith(f"## [{version()}] - ")


def test_the_watching_machine_is_told(client, db):
    answer = client.get(reverse("healthz"))
    assert answer.content.decode() == f"ok {version()}\n"


def test_every_page_tells_it_in_its_foot(cast, client, sign_in):
    assert f"版本 {version()}" in client.get(reverse("accounts:sign_in")).content.decode()
    page = sign_in(cast.office_staff).get(reverse("workbench")).content.decode()
    assert f"版本 {version()}" in page
