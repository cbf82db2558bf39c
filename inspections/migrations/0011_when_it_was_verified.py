from django.db import migrations
from django.db.models import F


def say_when_and_by_whom(apps, schema_editor):
    """What was closed out before verification and striking off were two moments: both were one."""
    closed = apps.get_model("inspections", "Finding").objects.filter(closed_at__isnull=False)
    closed.update(verified_at=F("closed_at"), closed_by=F("verified_by"))


class Migration(migrations.Migration):
    dependencies = [("inspections", "0010_rectification")]

    operations = [migrations.RunPython(say_when_and_by_whom, migrations.RunPython.noop)]
