import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from gongjian.lib.triggers import RefuseRows, RefuseTruncate

FOR_EVER = "操作记录只增不改，不得删除"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, verbose_name="时间")),
                ("event", models.CharField(db_index=True, max_length=80, verbose_name="事件")),
                ("object_type", models.CharField(max_length=60, verbose_name="对象类别")),
                ("object_id", models.CharField(max_length=40, verbose_name="对象编号")),
                ("object_label", models.CharField(max_length=200, verbose_name="对象")),
                ("changes", models.JSONField(default=dict, verbose_name="内容")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="来源地址")),
                (
                    "request_id",
                    models.CharField(default="", max_length=32, verbose_name="请求编号"),
                ),
                (
                    "digest",
                    models.CharField(default="sha256", max_length=10, verbose_name="摘要算法"),
                ),
                ("previous_hash", models.CharField(max_length=64, verbose_name="前一条摘要")),
                ("hash", models.CharField(max_length=64, unique=True, verbose_name="摘要")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
            ],
            options={
                "verbose_name": "操作记录",
                "verbose_name_plural": "操作记录",
                "indexes": [
                    models.Index(
                        fields=["object_type", "object_id"], name="audit_entry_object__d8644d_idx"
                    )
                ],
            },
        ),
        RefuseRows(
            "audit_entry_for_ever",
            table="audit_entry",
            events=["UPDATE", "DELETE"],
            message=FOR_EVER,
        ),
        # Without this, SQLite's INSERT OR REPLACE would take a row away without firing a DELETE trigger.
        RefuseRows(
            "audit_entry_unreplaced",
            table="audit_entry",
            events=["INSERT"],
            message=FOR_EVER,
            condition="EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id OR hash = NEW.hash)",
        ),
        RefuseTruncate("audit_entry_untruncated", table="audit_entry", message=FOR_EVER),
    ]
