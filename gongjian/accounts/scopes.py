"""What an API token may be good for: each resource of the API, to read or to write.

Data, and nothing else.
"""

from collections.abc import Iterable

# The resources of `gongjian/api.py`, by the name in their address.
RESOURCES = {
    "communities": "社区",
    "units": "单位",
    "scores": "得分",
    "findings": "问题整改",
    "frontages": "门前三包责任区",
    "documents": "公文",
}

# Resources that the API can change; for the others there is no scope to write.
WRITABLE = frozenset({"frontages"})

READING = {f"{name}:read": f"读取{label}" for name, label in RESOURCES.items()}
WRITING = {f"{name}:write": f"修改{label}" for name, label in RESOURCES.items() if name in WRITABLE}
SCOPES = READING | WRITING


def check_scopes(scopes: Iterable[str]) -> list[str]:
    """The scopes, each once, in the order of the list above.

    Raises ValueError for an unknown one, or none.
    """
    chosen = set(scopes)
    unknown = sorted(chosen - SCOPES.keys())
    if unknown:
        raise ValueError(f"没有这样的权限：{'、'.join(unknown)}；可用的有：{'、'.join(SCOPES)}")
    if not chosen:
        raise ValueError("请至少选一项权限")
    names = []
    for name in chosen & WRITING.keys():
        if name.replace(":write", ":read") not in chosen:
            names.append(name)
    blind = sorted(names)
    if blind:
        raise ValueError(f"要修改的也须能读取：请同时选上与 {'、'.join(blind)} 相应的读取权限")
    return [name for name in SCOPES if name in chosen]


def needed(resource: str, *, writes: bool) -> list[str]:
    """The scopes that a request to `resource` needs: who writes is shown what he writes, so he must
    read it too.
    """
    if writes:
        return [f"{resource}:read", f"{resource}:write"]
    return [f"{resource}:read"]
