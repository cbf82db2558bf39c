"""What the rows of a round have in common: who sees them, and which were taken back."""

from typing import Self

from django.db import models

from communities.models.scoping import Row
from gongjian.accounts.models import User
from scoring.models.rounds import Round


class OfRoundQuerySet(models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """Rows of the rounds that `user` may see."""
        return self.filter(round__in=Round.objects.visible_to(user))


class WithdrawableQuerySet(OfRoundQuerySet[Row]):
    """Rows that stay on record when they are taken back: `withdrawn_at`, `withdrawn_by`, why."""

    def in_force(self) -> Self:
        """Rows that were not taken back."""
        return self.filter(withdrawn_at=None)
