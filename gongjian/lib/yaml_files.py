"""Rule files as YAML, readable and strict: one place reads it, and it makes texts, lists and mappings only.

Numbers are read as they are written, never through a binary fraction: 0.85 is 0.85. Anchors, tags and repeated
names are refused, so that what stands in the file is what the office reads in it. JSON reads as well.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml

from gongjian.lib.rulebooks import WrongRulebook

MOST_BYTES = 1 << 19
_BOM = "\ufeff"


def read_mapping(written: str | bytes, name: str) -> object:
    """The file as the mapping that is stored with a version; `name` is what the office calls it (评分细则).

    Raises `WrongRulebook`.
    """
    if len(written) > MOST_BYTES:
        raise WrongRulebook(
            [f"（文件开头）：{name}文件最大 {MOST_BYTES // 1024} KB，请核对是不是选错了文件"]
        )
    try:
        text = written.decode("utf-8") if isinstance(written, bytes) else written
        return yaml.load(text.removeprefix(_BOM), _Loader)  # noqa: S506 - the loader makes texts, lists, mappings only
    except UnicodeDecodeError as error:
        raise WrongRulebook(
            ["（文件开头）：文件不是 UTF-8 编码，请另存为 UTF-8 后再上传"]
        ) from error
    except yaml.MarkedYAMLError as error:
        raise WrongRulebook([_sentence(error)]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise WrongRulebook(
            [f"（文件开头）：文件里有写不进{name}的字符，或层次太深，请核对"]
        ) from error


def write_mapping(mapping: object) -> str:
    """The mapping as a file that `read_mapping` reads back to the same mapping."""
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
    mark = error.problem_mark or error.context_mark
    where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else "（文件开头）"
    what = (
        error.problem
        if isinstance(error, _Refusal)
        else "写法不对，请检查缩进、冒号后的空格和引号是否成对"
    )
    return f"{where}：{what}"


_PLAIN = [
    ("bool", "true|false", "tf"),
    ("null", "null", "n"),
    ("int", "0|-?[1-9][0-9]{0,14}", "-0123456789"),
]
_BY_FIRST_LETTER = {
    letter: [(f"tag:yaml.org,2002:{kind}", re.compile(rf"(?:{pattern})\Z"))]
    for kind, pattern, letters in _PLAIN
    for letter in letters
}
"""Both ways by the same patterns, so that the text "5" is written in quotes and the figure 0.85 is not."""


class _Loader(yaml.SafeLoader):
    """Texts, whole numbers, true, false and null; nothing else."""

    yaml_implicit_resolvers = _BY_FIRST_LETTER

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refusal(None, None, "不能用“&”“*”引用别处的内容，请照写一遍", event.start_mark)
        if getattr(event, "tag", None) is not None:
            raise _Refusal(None, None, f"不认识标记“{event.tag}”，请删去", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Refusal(None, None, "名称应是一个词", key.start_mark)
            if key.value in seen:
                raise _Refusal(None, None, f"“{key.value}”写了两遍，请删去一处", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    """Writes every row of a list below its name, indented, and quotes only what would read as another thing."""

    yaml_implicit_resolvers = _BY_FIRST_LETTER

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True
