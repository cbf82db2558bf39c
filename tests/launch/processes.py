"""Whether a process runs, and waiting until something is there."""

import time
from pathlib import Path


def alive(pid):
    """Whether the process runs: a zombie that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(there, seconds=10.0):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if there():
            return True
        time.sleep(0.05)
    return False
