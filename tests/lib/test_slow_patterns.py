"""No regular expression that meets text from outside takes more than its share of time."""

import re

import pytest

from tests.lib.slow_patterns import Pattern, patterns, slow_text

# Patterns put together while the site runs: their parts are ours.
WRITTEN_ELSEWHERE = {
    "gongjian/accounts/passwords.py": "four sets of one character each, asked of a password",
    "gongjian/lib/yaml_files.py": "resolvers of YAML, whose texts are bounded by the file",
}
KNOWN_SLOW = {
    "gongjian/documents/checks/words.py": "the format check of a draft, still to be mended",
    "gongjian/lib/pdf_reading.py": "reads only the PDFs that the site itself has printed",
}


def place_of(pattern: Pattern) -> str:
    return pattern.place.partition(":")[0]


@pytest.mark.slow
def test_no_pattern_of_the_source_is_slow_on_100_000_characters():
    slow = {}
    for pattern in patterns():
        if pattern.method == "unread":
            assert place_of(pattern) in WRITTEN_ELSEWHERE, f"{pattern}: written out where?"
            continue
        if place_of(pattern) in KNOWN_SLOW:
            continue
        trouble = slow_text(pattern)
        if trouble:
            slow[str(pattern)] = trouble
    assert slow == {}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"\A[ \t]+|[ \t]+\Z", "sub"),  # what a cell was trimmed with
        (r"(a+)+b", "search"),
        (r"x*y", "search"),
        (r"(\d+,?)+号", "fullmatch"),
    ],
)
def test_slow_patterns_are_noticed(pattern, method):
    assert slow_text(Pattern("here", pattern, 0, method))


def test_quick_pattern_is_let_pass():
    assert not slow_text(Pattern("here", r"\d{4}Q[1-4]", re.ASCII, "fullmatch"))
