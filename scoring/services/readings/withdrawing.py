"""A row that stays on record when it is taken back: who, when and why, once."""

from datetime import datetime

from gongjian.accounts.models import User
from scoring.models import Absence, Adjustment


def stamp_withdrawal(row: Absence | Adjustment, *, reason: str, by: User, at: datetime) -> bool:
    """Mark a row as taken back; return False when somebody else did so before."""
    fields = {"withdrawal": reason, "withdrawn_by": by, "withdrawn_at": at}
    if not type(row).objects.in_force().filter(pk=row.pk).update(**fields):
        return False
    row.withdrawal = reason
    row.withdrawn_by = by
    row.withdrawn_at = at
    return True
