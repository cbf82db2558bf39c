from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from units.models import Unit


class Subdistrict(models.Model):
    code = models.CharField("代码", max_length=9, unique=True)
    name = models.CharField("街道", max_length=40, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "街道"

    def __str__(self) -> str:
        return self.name


class Class(models.TextChoices):
    """类别: communities are ranked inside their class (assessment 3.1.1)."""

    OLD_TOWN = "old_town", "老城社区"
    NEW_TOWN = "new_town", "新建社区"
    MIXED = "mixed", "城乡结合部社区"


def posted_to(user: User) -> Q:
    """Return Q for communities in which the user holds a posting on his day."""
    return Q(postings__appointment__in=Appointment.objects.of(user))


def grouped_with(user: User) -> Q:
    """Return Q for communities in whose group the user holds a posting of a unit on his day."""
    return Q(group__members__unit__in=Unit.objects.held_by(user))


class CommunityQuerySet(models.QuerySet["Community"]):
    def visible_to(self, user: User) -> Self:
        """The whole city for the office and those above it; else the communities one has to do
        with.
        """
        if user.sees_city or user.has_role(Role.DEPARTMENT_OFFICER, Role.ASSESSOR):
            return self
        if not user.takes_part:
            return self.none()
        communities = Community.objects.filter(posted_to(user) | grouped_with(user))
        return self.filter(pk__in=communities.values("pk"))

    def led_by(self, user: User) -> Self:
        """Communities whose lead unit the user acts for on his day."""
        own_units = Unit.objects.held_by(user, Role.LEAD_OFFICER)
        communities = Community.objects.filter(group__lead_unit__in=own_units)
        return self.filter(pk__in=communities.values("pk"))

    def worked_by(self, user: User) -> Self:
        """Communities in which the user is posted as a community worker on his day."""
        posts = Appointment.objects.of(user, Role.COMMUNITY_WORKER)
        community_postings = CommunityPosting.objects.filter(appointment__in=posts)
        return self.filter(pk__in=community_postings.values("community"))

    def kept_by(self, user: User) -> Self:
        """Communities whose group's records the user keeps: his lead unit's, or the one he works
        in.
        """
        led = Community.objects.led_by(user)
        worked = Community.objects.worked_by(user)
        return self._among(led, worked)

    def joined_by(self, user: User) -> Self:
        """Communities in whose group the user speaks for a unit: as its liaison or its lead
        officer.
        """
        own_units = Unit.objects.held_by(user, Role.LEAD_OFFICER, Role.MEMBER_LIAISON)
        communities = Community.objects.filter(group__members__unit__in=own_units)
        return self.filter(pk__in=communities.values("pk"))

    def visited_by(self, user: User) -> Self:
        """Communities of which the user records visits: its liaison leader, and those who keep the
        group's records.
        """
        befriended = Community.objects.befriended_by(user)
        own_communities = Community.objects.kept_by(user)
        return self._among(befriended, own_communities)

    def heard_by(self, user: User) -> Self:
        """Communities in whose forum the user raises topics: he speaks for a unit of the group or
        works there.
        """
        joined = Community.objects.joined_by(user)
        worked = Community.objects.worked_by(user)
        return self._among(joined, worked)

    def befriended_by(self, user: User) -> Self:
        """Communities whose liaison leader the user is on his day."""
        posts = Appointment.objects.of(user, Role.LIAISON_LEADER)
        community_postings = CommunityPosting.objects.filter(appointment__in=posts)
        return self.filter(pk__in=community_postings.values("community"))

    def active(self) -> Self:
        return self.filter(is_active=True)

    def _among(self, *several: "CommunityQuerySet") -> Self:
        """Return those that are in at least one of several querysets."""
        where = Q()
        for communities in several:
            where |= Q(pk__in=communities.values("pk"))
        return self.filter(where)


class Community(models.Model):
    """社区: the area of one residents' committee, the thing that is led, checked and scored."""

    code = models.CharField("社区代码", max_length=12, unique=True)
    name = models.CharField("社区名称", max_length=40)
    subdistrict = models.ForeignKey(
        Subdistrict, models.PROTECT, related_name="communities", verbose_name="街道"
    )
    kind = models.CharField("类别", max_length=20, choices=Class.choices, default=Class.MIXED)
    is_active = models.BooleanField("在册", default=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "社区"
        constraints = [
            models.UniqueConstraint(fields=["subdistrict", "name"], name="one_name_a_subdistrict")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("communities:detail", args=[self.code])


class CommunityPosting(models.Model):
    """The community in which an appointment is held: its workers, and the leader who is its
    liaison.
    """

    appointment = models.OneToOneField(
        Appointment, models.CASCADE, related_name="community_posting", verbose_name="任职"
    )
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="postings", verbose_name="社区"
    )

    class Meta:
        verbose_name = verbose_name_plural = "社区任职"

    def __str__(self) -> str:
        return f"{self.community} {self.appointment}"


class RoadSection(models.Model):
    """路段: the stretch of road on which duties lie."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="road_sections", verbose_name="社区"
    )
    name = models.CharField("路段", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "路段"
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"], name="one_section_name_a_community"
            )
        ]

    def __str__(self) -> str:
        return self.name
