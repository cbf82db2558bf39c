"""Who did it, when and in which words: columns of one row that are filled together or not at
all.
"""

from django.db.models import CheckConstraint, Q


def stamped_together(name: str, *, at: str, by: str = "", words: str = "") -> CheckConstraint:
    """Return the constraint `name` that the columns `at`, `by` and `words` are all filled or empty.

    `at` and `by` are empty when null, `words` when "".
    """
    columns_with_null = [column for column in (at, by) if column]
    empty = dict.fromkeys(columns_with_null)
    filled = Q(**{f"{column}__isnull": False for column in columns_with_null})
    if words:
        empty[words] = ""
        filled &= ~Q(**{words: ""})
    return CheckConstraint(name=name, condition=Q(**empty) | filled)
