from django.db import migrations, models

import inspections.models.frontages

CHUNK = 2000


def give_codes(apps, schema_editor):
    """Give every frontage that has none a code of its own, some thousands at a time."""
    rows = apps.get_model("inspections", "Frontage").objects
    while batch := list(rows.filter(public_code=None).only("pk")[:CHUNK]):
        for row in batch:
            row.public_code = inspections.models.frontages.new_public_code()
        rows.bulk_update(batch, ["public_code"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0004_positions")]

    operations = [
        migrations.AddField(
            model_name="frontage",
            name="public_code",
            field=models.CharField(editable=False, max_length=12, null=True, verbose_name="公开码"),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="frontage",
            name="public_code",
            field=models.CharField(
                default=inspections.models.frontages.new_public_code,
                editable=False,
                max_length=12,
                unique=True,
                verbose_name="公开码",
            ),
        ),
    ]
