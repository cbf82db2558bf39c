import sqlite3
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection, connections


@pytest.fixture
def side_by_side(transactional_db, tmp_path):
    """run(*acts) carries out acts at once, each on a connection of its own, and gives what each
    returned or raised.

    SQLite's in-memory database has no locks worth the name, so the acts meet in a file, as they do
    on a site.
    """
    settings = connections.settings["default"]
    in_memory = settings["NAME"]

    def outcome(act):
        try:
            return act()
        except Exception as refused:
            return refused
        finally:
            connection.close()

    def run(*acts):
        if connection.vendor == "sqlite":
            settings["NAME"] = _copied_to_file(tmp_path / "site.sqlite3")
        try:
            with ThreadPoolExecutor(len(acts)) as pool:
                return list(pool.map(outcome, acts))
        finally:
            settings["NAME"] = in_memory

    return SimpleNamespace(run=run)


def _copied_to_file(path) -> str:
    """The database as it stands, copied once; later runs go on with the file."""
    if not path.exists():
        connection.ensure_connection()
        with sqlite3.connect(path) as file:
            connection.connection.backup(file)
        file.close()
    return str(path)
