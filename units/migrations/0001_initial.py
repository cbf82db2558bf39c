import django.db.models.deletion
from django.db import migrations, models

import gongjian.lib.sealing


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="单位名称")),
                ("short_name", models.CharField(max_length=20, unique=True, verbose_name="简称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("organ", "党政机关"),
                            ("institution", "事业单位"),
                            ("enterprise", "企业"),
                            ("social", "社会组织"),
                            ("subdistrict", "街道办事处"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "credit_code",
                    models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码"),
                ),
                (
                    "is_functional_department",
                    models.BooleanField(default=False, verbose_name="职能部门"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="在册")),
            ],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "单位",
                "indexes": [
                    models.Index(fields=["kind", "name"], name="units_unit_kind_2cd6ef_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("credit_code", ""), _negated=True),
                        fields=("credit_code",),
                        name="one_unit_a_credit_code",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unit_posting",
                        to="accounts.appointment",
                        verbose_name="任职",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位任职",
                "verbose_name_plural": "单位任职",
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="联络员")),
                (
                    "phone",
                    gongjian.lib.sealing.SealedTextField(
                        blank=True, max_length=30, verbose_name="联系电话"
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "联络员",
                "verbose_name_plural": "联络员",
            },
        ),
    ]
