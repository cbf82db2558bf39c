"""Every event that the code writes has a name in the office's words."""

import re
from pathlib import Path

from gongjian.audit.events import LABELS
from tests.walks import MACHINES

ROOT = Path(__file__).parents[2]
APPS = ("gongjian", "units", "communities", "inspections", "funds", "scoring")
WRITTEN = re.compile(r'record(?:_many)?\(\s*[^()]*?"([a-z_]+\.[a-z_]+\.[a-z_]+)"', re.S)


def test_every_recorded_event_is_named():
    sources = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    written = {event for path in sources for event in WRITTEN.findall(path.read_text())}
    assert len(written) > 15
    assert sorted(written - set(LABELS)) == []


def test_every_step_is_named():
    steps = {step for machine in MACHINES for step in machine.steps}
    verbs = {event.rpartition(".")[2] for event in LABELS}
    assert sorted(step.name for step in steps if step.name not in verbs) == []
