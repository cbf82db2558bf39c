import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gongjian.lib.quarters
from gongjian.lib.triggers import RefuseRows


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("communities", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pledge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quarter",
                    models.CharField(
                        max_length=6,
                        validators=[gongjian.lib.quarters.valid_quarter],
                        verbose_name="季度",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("community_share", "社区拿"),
                            ("unit_share", "单位筹"),
                            ("donation", "社会捐"),
                        ],
                        max_length=20,
                        verbose_name="来源",
                    ),
                ),
                ("payer", models.CharField(max_length=80, verbose_name="认捐方")),
                (
                    "amount_yuan",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="认捐金额"),
                ),
                ("pledged_on", models.DateField(verbose_name="认捐日期")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pledged", "待到账"),
                            ("partly_paid", "部分到账"),
                            ("paid", "已到账"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="pledged",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("is_voluntary", models.BooleanField(default=True, verbose_name="自愿认捐")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledges",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledges",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "认捐",
                "verbose_name_plural": "认捐",
            },
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quarter",
                    models.CharField(
                        max_length=6,
                        validators=[gongjian.lib.quarters.valid_quarter],
                        verbose_name="季度",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("community_share", "社区拿"),
                            ("unit_share", "单位筹"),
                            ("donation", "社会捐"),
                        ],
                        max_length=20,
                        verbose_name="来源",
                    ),
                ),
                ("payer", models.CharField(max_length=80, verbose_name="出资方")),
                (
                    "amount_yuan",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="到账金额"),
                ),
                ("received_on", models.DateField(verbose_name="到账日期")),
                ("receipt_number", models.CharField(max_length=40, verbose_name="票据号")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="冲正原因")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="funds.contribution",
                        verbose_name="冲正",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="funds.pledge",
                        verbose_name="认捐",
                    ),
                ),
            ],
            options={
                "verbose_name": "到账",
                "verbose_name_plural": "到账",
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quarter",
                    models.CharField(
                        max_length=6,
                        validators=[gongjian.lib.quarters.valid_quarter],
                        verbose_name="季度",
                    ),
                ),
                ("content", models.JSONField(verbose_name="公示内容")),
                ("sha256", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField(verbose_name="公示时间")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公示人",
                    ),
                ),
            ],
            options={
                "verbose_name": "经费公示",
                "verbose_name_plural": "经费公示",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("community", "quarter"), name="one_disclosure_a_quarter"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Expense",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "quarter",
                    models.CharField(
                        max_length=6,
                        validators=[gongjian.lib.quarters.valid_quarter],
                        verbose_name="季度",
                    ),
                ),
                ("purpose", models.CharField(max_length=120, verbose_name="用途")),
                ("payee", models.CharField(max_length=80, verbose_name="收款方")),
                (
                    "amount_yuan",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="金额"),
                ),
                ("spent_on", models.DateField(verbose_name="支出日期")),
                ("voucher_number", models.CharField(max_length=40, verbose_name="凭证号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "待审批"),
                            ("approved", "已支出"),
                            ("refused", "未批准"),
                        ],
                        default="requested",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="审批时间"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审批人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
            ],
            options={
                "verbose_name": "支出",
                "verbose_name_plural": "支出",
                "indexes": [
                    models.Index(
                        fields=["quarter", "community"], name="funds_expen_quarter_a8bb78_idx"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_yuan__gt", 0)), name="expense_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="approver_did_not_ask",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="pledge",
            index=models.Index(
                fields=["quarter", "community"], name="funds_pledg_quarter_0b6824_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_yuan__gt", 0)), name="pledge_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_voluntary", True)), name="pledge_is_voluntary"
            ),
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(
                fields=["quarter", "community"], name="funds_contr_quarter_451593_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_yuan__gt", 0), ("reverses", None)),
                    models.Q(("amount_yuan__lt", 0), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="contribution_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses", None)),
                fields=("receipt_number",),
                name="one_contribution_a_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reverses", None), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="reversal_has_a_reason",
            ),
        ),
        RefuseRows(
            "funds_contribution_stays",
            table="funds_contribution",
            events=["DELETE"],
            message="到账只能冲正，不能删除",
        ),
        RefuseRows(
            "funds_expense_stays",
            table="funds_expense",
            events=["DELETE"],
            message="支出不能删除",
        ),
        RefuseRows(
            "funds_disclosure_stays",
            table="funds_disclosure",
            events=["DELETE"],
            message="公示不能删除",
        ),
    ]
