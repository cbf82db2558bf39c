"""Where things lie: the project, its environment, the site's own files and its fonts."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def data_folder() -> Path:
    """Return the folder with everything the site owns; the settings read the same variable."""
    return Path(os.environ.get("GONGJIAN_DATA_DIR") or BASE_DIR / ".data").resolve()


def fonts_folder() -> Path:
    """Return where the faces of official documents lie; several sites may share the folder."""
    return Path(os.environ.get("GONGJIAN_FONTS_DIR") or data_folder() / "fonts").resolve()
