"""What every page must keep to: the content policy, its weight, and an answer even when everything
else failed.
"""

import gzip
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

ROOT = Path(__file__).parents[2]
SHEETS = {
    "official.html",
    "placed.html",
    "table.html",
}  # official documents: they are printed, no browser shows them
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if path.name not in SHEETS)
INLINE = re.compile(
    r"""\sstyle\s*=|<style|\son\w+\s*=\s*["']|<script(?![^>]*\ssrc=)|javascript:|https?://(?!www\.w3\.org)""",
    re.I,
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_page_breaks_the_content_policy(path):
    assert INLINE.findall(path.read_text()) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("400.html", "改正后再提交"),
        ("403.html", "没有办理这件事的权限"),
        ("404.html", "没有找到这一页"),
        ("409.html", "您的提交没有写入"),
        ("403_csrf.html", "请重新打开这一页再办"),
        ("500.html", "系统出错了"),
    ],
)
def test_trouble_is_told_even_without_request_or_context(name, sentence):
    page = render_to_string(name)
    assert sentence in page
    assert 'href="/"' in page


def weight_on_the_line(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


def test_the_style_sheet_and_scripts_stay_light():
    style_sheet = ROOT / "static/gongjian.css"
    assert style_sheet.stat().st_size <= 30 * 1024
    assert weight_on_the_line(style_sheet) <= 8 * 1024
    scripts = {path.stem: weight_on_the_line(path) for path in (ROOT / "static/js").glob("*.js")}
    of_the_phone = sum(scripts.pop(name) for name in ("checklist", "photos", "worker"))
    assert sum(scripts.values()) <= 12 * 1024
    assert of_the_phone <= 8 * 1024


def test_every_class_of_the_guide_is_in_the_style_sheet():
    """Whoever writes a page by the guide gets the look that it promises."""
    css = (ROOT / "static/gongjian.css").read_text()
    guide = (ROOT / "docs/frontend.md").read_text()
    named = {
        name for group in re.findall(r'class="([a-z0-9 -]+)"', guide) for name in group.split()
    }
    assert sorted(name for name in named if not re.search(rf"\.{name}\b", css)) == []
