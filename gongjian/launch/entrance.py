"""What happens before Django: prepare what a command needs, go on in the environment."""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
from pathlib import Path

from gongjian.launch import arguments, attempts, doctor, fonts, packages, suite
from gongjian.launch.environment import Environment
from gongjian.launch.occupied import SiteLock, refuse_busy_address
from gongjian.launch.places import BASE_DIR, data_folder, fonts_folder
from gongjian.launch.speech import Refusal

# Reads a file and answers: it needs nothing of the site and leaves nothing behind.
WITHOUT_A_SITE = {"rescore"}


def prepare(words: list[str]) -> list[str]:
    """Make the virtualenv if needed; return argv for Django.

    `doctor`, `test` and `environment` end the process here: Django is not needed for them. So does
    a `Refusal`, with its sentence on the terminal.
    """
    try:
        return prepare_command(words)
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("已中断。再运行一次会接着做。")


def prepare_command(words: list[str]) -> list[str]:
    command = words[0] if words else "help"
    if command == "doctor":
        sys.exit(doctor.report(Environment(BASE_DIR), words[1:]))
    if command == "up":
        refuse_what_cannot_run(words[1:])
    no_system, rest = arguments.take_no_system(words[1:])
    dev = command == "test" or (command == "environment" and "--dev" in rest)
    if os.environ.get("GONGJIAN_ENVIRONMENT") != "given":
        go_inside(words, dev=dev, system=not no_system)
    if command in {"up", "test", "environment"}:
        # The fast part of the suite needs neither servers nor a browser.
        needs_servers = dev and "--fast" not in rest
        prepare_system(tests=needs_servers, allowed=not no_system, again=command != "up")
    if command == "test":
        sys.exit(suite.run(Path(sys.executable), BASE_DIR, rest))
    if command == "environment":
        sys.exit(0)
    if command in WITHOUT_A_SITE:
        work_in_passing()
    return words


def work_in_passing() -> None:
    """Give this process a data folder that goes when it ends."""
    scratch = tempfile.TemporaryDirectory(prefix="gongjian-")
    atexit.register(scratch.cleanup)
    os.environ["GONGJIAN_DATA_DIR"] = scratch.name


def refuse_what_cannot_run(words: list[str]) -> None:
    """Raise `Refusal` for a second site on the same folder or a taken port, before installing."""
    options = arguments.read_up(words)
    with SiteLock(data_folder()):
        refuse_busy_address(options.host, options.port)


def go_inside(words: list[str], dev: bool, system: bool) -> None:
    """Return in the environment's own Python; anywhere else, make it ready and start over in it."""
    environment = Environment(BASE_DIR)
    is_inside = environment.inside()
    fits = is_inside and environment.fits_this_python()
    if is_inside and not fits:
        environment.discard()
    environment.ensure(dev, system)
    if not fits:
        python, manage = str(environment.python), str(BASE_DIR / "manage.py")
        os.execv(python, [python, manage, *words])  # noqa: S606  the command starts over


def prepare_system(tests: bool, allowed: bool, again: bool) -> None:
    """Install system packages and fonts; what failed today is tried again only when `again`."""
    memory = Environment(BASE_DIR).folder
    may_install = allowed and (again or attempts.due(memory, "packages"))
    if packages.missing(tests):
        attempts.note(memory, "packages", packages.ensure(tests, may_install))
    folder = fonts_folder()
    if fonts.missing(folder) and (again or attempts.due(memory, "fonts")):
        python, wheels = Path(sys.executable), BASE_DIR / "wheels"
        attempts.note(memory, "fonts", fonts.ensure(folder, python, wheels, allowed))
