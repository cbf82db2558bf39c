import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BinnedRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("object_type", models.CharField(max_length=60, verbose_name="类别")),
                ("object_id", models.CharField(max_length=40, verbose_name="编号")),
                ("label", models.CharField(max_length=200, verbose_name="名称")),
                ("payload", models.JSONField(verbose_name="内容")),
                ("parent_type", models.CharField(blank=True, max_length=60)),
                ("parent_id", models.CharField(blank=True, max_length=40)),
                ("parent_states", models.JSONField(blank=True, default=list)),
                ("binned_at", models.DateTimeField(verbose_name="删除时间")),
                ("purge_on", models.DateField(db_index=True, verbose_name="彻底删除日期")),
                (
                    "restored_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="恢复时间"),
                ),
                (
                    "binned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="删除人",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "restored_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="恢复人",
                    ),
                ),
            ],
            options={
                "verbose_name": "回收站记录",
                "verbose_name_plural": "回收站记录",
                "indexes": [
                    models.Index(
                        fields=["object_type", "object_id"], name="recycling_b_object__4c72e9_idx"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("restored_at", None), ("restored_by", None)),
                            models.Q(
                                ("restored_at__isnull", False), ("restored_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="restored_by_somebody",
                    )
                ],
            },
        ),
    ]
