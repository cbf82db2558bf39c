"""The rubric as one readable file: YAML in, YAML out, nothing lost between (the rule file's JSON reads as well)."""

from gongjian.lib import yaml_files
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.rubric import Rubric, load_rubric


def read_rubric(written: str | bytes) -> Rubric:
    """The rubric in a file that somebody hands in. Raises `WrongRulebook`: a sentence for each fault, all at once."""
    return load_rubric(read_mapping(written), is_new=True)


def read_mapping(written: str | bytes) -> object:
    """The file as the mapping that is stored with a version of the rubric. Raises `WrongRulebook`."""
    return yaml_files.read_mapping(written, "评分细则")


def write_rubric(rubric: Rubric) -> str:
    """The rubric as a file that `read_rubric` reads back to the same rubric."""
    return yaml_files.write_mapping(rubric_mapping(rubric))
