"""A rule that the database keeps refuses what breaks it, and nothing else."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.state import ProjectState

from gongjian.lib.triggers import RefuseRows, standing_triggers

pytestmark = pytest.mark.django_db

RULE = RefuseRows(
    "no_debts",
    table="purse",
    events=["INSERT", "UPDATE"],
    message="不得为负",
    condition="NEW.yuan < 0",
)


class Purse(models.Model):
    yuan = models.IntegerField()

    class Meta:
        app_label = "lib"
        db_table = "purse"

    def __str__(self):
        return f"{self.yuan}"


def lay_down(take_back=False):
    editor = connection.SchemaEditorClass(connection, atomic=False)
    act = RULE.database_backwards if take_back else RULE.database_forwards
    act("lib", editor, ProjectState(), ProjectState())


def standing() -> set[str]:
    return {name for name in standing_triggers(connection) if name.startswith("no_debts")}


@pytest.fixture
def ruled():
    with connection.cursor() as cursor:
        key = "serial" if connection.vendor == "postgresql" else "integer"
        cursor.execute(f"CREATE TABLE purse (id {key} PRIMARY KEY, yuan integer NOT NULL)")
    lay_down()
    return Purse.objects


def test_rows_that_keep_the_rule_are_written(ruled):
    ruled.create(yuan=5)
    ruled.update(yuan=0)
    ruled.all().delete()


@pytest.mark.parametrize(
    "act", [lambda rows: rows.create(yuan=-1), lambda rows: rows.update(yuan=-1)]
)
def test_a_row_that_breaks_the_rule_is_refused_with_its_sentence(ruled, act):
    ruled.create(yuan=5)
    with pytest.raises(IntegrityError, match="不得为负"), transaction.atomic():
        act(ruled)
    assert ruled.get().yuan == 5


def test_the_rule_can_be_laid_down_twice_and_taken_back(ruled):
    lay_down()
    assert standing()
    lay_down(take_back=True)
    assert not standing()
    ruled.create(yuan=-1)
