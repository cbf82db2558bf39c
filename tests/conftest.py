import importlib

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import cast as casting
from tests import migrated, passes, servers, triggers

# A test may be left to the other pass; its reason says so.
OTHER_PASS = "PostgreSQL"


def pytest_configure(config):
    """Begin to migrate the tests' database where several processes will ask for it."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        migrated.begin()


def pytest_collection_modifyitems(config, items):
    """The pass on PostgreSQL proves what touches the database; all else was proved by the other
    one.
    """
    if not migrated.IS_POSTGRESQL:
        return
    wanted = [item for item in items if passes.belongs_on_postgresql(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(wanted)])
    items[:] = wanted


def pytest_sessionfinish(session, exitstatus):
    """Fail on CI where a test was skipped for want of a server, a browser or a font."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not servers.required():
        return
    skipped = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
    not_allowed = [reason for reason in skipped if OTHER_PASS not in reason]
    if not_allowed:
        reporter.write_line(f"SKIPPED WHERE NOTHING MAY BE: {not_allowed}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


DOORS = ("doors there are", "doors tried", "doors wrong")


def pytest_terminal_summary(terminalreporter):
    """Say how much of the access matrix was tried."""
    sums = dict.fromkeys(DOORS, 0)
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in _notes(report):
                if name in sums:
                    sums[name] += value
    if sums["doors there are"]:
        there, tries, wrong = sums.values()
        terminalreporter.write_line(
            f"access matrix: {there} URL names, all of them; {tries:,} answers, {wrong} unexpected"
        )


def _notes(report) -> list[tuple[str, int]]:
    return getattr(report, "user_properties", []) if getattr(report, "when", "") == "call" else []


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied():
    """Lift the triggers while the tables are emptied between tests that commit: the log allows no
    deletion.

    The published holidays, which the migrations brought, are entered anew.
    """
    flush = BaseDatabaseOperations.execute_sql_flush
    holidays = importlib.import_module("gongjian.holidays.migrations.0001_initial")

    def flush_without_rules(self, sql_list):
        with triggers.lifted():
            flush(self, sql_list)
        holidays.enter_published_years(apps, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_without_rules)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Copy the tests' database from one that was migrated before."""
    if migrated.IS_POSTGRESQL:
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.postgresql_template()
    with pytest.MonkeyPatch.context() as patch:
        migrated.start_from_it(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def _static_files_looked_up_once():
    """Look up the hundred static files once: every test client builds the middleware anew."""
    look_up, static_files = WhiteNoiseMiddleware.add_files_from_finders, {}

    def remember(self):
        if not static_files:
            look_up(self)
            static_files.update(self.files)
        self.files = dict(static_files)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", remember)
        yield


@pytest.fixture(autouse=True)
def _own_media(request):
    """Each test with rows has a folder of its own for their files."""
    if passes.touches_database(request.node):
        settings = request.getfixturevalue("settings")
        settings.MEDIA_ROOT = request.getfixturevalue("tmp_path") / "media"


@pytest.fixture
def cast(db):
    """The named cast; see tests/cast.py."""
    return casting.make_cast()


@pytest.fixture
def many_connections(transactional_db, tmp_path):
    """Give every thread a connection of its own: on SQLite the test gets a file in place of the
    memory.
    """
    if connection.vendor != "sqlite":
        yield
        return
    migrated.lay_database(tmp_path)
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.connection, connection.settings_dict["NAME"] = None, str(tmp_path / migrated.FILE)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = in_memory, name


@pytest.fixture
def today():
    """Let the views' clock stand at the cast's own moment."""
    with time_machine.travel(casting.NOW, tick=False):
        yield casting.TODAY


@pytest.fixture
def sign_in(client, today):
    """sign_in(user) gives a test client on which that person is signed in, on the cast's day."""

    def as_user(user):
        client.force_login(user)
        return client

    return as_user


@pytest.fixture(autouse=True)
def _fresh_counts():
    """Forget the wrong codes that other tests counted."""
    cache.clear()
