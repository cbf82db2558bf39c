"""The rooms of the house as the tests prove them: their order, what each holds, and the picture of
them.

`python -m tests.rooms` writes the picture into docs/architecture.md.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/architecture.md"
APPS = ["units", "communities", "inspections", "funds", "scoring"]

# Lowest first; rooms on one line stand side by side and never see each other.
LAYERS = [
    ["gongjian.launch", "gongjian.lib"],
    ["gongjian.accounts"],
    ["gongjian.audit"],
    ["gongjian.workflow"],
    ["gongjian.holidays"],
    ["gongjian.recycling"],
    ["gongjian.jobs"],
    ["gongjian.notifications"],
    ["gongjian.documents"],
    ["units"],
    ["communities"],
    ["inspections", "funds"],
    ["scoring"],
    ["gongjian.office"],
    ["gongjian"],
]
RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}

# The procedures of scoring, lowest first, in its services and in its pure rules.
PROCEDURES = {
    "scoring.rules": [
        *("refusals", "rubrics", "rounds", "readings", "scores"),
        *("records", "sheets", "corrections", "appeals", "honours"),
    ],
    "scoring.services": [
        *("readings", "rounds", "sheets", "scores", "drafting"),
        *("corrections", "appeals", "records", "honours", "bulletins", "rubrics"),
    ],
}

# Inside an app: what each kind of module may import.
BELOW_SERVICES = {"models", "permissions", "states"}
BELOW_VIEWS = BELOW_SERVICES | {"services", "forms", "filters"}
MAY_IMPORT = {
    "models": {"models"},
    "permissions": {"models", "permissions"},
    "states": BELOW_SERVICES,
    "services": BELOW_SERVICES | {"services"},
    "forms": BELOW_SERVICES | {"services", "forms"},
    "filters": BELOW_SERVICES | {"services", "filters"},
    "views": BELOW_VIEWS | {"views"},
    "api": BELOW_SERVICES | {"services", "filters", "api"},
    "jobs": BELOW_SERVICES | {"services", "jobs"},
}


def source_files() -> list[Path]:
    """Return every Python file of the product, migrations left out."""
    tops = ["gongjian", *APPS]
    paths = [path for top in tops for path in (ROOT / top).rglob("*.py")]
    return sorted(path for path in paths if "migrations" not in path.parts)


def module_name(path: Path) -> str:
    """Return the dotted name of a file: a package for its `__init__.py`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(path: Path) -> Iterator[str]:
    """Yield every dotted name imported in a file, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            package = _package_imported_from(path, node)
            for alias in node.names:
                yield f"{package}.{alias.name}"


def _package_imported_from(path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = path.relative_to(ROOT).parts[: -node.level]
    return ".".join([*parts, node.module] if node.module else parts)


@cache
def imports_between_modules() -> dict[str, set[str]]:
    """Return, for each module of the product, the modules of the product that it imports."""
    files = {module_name(path): path for path in source_files()}
    arrows = {}
    for module, path in files.items():
        used = {_known_module(name, files) for name in imported_names(path)}
        arrows[module] = used - {module, ""}
    return arrows


def _known_module(name: str, files: dict[str, Path]) -> str:
    """Return the module that holds an imported name, or "" for one outside the product."""
    while name and name not in files:
        name = name.rpartition(".")[0]
    return name


def layer_of(module: str) -> str | None:
    """Return the longest room at the top that a module belongs to; None outside the product."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in RANK:
            return name
    return None


def may_use(user: str, used: str) -> bool:
    """Whether one room at the top may import another: itself, or one on a lower line."""
    return user == used or RANK[used] < RANK[user]


def child_of(package: str, module: str) -> str | None:
    """Return the name below `package` under which a module stands; None for one elsewhere."""
    if not module.startswith(f"{package}."):
        return None
    return module.removeprefix(f"{package}.").split(".")[0]


def arrows_inside(package: str) -> dict[str, set[str]]:
    """Return which child of a package imports which other child of it."""
    arrows: dict[str, set[str]] = defaultdict(set)
    for module, used_modules in imports_between_modules().items():
        user = child_of(package, module)
        if user is None:
            continue
        for used_module in used_modules:
            used = child_of(package, used_module)
            if used and used != user:
                arrows[user].add(used)
    return arrows


def arrows_between_layers() -> dict[str, set[str]]:
    """Return which room at the top imports which other one."""
    arrows: dict[str, set[str]] = defaultdict(set)
    for module, used_modules in imports_between_modules().items():
        user = layer_of(module)
        arrows[user] |= {layer_of(used) for used in used_modules} - {user}
    return arrows


def without_detours(arrows: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return the arrows of a graph without circles that no chain of other arrows already tells."""
    reached: dict[str, set[str]] = {}

    def reach(node: str) -> set[str]:
        if node not in reached:
            reached[node] = set(arrows.get(node, ()))
            for below in arrows.get(node, ()):
                reached[node] |= reach(below)
        return reached[node]

    pairs = []
    for user in sorted(arrows):
        for used in sorted(arrows[user]):
            through_others = [other for other in arrows[user] if other != used]
            if not any(used in reach(other) for other in through_others):
                pairs.append((user, used))
    return pairs


def mermaid(arrows: dict[str, set[str]]) -> str:
    """Return a graph as a mermaid picture, importing rooms above those that they import."""
    lines = ["```mermaid", "graph TD"]
    lines += [f"    {user} --> {used}" for user, used in without_detours(arrows)]
    return "\n".join([*lines, "```"])


def pictures() -> dict[str, str]:
    """Return each picture of docs/architecture.md by the name in its marks."""
    return {
        "rooms": mermaid(arrows_between_layers()),
        "scoring": mermaid(arrows_inside("scoring.services")),
    }


def page_with_pictures(page: str) -> str:
    """Return the text of the page with every picture between its marks drawn anew.

    Raises ValueError where a picture's marks do not stand there exactly once.
    """
    for name, picture in pictures().items():
        begin, end = f"<!-- picture: {name} -->\n", f"<!-- end: {name} -->"
        if (page.count(begin), page.count(end)) != (1, 1):
            raise ValueError(f"{name}: its marks should stand once in the page")
        before, _, rest = page.partition(begin)
        after = rest.partition(end)[2]
        page = f"{before}{begin}{picture}\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(page_with_pictures(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
