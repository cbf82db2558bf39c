"""How rows that belong to a community are seen: with the community."""

from django.db import models

from communities.models.places import Community


class OfCommunityQuerySet(models.QuerySet):
    """For models with a `community` column."""

    def visible_to(self, user):
        if user.sees_city:
            return self
        communities = Community.objects.visible_to(user)
        return self.filter(community__in=communities)

    def in_quarter(self, quarter):
        """Rows of one quarter; for models with a `quarter` column."""
        return self.filter(quarter=str(quarter))
