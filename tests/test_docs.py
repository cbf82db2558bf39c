"""The developers' pages name files that are there, and recipes whose tests exist."""

import re

import pytest

from tests.rooms import ROOT

PAGES = ["CONTRIBUTING.md", "README.md", "SECURITY.md"]
PAGES += [
    str(path.relative_to(ROOT))
    for folder in ("docs", "docs/deploy", "docs/security", "docs/decisions")
    for path in sorted((ROOT / folder).glob("*.md"))
]
TOPS = "gongjian|units|communities|inspections|funds|scoring|templates|tests|docs"
PATH = re.compile(rf"`((?:{TOPS})/[\w./-]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [(ROOT / page).parent / link for link in LINK.findall(text)]
    named = [ROOT / path for path in PATH.findall(text)]
    missing = [str(path) for path in links + named if not path.exists()]
    assert missing == []
