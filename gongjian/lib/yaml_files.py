"""Rule files as YAML: read strictly, into texts, whole numbers, lists and mappings only.

Numbers are read as they are written, never through a binary fraction: 0.85 is 0.85. Anchors, tags
and repeated names are refused, so that what stands in the file is what the office reads in it.
JSON reads as well.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml

from gongjian.lib.rulebooks import WrongRulebook

MOST_BYTES = 1 << 19
_BOM = "\ufeff"


def read_mapping(written: str | bytes, name: str) -> object:
    """Return the file as the mapping to store; `name` is what the office calls it (评分细则).

    Raises `WrongRulebook`.
    """
    if len(written) > MOST_BYTES:
        most = MOST_BYTES // 1024
        raise _refused_whole(f"{name}文件最大 {most} KB，请核对是不是选错了文件")
    try:
        text = written.decode("utf-8") if isinstance(written, bytes) else written
        # The loader makes texts, lists and mappings only, never another object.
        return yaml.load(text.removeprefix(_BOM), _Loader)  # noqa: S506
    except UnicodeDecodeError as error:
        raise _refused_whole("文件不是 UTF-8 编码，请另存为 UTF-8 后再上传") from error
    except yaml.MarkedYAMLError as error:
        raise WrongRulebook([_sentence(error)]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _refused_whole(f"文件里有写不进{name}的字符，或层次太深，请核对") from error


def _refused_whole(sentence: str) -> WrongRulebook:
    return WrongRulebook([f"（文件开头）：{sentence}"])


def write_mapping(mapping: object) -> str:
    """Return the mapping as a file that `read_mapping` reads back to the same mapping."""
    return yaml.dump(
        mapping,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=False,
    )


class _Refusal(yaml.MarkedYAMLError):
    """Our own refusal; `problem` is Chinese already."""


def _sentence(error: yaml.MarkedYAMLError) -> str:
    """Return the fault in Chinese, with its line and column where the parser knows them."""
    mark = error.problem_mark or error.context_mark
    place = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else "（文件开头）"
    if isinstance(error, _Refusal):
        return f"{place}：{error.problem}"
    return f"{place}：写法不对，请检查缩进、冒号后的空格和引号是否成对"


_PLAIN_VALUES = [
    ("bool", "true|false", "tf"),
    ("null", "null", "n"),
    ("int", "0|-?[1-9][0-9]{0,14}", "-0123456789"),
]


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return which plain values are no texts, by first letter, as PyYAML keeps them.

    Reading and writing share these patterns: the text "5" is written in quotes, 0.85 is not.
    """
    by_letter = {}
    for kind, pattern, letters in _PLAIN_VALUES:
        resolver = (f"tag:yaml.org,2002:{kind}", re.compile(rf"(?:{pattern})\Z"))
        for letter in letters:
            by_letter[letter] = [resolver]
    return by_letter


class _Loader(yaml.SafeLoader):
    """Makes texts, whole numbers, true, false and null; refuses anchors, aliases and tags."""

    yaml_implicit_resolvers = _resolvers()

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refusal(None, None, "不能用“&”“*”引用别处的内容，请照写一遍", event.start_mark)
        if getattr(event, "tag", None) is not None:
            raise _Refusal(None, None, f"不认识标记“{event.tag}”，请删去", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        names = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Refusal(None, None, "名称应是一个词", key.start_mark)
            if key.value in names:
                raise _Refusal(None, None, f"“{key.value}”写了两遍，请删去一处", key.start_mark)
            names.add(key.value)
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    """Writes the rows of a list indented below its name; quotes only what would be misread."""

    yaml_implicit_resolvers = _resolvers()

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True
