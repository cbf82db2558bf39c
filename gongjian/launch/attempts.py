"""What failed today is not tried at each start: a site starts at once without a network."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

REST = 24 * 3600  # seconds


def due(folder: Path, name: str) -> bool:
    """Whether `name` has not failed within the last day."""
    try:
        return time.time() - (folder / f"tried-{name}").stat().st_mtime > REST
    except OSError:
        return True


def note(folder: Path, name: str, succeeded: bool) -> None:
    """Remember a failure, or forget it after a success."""
    with contextlib.suppress(OSError):
        if succeeded:
            (folder / f"tried-{name}").unlink()
        else:
            (folder / f"tried-{name}").touch()
