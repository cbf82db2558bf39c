"""The layout of a template costs its reader nothing."""

from django.template.loader import get_template, render_to_string


def test_no_line_of_a_page_begins_with_blanks():
    page = render_to_string("404.html")
    assert len(page.splitlines()) > 10
    assert not [line for line in page.splitlines() if line.startswith((" ", "\t"))]


def test_line_numbers_and_other_kinds_of_template_stay():
    page = get_template("base.html").template
    with open(page.origin.name, encoding="utf-8") as file:
        written = file.read()
    assert page.source.count("\n") == written.count("\n")
    assert len(page.source) < len(written)
    chart = get_template("charts/lines.svg").template
    with open(chart.origin.name, encoding="utf-8") as file:
        assert chart.source == file.read()
