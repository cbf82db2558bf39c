from django.db import models

from communities.models.places import Community
from gongjian.lib.positions import Datum


class Boundary(models.Model):
    """社区边界, for a schematic map.

    A table of its own, so that no list of communities ever loads it.

    `shape` holds polygons of rings of [longitude, latitude] (gongjian.lib.geometry) in the datum of
    the file.
    """

    community = models.OneToOneField(
        Community, models.PROTECT, related_name="boundary", verbose_name="社区"
    )
    shape = models.JSONField("边界")
    datum = models.CharField("坐标系", max_length=5, choices=Datum.choices, default=Datum.WGS84)
    source = models.CharField("来源", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "社区边界"

    def __str__(self) -> str:
        return f"{self.community}边界"
