"""A small city that has lived through its quarters, backed up and then gone."""

from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from gongjian.office.backup.writing import WrittenBackup, write_backup
from tests.demo.city import COMMUNITIES, MD5, UNTIL, run_demo, without_paper


@pytest.fixture(scope="session")
def backup(django_db_setup, django_db_blocker, tmp_path_factory) -> WrittenBackup:
    """The city's backup; the city itself has been dropped, rows and files."""
    folder: Path = tmp_path_factory.mktemp("city")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        without_paper(patch)
        with override_settings(MEDIA_ROOT=folder / "media", PASSWORD_HASHERS=MD5):
            run_demo(communities=COMMUNITIES)
            written = write_backup(folder / "city.tar.gz", at=UNTIL, say=lambda line: None)
        transaction.set_rollback(True)
    return written
