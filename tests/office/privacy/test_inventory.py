"""Every column that may hold something about a person is in the inventory, or is said not to."""

from io import StringIO
from pathlib import Path

from django.apps import apps
from django.core.management import call_command

from gongjian.lib.sealing import SealedTextField
from gongjian.office.privacy.inventory import NOT_PERSONAL, PERSONAL, as_markdown
from gongjian.office.privacy.services import sealed_columns

TEXT = {"CharField", "TextField", "JSONField", "FileField", "ImageField", "GenericIPAddressField"}
TECHNICAL = {
    "sha256",
    "hash",
    "previous_hash",
    "seed",
    "key",
    "code",
    "item_code",
    "version",
    "uuid",
    "secret_hash",
    "grade",
}
FRAMEWORK = {"contenttypes", "auth"}
DOCUMENT = Path(__file__).parents[3] / "docs/security/personal-data.md"


def looks_personal(field) -> bool:
    """Text, a file or an address that is no choice, no number, no period and no hash."""
    if field.get_internal_type() not in TEXT or field.choices or field.primary_key:
        return False
    return field.name not in TECHNICAL | {
        "quarter",
        "month",
        "object_type",
        "object_id",
        "event",
        "kind",
    } and not (
        (field.name.endswith("_number") and field.name != "door_number")
        or field.name in {"number", "credit_code"}
    )


def columns_of_the_site() -> dict:
    models = [model for model in apps.get_models() if model._meta.app_label not in FRAMEWORK]
    return {
        f"{model._meta.label}.{field.name}": field
        for model in models
        for field in model._meta.local_fields
    }


def test_every_column_that_looks_personal_is_classified():
    found = {place for place, field in columns_of_the_site().items() if looks_personal(field)}
    unclassified = sorted(found - set(PERSONAL) - NOT_PERSONAL)
    assert unclassified == [], "add these to gongjian/office/privacy/inventory.py"


def test_the_inventory_names_columns_that_there_are_and_each_once():
    assert sorted((set(PERSONAL) | NOT_PERSONAL) - set(columns_of_the_site())) == []
    assert not set(PERSONAL) & NOT_PERSONAL


def test_the_inventory_says_rightly_what_is_sealed():
    sealed = {
        place
        for place, field in columns_of_the_site().items()
        if isinstance(field, SealedTextField)
    }
    inside_json = {
        "mfa.Authenticator.data"
    }  # the secrets in it, see tests/accounts/test_factor_secrets.py
    assert {
        place for place, (_, is_sealed) in PERSONAL.items() if is_sealed
    } == sealed | inside_json
    assert len(sealed) == len(sealed_columns())


def test_the_document_is_the_inventory():
    assert DOCUMENT.read_text() == as_markdown(apps.get_model), (
        "manage.py personal_data > docs/security/personal-data.md"
    )


def test_the_command_prints_the_page():
    printed = StringIO()
    call_command("personal_data", stdout=printed)
    assert printed.getvalue() == as_markdown(apps.get_model)
