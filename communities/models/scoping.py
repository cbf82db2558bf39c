"""How rows that belong to a community are seen: with the community."""

from typing import Self, TypeVar

from django.db import models

from communities.models.places import Community
from gongjian.accounts.models import User
from gongjian.lib.quarters import Quarter

Row = TypeVar("Row", bound=models.Model)


class OfCommunityQuerySet(models.QuerySet[Row]):
    """For models with a `community` column."""

    def visible_to(self, user: User) -> Self:
        """Return the rows of the communities that the user sees."""
        if user.sees_city:
            return self
        communities = Community.objects.visible_to(user)
        return self.filter(community__in=communities)

    def in_quarter(self, quarter: Quarter) -> Self:
        """Return the rows of one quarter; for models with a `quarter` column."""
        return self.filter(quarter=str(quarter))
