"""Print what the last run with coverage reached, by room, and fail below the bounds.

    make coverage                       runs the suite on SQLite with coverage, then this
    python -m tests.coverage_by_room    reads the figures of the last run anew

A figure counts statements and branches alike, in per cent. Counted is what any process of the suite
runs: the tests themselves, the servers that the browser visits, and every site, worker and command
that a test starts and lets end; one that is killed takes its figures with it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

EVERYTHING = "everything"
LEAST = {"services": 98, "rules": 98, "workflow": 98, "permissions": 98, "states": 98}
LEAST_OF_EVERYTHING = 94
LEAST_OF_A_ROOM = 94
WORST_FILES = 15


@dataclass
class Count:
    """Statements and branches of some files, and how many of them were run."""

    there: int = 0
    run: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.run / self.there if self.there else 100.0

    def add(self, other: "Count") -> None:
        self.there += other.there
        self.run += other.run


def kind_of(path: Path) -> str | None:
    """Return the kind of module that has a bound of its own: "services", "rules", …"""
    if path.parts[:2] == ("scoring", "rules"):
        return "rules"
    return next((part for part in (*path.parts[:-1], path.stem) if part in LEAST), None)


def room_of(path: Path) -> str:
    """Return the room of a module: a top app, a folder of gongjian/, or gongjian itself."""
    depth = 2 if path.parts[0] == "gongjian" and len(path.parts) > 2 else 1
    return "/".join(path.parts[:depth])


def counts_of(report: dict) -> dict[Path, Count]:
    """Return the count of each file of a JSON report of coverage."""
    counts = {}
    for name, file in report["files"].items():
        summary = file["summary"]
        there = summary["num_statements"] + summary["num_branches"]
        counts[Path(name)] = Count(there, summary["covered_lines"] + summary["covered_branches"])
    return counts


def summed(counts: dict[Path, Count], name_of) -> dict[str, Count]:
    """Return the counts added up by the name that `name_of` gives to a path; None leaves a path
    out.
    """
    sums: dict[str, Count] = {}
    for path, count in counts.items():
        if name := name_of(path):
            sums.setdefault(name, Count()).add(count)
    return sums


def short_of(counts: dict[Path, Count]) -> list[str]:
    """Return a sentence for every bound that is not reached."""
    rooms = summed(counts, room_of)
    reached = summed(counts, kind_of) | summed(counts, lambda path: EVERYTHING) | rooms
    bounds = LEAST | {EVERYTHING: LEAST_OF_EVERYTHING} | dict.fromkeys(rooms, LEAST_OF_A_ROOM)
    return [
        f"{name}: {reached[name].percent:.1f} %, at least {least} % are wanted"
        for name, least in bounds.items()
        if name in reached and reached[name].percent < least
    ]


def lines_of(sums: dict[str, Count]) -> Iterable[str]:
    for name, count in sorted(sums.items()):
        yield (
            f"  {name:28} {count.percent:5.1f} %  {count.there - count.run:5} of "
            f"{count.there} not run"
        )


def read_report() -> dict:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "coverage.json"
        command = [
            sys.executable,
            "-m",
            "coverage",
            "json",
            "-q",
            "--fail-under=0",
            "-o",
            str(file),
        ]
        subprocess.run(command, check=True)
        return json.loads(file.read_text())


def main() -> int:
    counts = counts_of(read_report())
    print("By room:", *lines_of(summed(counts, room_of)), sep="\n")
    print("By kind:", *lines_of(summed(counts, kind_of)), sep="\n")
    print(*lines_of(summed(counts, lambda path: EVERYTHING)), sep="\n")
    worst = sorted(counts, key=lambda path: counts[path].run - counts[path].there)[:WORST_FILES]
    print("Most not run:", *lines_of({str(path): counts[path] for path in worst}), sep="\n")
    failures = short_of(counts)
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
