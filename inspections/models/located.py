from django.db import models

from gongjian.lib.positions import Datum


class Located(models.Model):
    """A row that may have a point on the ground, in the datum in which it was entered.

    Read and converted by gongjian.lib.positions.
    """

    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    datum = models.CharField("坐标系", max_length=5, choices=Datum.choices, default=Datum.WGS84)

    class Meta:
        abstract = True
