from django.conf import settings
from django.db import models
from django.urls import reverse

from communities.models.places import Community
from communities.models.scoping import OfCommunityQuerySet
from gongjian.lib.quarters import Quarter, valid_quarter


class Visit(models.Model):
    """走访 (policy 四之三): the liaison leader comes to his community to see, hear and settle."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="visits", verbose_name="社区"
    )
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    visited_on = models.DateField("走访日期")
    leader = models.CharField("联系领导", max_length=40)
    raised = models.TextField("反映的问题", blank=True)
    settled = models.TextField("协调解决情况", blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人"
    )
    recorded_at = models.DateTimeField("记录时间")

    objects = OfCommunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访"
        indexes = [models.Index(fields=["quarter", "community"])]

    def __str__(self) -> str:
        return f"{self.leader}走访{self.community}"

    def get_absolute_url(self) -> str:
        return reverse("communities:visit", args=[self.pk])

    @property
    def span(self) -> Quarter:
        return Quarter.parse(self.quarter)
