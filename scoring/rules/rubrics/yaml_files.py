"""The rubric as one readable file: YAML in, YAML out, nothing lost; JSON reads as well."""

from gongjian.lib import yaml_files
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.rubric import Rubric, load_rubric


def read_rubric(written: str | bytes) -> Rubric:
    """Return the rubric in a file that somebody hands in. Raises `WrongRulebook`."""
    return load_rubric(read_mapping(written), is_new=True)


def read_mapping(written: str | bytes) -> object:
    """Return the file as the mapping that is stored with a version. Raises `WrongRulebook`."""
    return yaml_files.read_mapping(written, "评分细则")


def write_rubric(rubric: Rubric) -> str:
    """Return the rubric as a file that `read_rubric` reads back to the same rubric."""
    return yaml_files.write_mapping(rubric_mapping(rubric))
