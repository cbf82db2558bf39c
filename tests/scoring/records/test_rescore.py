"""Anyone recomputes a frozen quarter: by `manage.py rescore`, and by one file of Python."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

from gongjian.lib.canonical import canonical_json, fingerprint
from scoring.rules.records.comparing import differences
from scoring.rules.records.freezing import recompute
from tests.scoring.random_records import random_record
from tests.scoring.rules.made import record_with_units

ROOT = Path(__file__).parents[3]
VERIFIER = ROOT / "static/verify_quarter.py"


@pytest.fixture(scope="module")
def original():
    return record_with_units()


@pytest.fixture
def written(tmp_path):
    def write(record) -> Path:
        file = tmp_path / "2026Q3.json"
        content = record if isinstance(record, bytes) else canonical_json(record)
        file.write_bytes(content)
        return file

    return write


def verify(file, *words):
    """Run the one file as a stranger does: no site, no packages."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(file), *words]
    return subprocess.run(command, capture_output=True, text=True)


def rescored(file, capsys, **options) -> str:
    call_command("rescore", file, **options)
    return capsys.readouterr().out


def test_both_find_a_record_whole(original, written, capsys):
    file = written(original)
    said = rescored(file, capsys, sha256=fingerprint(original))
    assert "与公布的校验值一致" in said
    assert "2 个社区、3 项单位得分，复算与存档完全一致" in said
    assert "不参评的单位 1 项：新登中学（共建单位）" in said
    verified = verify(file, fingerprint(original))
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "与公布的校验值一致" in verified.stdout
    assert "与存档完全一致" in verified.stdout


def test_whoever_gives_no_sum_is_told_that_none_was_compared(original, written, capsys):
    file = written(original)
    assert "没有给出公布的校验值" in rescored(file, capsys)
    assert "没有给出公布的校验值" in verify(file).stdout


def test_another_sum_is_another_file(original, written):
    file = written(original)
    with pytest.raises(CommandError, match="这不是定分时的快照"):
        call_command("rescore", file, sha256="0" * 64)
    assert verify(file, "0" * 64).returncode == 1


def test_the_same_content_in_other_bytes_is_not_the_published_file(original, written):
    file = written(json.dumps(original, ensure_ascii=False, indent=1).encode())
    with pytest.raises(CommandError, match="文件被重新保存过"):
        call_command("rescore", file, sha256=fingerprint(original))
    assert verify(file, fingerprint(original)).returncode == 1


def leaves(value, path=()):
    """Yield the path of every single value below `value`."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from leaves(inner, (*path, key))
    else:
        yield path


def altered(record, path):
    forged = deepcopy(record)
    inner = forged
    for step in path[:-1]:
        inner = inner[step]
    old = inner[path[-1]]
    inner[path[-1]] = old + 1 if isinstance(old, int) else f"{old}9"
    return forged


def test_every_single_value_of_the_results_is_compared(original):
    # `ref`, `standing` and `code` say whose the row is: with another it is another row.
    paths = [
        (name, *path) for name in ("results", "unit_results") for path in leaves(original[name])
    ]
    assert len(paths) > 200
    for path in paths:
        sentences = differences(altered(original, path))
        row = original[path[0]][path[1]]
        assert sentences, path
        assert any(row["name"] in sentence for sentence in sentences), path


def test_all_differences_are_named_figures_before_what_they_are_made_of(original, written):
    forged = deepcopy(original)
    for row in forged["results"]:
        row["explanation"]["parts"][0]["contribution"] = "1.00"
        row["points"] = "99.99"
    forged["unit_results"][0]["place"] = 7
    sentences = differences(forged)
    assert sentences == [
        "虎山社区（a）：得分存档为 99.99，复算为 91.29",
        "鹳山社区（b）：得分存档为 99.99，复算为 83.85",
        "市综合执法局（职能部门）：名次存档为 7，复算为 1",
        "虎山社区（a） › 季度得分 › 全市考评：计入存档为 1.00，复算为 78.6432",
        "鹳山社区（b） › 季度得分 › 全市考评：计入存档为 1.00，复算为 68.85",
    ]
    with pytest.raises(CommandError) as refused:
        call_command("rescore", written(forged))
    assert str(refused.value) == "\n".join(["复算结果与存档有 5 处不同：", *sentences])


FORGED_FIGURES = [
    (lambda it: it["results"][0].update(points="91.30"), "虎山社区：得分"),
    (lambda it: it["results"][1].update(grade="优秀"), "鹳山社区：等次"),
    (lambda it: it["results"][1].update(place=1), "鹳山社区：名次"),
    (lambda it: it["results"][1].update(class_place=3), "鹳山社区：分类名次"),
    (lambda it: it["results"].pop(), "鹳山社区"),
    (lambda it: it["communities"][0]["sheets"]["day"].update(S1="91.00"), "虎山社区：得分"),
    (lambda it: it["communities"][0].update(vetoes=[]), "虎山社区：等次"),
    (lambda it: it["rubric"]["grades"][1].update(from_points="84"), "鹳山社区：等次"),
    (lambda it: it["unit_results"][1].update(points="87.58"), "市住建局：得分"),
    (lambda it: it["unit_results"][2].update(place=2), "富春商场：名次"),
    (lambda it: it["units"][0]["handled"].update(done=2), "市综合执法局：得分"),
    (lambda it: it["unit_results"].pop(), "富春商场"),
]


@pytest.mark.parametrize(("forge", "told"), FORGED_FIGURES)
def test_both_find_a_forged_record(original, written, forge, told):
    forged = deepcopy(original)
    forge(forged)
    file = written(forged)
    with pytest.raises(CommandError):
        call_command("rescore", file)
    verified = verify(file)
    assert (verified.returncode, verified.stderr) == (1, "")
    assert told in verified.stdout


def twice(name: str, value: str):
    """Return a change that writes a name of an object twice, as a JSON reader does not see."""

    def write(content: bytes) -> bytes:
        return content.replace(f'"{name}":'.encode(), f'"{name}":{value},"{name}":'.encode(), 1)

    return write


def repeated(list_name: str):
    def write(content: bytes) -> bytes:
        record = json.loads(content)
        record[list_name].append(record[list_name][0])
        return canonical_json(record)

    return write


NO_RECORDS = [
    (twice("points", '"99.00"'), "同一处写了两个“points”", 2),
    (twice("quarter", '"2026Q1"'), "同一处写了两个“quarter”", 2),
    (repeated("communities"), "列了不止一次", 2),
    (repeated("results"), "列了不止一次", 2),
    (repeated("units"), "列了不止一次", 2),
    (repeated("unit_results"), "列了不止一次", 2),
    (lambda it: it.replace(b'"2026Q3"', b'"2026Q4"'), "月份却是 2026-07、2026-08、2026-09", 2),
    (lambda it: it.replace(b'"2026Q3"', '"三季度"'.encode()), "不是季度", 2),
    (lambda it: it.replace(b'"due":12', b'"due":12.0'), "浮点数", 2),
    (lambda it: it.replace(b'"due":12', b'"due":NaN'), "浮点数", 2),
    (lambda it: it.replace(b'"from_points":"80"', b'"from_points":"95"'), "从高分到低分", None),
    (lambda it: it.replace(b'"communities":["a","b"]', b'"communities":["a","z"]'), "没有社区", 2),
    (lambda it: it[:-1], "不是 JSON", 2),
    (lambda it: b"[" * 100_000, "不是 JSON", 2),
    (lambda it: b"[]", "不是定分快照", 2),
    (lambda it: b"\xff\xfe", "不是 JSON", 2),
]


@pytest.mark.parametrize(("change", "told", "status"), NO_RECORDS)
def test_what_is_no_record_is_refused_by_its_reason(original, written, change, told, status):
    content = canonical_json(original)
    changed = change(content)
    assert changed != content
    file = written(changed)
    with pytest.raises(CommandError, match=told):
        call_command("rescore", file)
    verified = verify(file)
    assert verified.stderr == ""
    assert verified.returncode == status or (status is None and verified.returncode)


@pytest.fixture(scope="module")
def verifier():
    """The names that the one file defines."""
    names = {"__name__": "verify_quarter"}
    # The file is no module of the site: it is run as it is downloaded.
    exec(compile(VERIFIER.read_text(encoding="utf-8"), str(VERIFIER), "exec"), names)
    return names


def test_the_one_file_computes_what_the_rules_compute(verifier):
    luck = Random("verify")
    for _ in range(300):
        record = random_record(luck)
        lines, _ = verifier["verify"](canonical_json(record))
        assert lines == []
        assert recompute(record)["results"] == record["results"]


def test_a_rubric_that_it_does_not_compute_is_said_to_be(original, written):
    record = deepcopy(original)
    record["rubric"]["components"]["measured"] = [{"code": "green"}]
    verified = verify(written(record))
    assert verified.returncode == 2
    assert "有实测项目，请用 manage.py rescore" in verified.stdout


def test_it_leaves_no_files_behind(original, written, tmp_path):
    file = written(original)
    folder = tmp_path / "empty"
    folder.mkdir()
    surroundings = os.environ | {"GONGJIAN_DATA_DIR": str(folder), "TMPDIR": str(folder)}
    command = [sys.executable, str(ROOT / "manage.py"), "rescore", str(file)]
    said = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True)
    assert "复算与存档完全一致" in said.stdout, said.stderr
    assert list(folder.iterdir()) == []


def test_every_download_has_the_verifier_beside_it():
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        if "scoring:frozen" in text and template.name != "download.html":
            assert "scoring/records/download.html" in text, template
