#!/usr/bin/env python3
# -*- coding: utf-8 -*-  # noqa: UP009  Python 2 must be able to say what is wrong
"""Every command of the site.

`up` runs it, `test` proves it, `doctor` names what is missing, the rest is Django's.

Started by any Python, on a machine with nothing installed: the environment in `.venv` is made
first, from the hash-checked lock, and the command goes on in it. Nothing here may import more than
the standard library.
"""

import os
import sys


def hand_over_to_a_newer_python():
    """Go on in a Python that can read `gongjian.launch` (3.7); this file itself is readable to
    older ones.
    """
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    for minor in range(20, 6, -1):
        for folder in folders:
            path = os.path.join(folder, "python3.%d" % minor)  # noqa: UP031  an old Python must be able to read this
            if os.access(path, os.X_OK) and os.system('"%s" -c "" 2>/dev/null' % path) == 0:  # noqa: UP031
                os.execv(path, [path] + sys.argv)  # noqa: RUF005
    sys.exit("需要 Python 3.11 或更新版本；现为 %s，也没有找到别的。" % sys.version.split()[0])  # noqa: UP031


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
    from gongjian.launch.entrance import prepare

    arguments = prepare(sys.argv[1:])
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0]] + arguments)  # noqa: RUF005


if __name__ == "__main__":
    if sys.version_info < (3, 7):  # noqa: UP036  the lint knows only the Python that the site runs on
        hand_over_to_a_newer_python()
    main()
