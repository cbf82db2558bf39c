import django.db.models.deletion
from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import migrations, models

SOURCE = "国务院办公厅放假通知（系统自带）"


def enter_published_years(apps, schema_editor):
    """Enter the holidays and make-up days of the years that the package chinesecalendar knows.

    A year that the office has entered itself is left alone.
    """
    Arrangement = apps.get_model("holidays", "Arrangement")
    SpecialDay = apps.get_model("holidays", "SpecialDay")
    published_years = {day.year for day in holidays}
    entered_years = set(Arrangement.objects.values_list("year", flat=True))
    arrangements = {
        year: Arrangement.objects.create(year=year, source=SOURCE, is_announced=True)
        for year in sorted(published_years - entered_years)
    }
    chinese_names = {holiday.value: str(holiday.chinese) for holiday in Holiday}
    days = [(day, "holiday", name) for day, name in holidays.items()]
    days += [(day, "workday", name) for day, name in workdays.items()]
    special_days = [
        SpecialDay(
            arrangement=arrangements[day.year],
            day=day,
            kind=kind,
            name=chinese_names[name],
            source=SOURCE,
        )
        for day, kind, name in sorted(days)
        if day.year in arrangements
    ]
    SpecialDay.objects.bulk_create(special_days, batch_size=500)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Arrangement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="年份")),
                (
                    "source",
                    models.CharField(blank=True, max_length=100, verbose_name="依据（文号）"),
                ),
                ("is_announced", models.BooleanField(default=False, verbose_name="已录齐")),
            ],
            options={
                "verbose_name": "放假安排",
                "verbose_name_plural": "放假安排",
            },
        ),
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True, verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("holiday", "放假"),
                            ("workday", "调休上班"),
                            ("ordinary", "照常（按星期）"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="名称")),
                (
                    "source",
                    models.CharField(blank=True, max_length=100, verbose_name="依据（文号）"),
                ),
                (
                    "arrangement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="holidays.arrangement",
                        verbose_name="放假安排",
                    ),
                ),
            ],
            options={
                "verbose_name": "放假安排的日子",
                "verbose_name_plural": "放假安排的日子",
            },
        ),
        migrations.RunPython(enter_published_years, migrations.RunPython.noop),
    ]
