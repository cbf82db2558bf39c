"""What happens before Django: look at the command, prepare the ground for it, go on in the environment's Python."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gongjian.launch import arguments, attempts, doctor, fonts, packages, suite
from gongjian.launch.environment import Environment
from gongjian.launch.occupied import SiteLock, refuse_busy_address
from gongjian.launch.places import BASE_DIR, data_folder, fonts_folder
from gongjian.launch.speech import Refusal


def prepare(words: list[str]) -> list[str]:
    """The words for Django, once the ground is there. Ends the process for what Django need not be asked,
    and for a `Refusal`, whose sentence goes to the terminal."""
    try:
        return _prepare(words)
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("已中断。再运行一次会接着做。")


def _prepare(words: list[str]) -> list[str]:
    command = words[0] if words else "help"
    if command == "doctor":
        sys.exit(doctor.report(Environment(BASE_DIR), words[1:]))
    if command == "up":
        _refuse_what_cannot_run(words[1:])
    no_system, rest = arguments.take_no_system(words[1:])
    if os.environ.get("GONGJIAN_ENVIRONMENT") != "given":
        _go_inside(words, dev=_is_for_development(command, rest), system=not no_system)
    if command in {"up", "test", "environment"}:
        _prepare_system(
            tests=_is_for_development(command, rest), allowed=not no_system, again=command != "up"
        )
    if command == "test":
        sys.exit(suite.run(_python(), BASE_DIR, rest))
    if command == "environment":
        sys.exit(0)
    return words


def _refuse_what_cannot_run(words: list[str]) -> None:
    """A second site on the same folder, or a taken port: said in a moment, not after minutes of installing."""
    asked = arguments.read_up(words)
    with SiteLock(data_folder()):
        refuse_busy_address(asked.host, asked.port)


def _is_for_development(command: str, rest: list[str]) -> bool:
    return command == "test" or (command == "environment" and "--dev" in rest)


def _go_inside(words: list[str], dev: bool, system: bool) -> None:
    """Return in the environment's own Python; anywhere else, make it ready and start over in it."""
    environment = Environment(BASE_DIR)
    at_home = environment.inside() and environment.fits_this_python()
    if environment.inside() and not at_home:
        environment.discard()
    environment.ensure(dev, system)
    if not at_home:
        os.execv(  # noqa: S606  the command starts over in its own Python
            str(environment.python), [str(environment.python), str(BASE_DIR / "manage.py"), *words]
        )


def _prepare_system(tests: bool, allowed: bool, again: bool) -> None:
    """System packages and fonts. What failed today is only tried again when asked for by name."""
    memory = Environment(BASE_DIR).folder
    try_packages = allowed and (again or attempts.due(memory, "packages"))
    if packages.missing(tests):
        attempts.note(memory, "packages", packages.ensure(tests, try_packages))
    if fonts.missing(fonts_folder()) and (again or attempts.due(memory, "fonts")):
        attempts.note(
            memory, "fonts", fonts.ensure(fonts_folder(), _python(), BASE_DIR / "wheels", allowed)
        )


def _python() -> Path:
    return Path(sys.executable)
