"""The pages, served by waitress: `python -m gongjian.launch.web HOST PORT`.

Four threads in one process: measured, more threads make Django slower, and waitress shields them
from slow readers.
"""

import os
import signal
import sys

import waitress


def leave(*_: object) -> None:
    raise SystemExit


def main(host: str, port: str) -> None:
    # Imported here, after the signal is set: loading takes a second, and a stop may come in it.
    from django.core.wsgi import get_wsgi_application

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
    application = get_wsgi_application()

    waitress.serve(
        application,
        host=host,
        port=int(port),
        threads=4,
        ident="gongjian",
        clear_untrusted_proxy_headers=True,
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)  # waitress then finishes the answers it is giving
    main(*sys.argv[1:3])
