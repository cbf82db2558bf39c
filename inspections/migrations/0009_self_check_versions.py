from collections import defaultdict

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from gongjian.lib.triggers import RefuseRows

RETURN = "inspections.selfcheck.return"
CHANGED = " OR ".join(
    f"OLD.{column} <> NEW.{column}"
    for column in (
        "self_check_id",
        "number",
        "marks",
        "photos",
        "total_points",
        "submitted_at",
        "submitted_by_id",
        "is_late",
    )
)


def keep_what_was_handed_in(apps, schema_editor):
    """One version for every self-check that was handed in before versions were kept, as far as it is still known.

    One that lies returned carries the last reason; earlier handings-in of a month were overwritten.
    """
    checks = apps.get_model("inspections", "SelfCheck").objects.exclude(submitted_at=None)
    version = apps.get_model("inspections", "SelfCheckVersion")
    returns = _last_returns(apps)
    photos = _photos(apps)
    rows = (_version(version, check, photos[check.pk], returns) for check in checks.iterator(chunk_size=500))
    version.objects.bulk_create(rows, batch_size=500)


def _version(version, check, photos, returns):
    row = version(
        self_check=check,
        number=1,
        marks=check.marks,
        photos=photos,
        total_points=check.total_points or 0,
        submitted_at=check.submitted_at,
        submitted_by_id=check.submitted_by_id or check.started_by_id,
        is_late=check.is_late,
    )
    if check.status == "returned" and (entry := returns.get(str(check.pk))):
        row.returned_at, row.returned_by_id = entry.at, entry.by_id
        row.return_reason = str(entry.changes.get("remark") or "没有写明")[:300]
    return row


def _last_returns(apps):
    entries = apps.get_model("audit", "Entry").objects.filter(event=RETURN).order_by("pk")
    return {entry.object_id: entry for entry in entries}


def _photos(apps):
    photo = apps.get_model("inspections", "Photo")
    found = defaultdict(lambda: defaultdict(list))
    rows = photo.objects.filter(Q(self_check__isnull=False) | Q(finding__self_check__isnull=False), stage="before")
    rows = rows.order_by("pk").values_list("self_check", "finding__self_check", "item_code", "finding__item_code", "uuid")
    for own, through, code, finding_code, uuid in rows:
        found[own or through][code or finding_code].append(str(uuid))
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0008_residents"),
        ("audit", "0002_audit_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="selfcheck",
            name="late_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="迟报说明"),
        ),
        migrations.CreateModel(
            name="SelfCheckVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几次报送")),
                ("marks", models.JSONField(verbose_name="逐项结果")),
                ("photos", models.JSONField(default=dict, verbose_name="照片")),
                ("total_points", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="自评分")),
                ("submitted_at", models.DateTimeField(verbose_name="报送时间")),
                ("is_late", models.BooleanField(verbose_name="迟报")),
                ("returned_at", models.DateTimeField(blank=True, null=True, verbose_name="退回时间")),
                ("return_reason", models.CharField(blank=True, max_length=300, verbose_name="退回原因")),
                (
                    "returned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="退回人",
                    ),
                ),
                (
                    "self_check",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="inspections.selfcheck",
                        verbose_name="自查",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报送人",
                    ),
                ),
            ],
            options={
                "verbose_name": "自查报送版本",
                "verbose_name_plural": "自查报送版本",
                "constraints": [
                    models.UniqueConstraint(fields=("self_check", "number"), name="one_version_a_handing_in"),
                    models.CheckConstraint(
                        condition=Q(return_reason="", returned_at=None)
                        | (Q(returned_at__isnull=False) & ~Q(return_reason="")),
                        name="returned_with_a_reason",
                    ),
                ],
            },
        ),
        RefuseRows(
            "inspections_selfcheckversion_stays",
            table="inspections_selfcheckversion",
            events=["DELETE"],
            message="报送过的自查版本不能删除",
        ),
        RefuseRows(
            "inspections_selfcheckversion_fixed",
            table="inspections_selfcheckversion",
            events=["UPDATE"],
            message="报送过的自查版本不能改动",
            condition=f"({CHANGED} OR OLD.return_reason <> '')",
        ),
        migrations.RunPython(keep_what_was_handed_in, migrations.RunPython.noop),
    ]
