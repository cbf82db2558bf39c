"""How coverage is told by room."""

from pathlib import Path

import pytest

from tests.coverage_by_room import Count, kind_of, room_of, short_of


@pytest.mark.parametrize(
    ("path", "kind", "room"),
    [
        ("scoring/services/rounds/drawing.py", "services", "scoring"),
        ("scoring/rules/honours.py", "rules", "scoring"),
        ("gongjian/documents/services.py", "services", "gongjian/documents"),
        ("gongjian/workflow.py", "workflow", "gongjian"),
        ("units/permissions.py", "permissions", "units"),
        ("funds/states.py", "states", "funds"),
        ("gongjian/office/dashboards/todo.py", None, "gongjian/office"),
    ],
)
def test_a_module_counts_in_its_kind_and_in_its_room(path, kind, room):
    assert (kind_of(Path(path)), room_of(Path(path))) == (kind, room)


def test_every_bound_that_is_not_reached_is_told():
    counts = {
        Path("funds/states.py"): Count(there=100, run=97),
        Path("funds/services.py"): Count(there=100, run=98),
        Path("funds/views.py"): Count(there=200, run=180),
        Path("units/views.py"): Count(there=100, run=95),
        Path("gongjian/demo/money.py"): Count(there=100, run=90),
    }
    assert short_of(counts) == [
        "states: 97.0 %, at least 98 % are wanted",
        "everything: 93.3 %, at least 94 % are wanted",
        "funds: 93.8 %, at least 94 % are wanted",
        "gongjian/demo: 90.0 %, at least 94 % are wanted",
    ]


def test_where_every_bound_is_reached_nothing_is_told():
    assert short_of({Path("funds/states.py"): Count(there=50, run=50)}) == []
