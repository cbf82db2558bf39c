from django.conf import settings
from django.db import models
from django.urls import reverse

from communities.models import Community
from communities.models.scoping import OfCommunityQuerySet
from scoring.models.rounds import Sheet
from scoring.models.scores import Score


class AppealStatus(models.TextChoices):
    RAISED = "raised", "待复核"
    UPHELD = "upheld", "申诉成立"
    REFUSED = "refused", "维持原分"


class AppealQuerySet(OfCommunityQuerySet):
    def visible_to(self, user):
        if user.sees_city:
            return self
        return self.filter(score__community__in=Community.objects.visible_to(user))

    def open(self):
        return self.filter(status=AppealStatus.RAISED)


class Appeal(models.Model):
    """申诉: a community's group contests one item of one sheet while the notice runs; decided once, points traced."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="appeals", verbose_name="得分")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="appeals", verbose_name="打分表")
    item_code = models.CharField("项目", max_length=10)
    reason = models.TextField("申诉理由")
    status = models.CharField("状态", max_length=10, choices=AppealStatus.choices, default=AppealStatus.RAISED)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申诉人")
    raised_at = models.DateTimeField("申诉时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    decision = models.TextField("复核意见", blank=True)
    old_deducted = models.DecimalField("原扣分", max_digits=6, decimal_places=2)
    new_deducted = models.DecimalField("改扣分", max_digits=6, decimal_places=2, null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申诉"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item_code"], name="one_appeal_an_item"),
        ]

    def __str__(self):
        return f"{self.score.community}申诉"

    def get_absolute_url(self):
        return reverse("scoring:appeal", args=[self.pk])

    @property
    def status_tone(self) -> str:
        return {"raised": "warn", "upheld": "good"}.get(self.status, "")
