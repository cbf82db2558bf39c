"""What the rows of a round have in common: who sees them, and which were taken back."""

from django.db import models

from scoring.models.rounds import Round


class OfRoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of the rounds that `user` may see."""
        return self.filter(round__in=Round.objects.visible_to(user))


class WithdrawableQuerySet(OfRoundQuerySet):
    """Rows that stay on record when they are taken back: `withdrawn_at`, `withdrawn_by`, why."""

    def in_force(self):
        """Rows that were not taken back."""
        return self.filter(withdrawn_at=None)
