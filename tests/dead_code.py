"""What nobody in the product calls: vulture's findings, less what frameworks and templates call by
name.

    python -m tests.dead_code    prints what is left

Fields and options are left out: columns, Meta and settings are read by Django. A use in a test
alone does not count.
"""

import re
from fnmatch import fnmatch
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("gongjian", "units", "communities", "inspections", "funds", "scoring")
KINDS = {"class", "function", "method", "property"}
LEAST_CONFIDENCE = 60

# Name patterns, each with who calls it.
CALLED_BY_NAME = {
    "Command": "Django, for manage.py",
    "add_arguments": "Django, of a command",
    "Migration": "Django",
    "*Config": "Django, an app",
    "clean_*": "Django, of a form's field",
    "_post_clean": "Django, of a model form",
    "validate_constraints": "Django, of a model form",
    "label_from_instance": "Django, of a choice field",
    "is_multipart": "Django, of a form in a template",
    "form_valid": "Django, of a class-based view",
    "process_*": "Django, of a middleware",
    "get_help_text": "Django, of a password validator",
    "get_by_natural_key": "Django, when somebody signs in",
    "get_prep_lookup": "Django, of a lookup",
    "as_sqlite": "Django, of an expression",
    "as_postgresql": "Django, of an expression",
    "to_url": "Django, of a path converter",
    "state_forwards": "Django, of a migration's operation",
    "database_forwards": "Django, of a migration's operation",
    "check_*": "Django, a registered system check",
    "has_permission": "Django REST framework",
    "allow_request": "Django REST framework",
    "authenticate_header": "Django REST framework",
    "paginate_queryset": "Django REST framework",
    "get_next_link": "Django REST framework",
    "get_previous_link": "Django REST framework",
    "retrieve": "Django REST framework",
    "partial_update": "Django REST framework",
    "get_phone": "Django REST framework, of a serializer's field",
    "get_explanation": "Django REST framework, of a serializer's field",
    "get_security_definition": "drf-spectacular",
    "TokenScheme": "drf-spectacular, that finds it by its base",
    "add_refusals": "drf-spectacular, named in the settings",
    "is_open_for_signup": "allauth",
    "get_client_ip": "allauth",
    "pre_authenticate": "allauth",
    "pre_social_login": "allauth",
    "on_authentication_error": "allauth",
    "_decode_id_token": "allauth",
    "get_password_change_redirect_url": "allauth",
    "is_reauthentication_required": "allauth",
    "_get_site_name": "allauth",
    "build_totp_svg": "allauth",
    "generate_authenticator_name": "allauth",
    "remove_out_of_limit_failure_logs": "axes",
    "ignore_aliases": "PyYAML",
    "_ua_stylesheets": "WeasyPrint",
    "stale_page": "Django, named in the settings",
    "locked_page": "axes, named in the settings",
    "__*__": "Python",
}
# What stands without a caller in the product, each with why it stays.
KEPT = {
    "sheet_points_by": "one sheet's rule in one piece (docs/scoring.md): sheets of every "
    "door are held to it",
    "bar_chart": "one of the charts that docs/frontend.md offers to the next page",
    "sparkline": "one of the charts that docs/frontend.md offers to the next page",
    "blind_index": "exact lookup in a sealed column, as docs/security/privacy.md promises",
    "blind_indexes": "the same while keys are being changed",
    "substitutions": "asked by hand which faces stand in for which, as docs/documents.md says",
}
# Functions that a decorator hands to somebody else.
CALLED_THROUGH = ["@shared_task", "@app.task", "@ledger_job", "@register.*"]


def words_in_templates() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.*"))
    return {word for text in texts for word in re.findall(r"\w+", text)}


def names_in_strings() -> set[str]:
    """Return what the product names in words: method="of_person", "middleware.RequestIds"."""
    names = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            strings = re.findall(r"""["'][\w.{}]*?(\w+)["']""", path.read_text(encoding="utf-8"))
            names |= set(strings)
    return names


def unused() -> list[str]:
    """Return a line for every class, function and property that nobody in the product uses."""
    search = Vulture(ignore_decorators=CALLED_THROUGH)
    search.scavenge([str(ROOT / room) for room in ROOMS])
    named_elsewhere = words_in_templates() | names_in_strings()
    return [
        f"{Path(item.filename).relative_to(ROOT)}:{item.first_lineno}: {item.typ} {item.name}"
        for item in search.get_unused_code(min_confidence=LEAST_CONFIDENCE)
        if item.typ in KINDS
        and item.name not in named_elsewhere
        and not any(fnmatch(item.name, pattern) for pattern in [*CALLED_BY_NAME, *KEPT])
    ]


if __name__ == "__main__":
    print(*unused(), sep="\n")
