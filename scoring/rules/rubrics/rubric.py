"""The rubric (评分细则): every number of the assessment, as versioned data.

docs/scoring.md names the clause of each.
"""

import json
from functools import lru_cache
from typing import Any

from gongjian.lib.rulebooks import Section
from scoring.rules.rubrics.component_files import read_components
from scoring.rules.rubrics.part_files import read_parts
from scoring.rules.rubrics.parts import Rubric
from scoring.rules.rubrics.reach import refuse_unreachable
from scoring.rules.rubrics.whole_checks import check_whole

__all__ = ["Rubric", "load_rubric", "stored_rubric"]


def load_rubric(mapping: object, *, is_new: bool = False) -> Rubric:
    """Return the rubric in a rule file. Raises `WrongRulebook`, naming each fault by its path.

    `is_new` also refuses what earlier versions let through: rubrics that are in force or frozen
    must stay readable.
    """
    top = Section(mapping)
    components = read_components(top.section("components"), is_new=is_new)
    parts = read_parts(top, is_new=is_new)
    rubric = Rubric(name=top.text("name"), version=top.text("version"), **components, **parts)
    check_whole(top, rubric)
    if is_new:
        refuse_unreachable(top, rubric)
    top.finish()
    return rubric


def stored_rubric(content: dict[str, Any]) -> Rubric:
    """Return the rubric of a stored version or record; equal content is parsed once a process."""
    return _parsed(json.dumps(content, ensure_ascii=False))


@lru_cache(maxsize=64)
def _parsed(written: str) -> Rubric:
    return load_rubric(json.loads(written))
