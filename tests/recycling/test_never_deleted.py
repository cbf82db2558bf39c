"""Published, numbered, handed-in and financial rows are reversed or withdrawn, never deleted."""

import ast
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from funds.models import Contribution, Disclosure, Expense
from gongjian.documents.models import OfficialDocument
from gongjian.lib.triggers import standing_triggers
from tests.documents.factories import make_document
from tests.funds import factories as funds

ROOT = Path(__file__).parents[2]
MAY_DELETE = {
    "gongjian/accounts/limits.py": "spent counters of the rate limits",
    "gongjian/accounts/services.py": "sessions that are ended",
    "gongjian/audit/verifying.py": "tampering that the database must refuse, tried and rolled back",
    "gongjian/office/backup/restoring.py": "what `migrate` furnishes an empty site with",
    "gongjian/lib/pending_uploads.py": "an uploaded workbook, a file",
    "gongjian/office/privacy/retention.py": "messages, sessions and pictures whose time is "
    "over, after a person confirmed",
    "gongjian/recycling/services.py": "the bin itself",
    "gongjian/office/security/services/factors.py": "second factors that are reset",
    "gongjian/office/security/services/lockouts.py": "locks of accounts that are lifted",
    "inspections/services/frontage_papers.py": "printed plaques and agreements, files",
    "inspections/services/photos.py": "the files of a photo before faces were blacked out",
    "scoring/services/scores/store.py": "provisional scores of a round that is gathered anew",
    "scoring/services/honours/naming.py": "proposals of the rules for a round that is "
    "proposed anew",
}


def deletions(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and node.attr in {"delete", "_raw_delete"}:
            yield node.lineno
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and "DELETE FROM" in node.value.upper()
        ):
            yield node.lineno


@pytest.mark.slow
def test_rows_are_deleted_in_the_bin_alone():
    found = {
        str(path.relative_to(ROOT))
        for top in ("gongjian", "units", "communities", "inspections", "funds", "scoring")
        for path in (ROOT / top).rglob("*.py")
        if "migrations" not in path.parts and list(deletions(path))
    }
    assert found == set(MAY_DELETE)


RULES = (
    "funds_contribution_stays",
    "funds_expense_stays",
    "funds_disclosure_stays",
    "documents_numbered_stays",
    "scoring_resultsheet_stays",
    "scoring_resultsheet_fixed",
    "inspections_selfcheckversion_stays",
    "inspections_selfcheckversion_fixed",
)


def disclosed(cast):
    account = {"quarter": "2026Q4", "content": {}, "sha256": "0" * 64}
    published = {"published_by": cast.lead_officer, "published_at": cast.now}
    return Disclosure.objects.create(community=cast.community, **account, **published)


KEPT = [
    pytest.param(Contribution, funds.receive, id="contribution"),
    pytest.param(Expense, funds.make_expense, id="expense"),
    pytest.param(Disclosure, disclosed, id="disclosure"),
    pytest.param(
        OfficialDocument, lambda cast: make_document(cast, status="published"), id="published"
    ),
    pytest.param(
        OfficialDocument, lambda cast: make_document(cast, status="withdrawn"), id="withdrawn"
    ),
]


@pytest.mark.parametrize(("model", "make"), KEPT)
def test_the_database_itself_refuses(cast, model, make):
    row = make(cast)
    with pytest.raises(DatabaseError, match="不能删除"), transaction.atomic():
        model.objects.filter(pk=row.pk).delete()
    assert model.objects.filter(pk=row.pk).exists()


def test_a_draft_without_a_number_may_go(cast):
    make_document(cast).delete()
    assert not OfficialDocument.objects.exists()


def test_the_rules_stand_in_the_database(db):
    standing = standing_triggers(connection)
    assert [name for name in RULES if not any(one.startswith(name) for one in standing)] == []
