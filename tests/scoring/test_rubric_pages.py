from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongjian.lib.canonical import fingerprint
from scoring.models import Rubric
from scoring.rules.rubric import load_rubric
from scoring.rules.rubric_files import read_rubric, write_rubric
from scoring.rules.rubric_mappings import rubric_mapping
from scoring.services.notices import _frozen_record
from scoring.services.rubric_figures import figures_in, with_figures
from scoring.services.rubrics import try_rubric
from tests.scoring.factories import AFTER_QUARTER, RUBRIC_FILE, make_rubric
from tests.scoring.test_gathering import hand_made_quarter

ASSESSMENT = "figure:components.assessment.weight"
SELF_CHECK = "figure:components.self_check.weight"


@pytest.fixture
def published(cast):
    round = hand_made_quarter(cast)
    round.frozen = _frozen_record(round, AFTER_QUARTER)
    round.sha256, round.status = fingerprint(round.frozen), "published"
    round.save()
    return round


def test_every_figure_of_the_default_rubric_can_be_changed_by_its_path():
    mapping = rubric_mapping(load_rubric(RUBRIC_FILE))
    figures = figures_in(mapping)
    assert len(figures) > 25
    for figure in figures:
        changed = with_figures(mapping, {figure.path: "7"})
        assert [one.value for one in figures_in(changed) if one.path == figure.path] == ["7"]
    assert with_figures(mapping, {"components.assessment.name": "别的", "no.such": "1"}) == mapping


def test_what_if_the_self_check_weighed_more(published):
    mapping = rubric_mapping(load_rubric(RUBRIC_FILE))
    typed = {"components.assessment.weight": "0.5", "components.self_check.weight": "0.45"}
    trial = try_rubric(load_rubric(with_figures(mapping, typed)))
    moved = {move.name: (move.before.place, move.after.place, move.cause) for move in trial.moved}
    # 虎山 0.5 x 93.67 + 0.45 x 86.67 + 3.75 = 89.58; 春秋 45 + 45 + 5 = 95
    assert moved["春秋社区"] == (2, 1, "self_check")
    assert moved["虎山社区"][:2] == (1, 2)


def test_the_page_tries_refuses_and_adopts(published, cast, sign_in):
    client = sign_in(cast.office_staff)
    base = write_rubric(load_rubric(RUBRIC_FILE))
    typed = {"version": "2027-1", "title": "社区共建考评细则", "content": base, ASSESSMENT: "0.5", SELF_CHECK: "0.45"}
    tried = client.post("/rubrics/new/", typed | {"act": "try"}).content.decode()
    assert "春秋社区" in tried
    assert Rubric.objects.count() == 1
    refused = client.post("/rubrics/new/", typed | {SELF_CHECK: "0.40", "act": "adopt"})
    assert refused.status_code == 400
    assert 'value="0.40"' in refused.content.decode()
    assert "0.95" in refused.content.decode()  # the weights' wrong sum is said
    assert client.post("/rubrics/new/", typed | {"act": "adopt"}).status_code == 302
    adopted = Rubric.objects.get(version="2027-1")
    assert load_rubric(adopted.content).self_check.weight == Decimal("0.45")
    again = client.post("/rubrics/new/", typed | {"act": "adopt", ASSESSMENT: "0.85", SELF_CHECK: "0.10"})
    assert "已经启用" in again.content.decode()


def test_a_version_leaves_and_comes_back_as_yaml_and_as_excel(cast, sign_in):
    rubric = make_rubric(cast)
    client = sign_in(cast.office_staff)
    whole = {
        kind: b"".join(client.get(f"/rubrics/{rubric.pk}/?as={kind}").streaming_content) for kind in ("yaml", "xlsx")
    }
    assert read_rubric(whole["yaml"]) == load_rubric(RUBRIC_FILE)
    for version, kind in (("2027-1", "yaml"), ("2027-2", "xlsx")):
        file = SimpleUploadedFile(f"细则.{kind}", whole[kind])
        given = {"version": version, "title": "社区共建考评细则", "file": file, "act": "adopt"}
        assert client.post("/rubrics/new/", given).status_code == 302
    wrong = SimpleUploadedFile("细则.yaml", whole["yaml"].replace(b"0.85", b"0.9", 1))
    refused = client.post("/rubrics/new/", {"version": "x", "title": "细则", "file": wrong, "act": "try"})
    assert refused.status_code == 400
    assert "权重" in refused.content.decode()
