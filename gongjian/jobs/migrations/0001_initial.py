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
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="作业")),
                ("key", models.CharField(max_length=100, verbose_name="对象")),
                ("args", models.JSONField(default=dict)),
                ("title", models.CharField(max_length=120, verbose_name="说明")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ready", "等待"),
                            ("running", "进行中"),
                            ("done", "完成"),
                            ("failed", "需人工处理"),
                        ],
                        default="ready",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="发起时间")),
                ("ready_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                ("done_count", models.PositiveIntegerField(default=0, verbose_name="已办")),
                ("total_count", models.PositiveIntegerField(default=0, verbose_name="总数")),
                ("result", models.JSONField(default=dict, verbose_name="结果")),
                ("error", models.TextField(blank=True, verbose_name="错误")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发起人",
                    ),
                ),
            ],
            options={
                "verbose_name": "作业",
                "verbose_name_plural": "作业",
                "indexes": [
                    models.Index(fields=["status", "ready_at"], name="jobs_job_status_49a585_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "key"), name="one_job_of_a_kind_and_key"
                    )
                ],
            },
        ),
    ]
