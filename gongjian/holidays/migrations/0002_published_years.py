from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import migrations

SOURCE = "国务院办公厅放假通知（系统自带）"


def enter(apps, schema_editor):
    """The years that the package knows. Whoever has entered a year himself is left alone."""
    Arrangement = apps.get_model("holidays", "Arrangement")
    SpecialDay = apps.get_model("holidays", "SpecialDay")
    names = {one.value: str(one.chinese) for one in Holiday}
    years = sorted({day.year for day in holidays} - set(Arrangement.objects.values_list("year", flat=True)))
    Arrangement.objects.bulk_create(Arrangement(year=year, source=SOURCE, is_announced=True) for year in years)
    keys = dict(Arrangement.objects.filter(year__in=years).values_list("year", "pk"))
    told = [(day, "holiday", names[name]) for day, name in holidays.items()]
    told += [(day, "workday", names[name]) for day, name in workdays.items()]
    SpecialDay.objects.bulk_create(
        (
            SpecialDay(arrangement_id=keys[day.year], day=day, kind=kind, name=name, source=SOURCE)
            for day, kind, name in sorted(told)
            if day.year in keys
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [("holidays", "0001_initial")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
