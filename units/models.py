from typing import Self

from django.db import models
from django.urls import reverse

from gongjian.accounts.models import Appointment, User
from gongjian.lib.sealing import SealedTextField


class UnitKind(models.TextChoices):
    ORGAN = "organ", "党政机关"
    INSTITUTION = "institution", "事业单位"
    ENTERPRISE = "enterprise", "企业"
    SOCIAL = "social", "社会组织"
    SUBDISTRICT = "subdistrict", "街道办事处"


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, user: User) -> Self:
        """Return the whole register for everyone who takes part.

        Administrators see no business data.
        """
        return self if user.takes_part else self.none()

    def held_by(self, user: User, *roles: str) -> Self:
        """Return the units in which the user is posted on his day, in any of `roles` if given."""
        postings = Appointment.objects.of(user, *roles)
        return self.filter(postings__appointment__in=postings).distinct()


class Unit(models.Model):
    """单位: an organ, institution, enterprise or social body that leads or takes part in
    co-building.
    """

    name = models.CharField("单位名称", max_length=80, unique=True)
    short_name = models.CharField("简称", max_length=20, unique=True)
    kind = models.CharField("类别", max_length=20, choices=UnitKind.choices)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    is_functional_department = models.BooleanField("职能部门", default=False)
    is_active = models.BooleanField("在册", default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~models.Q(credit_code=""),
                name="one_unit_a_credit_code",
            )
        ]
        indexes = [models.Index(fields=["kind", "name"])]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("units:detail", args=[self.pk])

    @property
    def status_tone(self) -> str:
        return "" if self.is_active else "bad"


class Contact(models.Model):
    """联络员: whom the office telephones at a unit. One a unit for now."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="contact", verbose_name="单位")
    name = models.CharField("联络员", max_length=40, blank=True)
    phone = SealedTextField("联系电话", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "联络员"

    def __str__(self) -> str:
        return self.name


class Posting(models.Model):
    """The unit in which an appointment is held."""

    appointment = models.OneToOneField(
        Appointment, models.CASCADE, related_name="unit_posting", verbose_name="任职"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="postings", verbose_name="单位")

    class Meta:
        verbose_name = verbose_name_plural = "单位任职"

    def __str__(self) -> str:
        return f"{self.unit} {self.appointment}"
