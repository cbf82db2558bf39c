import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import gongjian.lib.quarters
from gongjian.lib.triggers import RefuseRows


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("communities", "0001_initial"),
        ("documents", "0001_initial"),
        ("inspections", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Rubric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=20, unique=True, verbose_name="版本")),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("content", models.JSONField(verbose_name="内容")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
            ],
            options={
                "verbose_name": "评分细则",
                "verbose_name_plural": "评分细则",
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("bonus", "加分"), ("malus", "扣分"), ("veto", "一票否决")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("rule_code", models.CharField(blank=True, max_length=40, verbose_name="细则事项")),
                (
                    "points",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="加分"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="事由")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "withdrawal",
                    models.CharField(blank=True, max_length=200, verbose_name="撤销原因"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="撤销时间"),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="分担责任的职能部门",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
            ],
            options={
                "verbose_name": "加减分",
                "verbose_name_plural": "加减分",
            },
        ),
        migrations.CreateModel(
            name="CommendationPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2000),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="表彰年度",
                    ),
                ),
                ("name", models.CharField(max_length=25, verbose_name="项目名称")),
                ("host", models.CharField(max_length=60, verbose_name="主办单位")),
                ("basis", models.CharField(max_length=300, verbose_name="表彰依据")),
                ("cycle", models.CharField(max_length=30, verbose_name="表彰周期")),
                ("scope", models.CharField(max_length=300, verbose_name="评选范围")),
                ("competing", models.PositiveIntegerField(verbose_name="参评数量")),
                ("community_quota", models.PositiveSmallIntegerField(verbose_name="社区名额")),
                ("lead_quota", models.PositiveSmallIntegerField(verbose_name="牵头单位名额")),
                ("member_quota", models.PositiveSmallIntegerField(verbose_name="共建单位名额")),
                ("department_quota", models.PositiveSmallIntegerField(verbose_name="职能部门名额")),
                ("awards", models.CharField(max_length=200, verbose_name="奖项设置")),
                ("funding", models.CharField(max_length=200, verbose_name="经费来源")),
                ("form", models.CharField(max_length=200, verbose_name="表彰形式")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "拟订"),
                            ("applied", "已请示"),
                            ("approved", "已批复"),
                            ("refused", "未批准"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="拟订时间")),
                (
                    "reply_number",
                    models.CharField(blank=True, max_length=40, verbose_name="批复文号"),
                ),
                ("replied_on", models.DateField(blank=True, null=True, verbose_name="批复日期")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批复登记时间"),
                ),
                (
                    "refusal",
                    models.CharField(blank=True, max_length=300, verbose_name="不予批准的理由"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批复人",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拟订人",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.officialdocument",
                        verbose_name="请示",
                    ),
                ),
            ],
            options={
                "verbose_name": "表彰计划",
                "verbose_name_plural": "表彰计划",
            },
        ),
        migrations.CreateModel(
            name="Commendation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="提名时间")),
                (
                    "notice_starts_on",
                    models.DateField(blank=True, null=True, verbose_name="公示开始"),
                ),
                (
                    "notice_ends_on",
                    models.DateField(blank=True, null=True, verbose_name="公示截止"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "已提名"),
                            ("on_notice", "公示中"),
                            ("reviewed", "待市批准"),
                            ("approved", "已批准"),
                            ("decided", "已拟决定"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "reviewed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="审核时间"),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提名人",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commendation",
                        to="scoring.commendationplan",
                        verbose_name="表彰计划",
                    ),
                ),
            ],
            options={
                "verbose_name": "年终表彰名单",
                "verbose_name_plural": "年终表彰名单",
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="序号"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("drafted", "待批准"),
                            ("in_force", "已更正"),
                            ("refused", "不予更正"),
                        ],
                        default="drafted",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("change", models.JSONField(verbose_name="更正内容")),
                ("reason", models.CharField(max_length=300, verbose_name="更正原因")),
                ("basis", models.CharField(max_length=300, verbose_name="依据")),
                ("drafted_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
                ),
                ("opinion", models.CharField(blank=True, max_length=300, verbose_name="批准意见")),
                ("frozen", models.JSONField(blank=True, null=True, verbose_name="更正快照")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="快照校验值")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction_of",
                        to="documents.officialdocument",
                        verbose_name="更正通报",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正",
                "verbose_name_plural": "更正",
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sheet", "打分表扣分"),
                            ("case", "登记的扣分、一票否决"),
                            ("bonus", "加分事项"),
                            ("own_bonus", "另行加分"),
                            ("reading", "读数"),
                            ("self_check", "月自查"),
                            ("rectification", "问题整改"),
                            ("malus", "系统计数的扣分"),
                        ],
                        default="sheet",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("item_code", models.CharField(blank=True, max_length=10, verbose_name="项目")),
                ("key", models.CharField(blank=True, max_length=200, verbose_name="数据项")),
                ("about", models.CharField(blank=True, max_length=300, verbose_name="事项")),
                ("stood", models.CharField(blank=True, max_length=600, verbose_name="原登记")),
                ("reason", models.TextField(verbose_name="申诉理由")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("raised", "待初核"),
                            ("prechecked", "待核实"),
                            ("verified", "待裁定"),
                            ("upheld", "申诉成立"),
                            ("refused", "维持原分"),
                            ("dismissed", "不予受理"),
                        ],
                        default="raised",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="申诉时间")),
                (
                    "precheck_due_on",
                    models.DateField(blank=True, null=True, verbose_name="初核时限"),
                ),
                (
                    "prechecked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="初核时间"),
                ),
                ("precheck", models.TextField(blank=True, verbose_name="初核意见")),
                ("verify_due_on", models.DateField(blank=True, null=True, verbose_name="核实时限")),
                (
                    "verified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="核实时间"),
                ),
                ("finding", models.TextField(blank=True, verbose_name="核实意见")),
                ("decide_due_on", models.DateField(blank=True, null=True, verbose_name="裁定时限")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="裁定时间"),
                ),
                ("decision", models.TextField(blank=True, verbose_name="裁定意见")),
                (
                    "old_deducted",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="原扣分"
                    ),
                ),
                (
                    "new_deducted",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="改扣分"
                    ),
                ),
                ("ruled", models.TextField(blank=True, verbose_name="改为")),
                ("trace", models.JSONField(blank=True, null=True, verbose_name="分数变化")),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="scoring.adjustment",
                        verbose_name="加减分",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="裁定人",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="核实部门",
                    ),
                ),
                (
                    "prechecked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="初核人",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申诉人",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                (
                    "correction",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeal",
                        to="scoring.correction",
                        verbose_name="更正",
                    ),
                ),
            ],
            options={
                "verbose_name": "申诉",
                "verbose_name_plural": "申诉",
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "side",
                    models.CharField(
                        choices=[("appeal", "申诉材料"), ("finding", "核实材料")],
                        max_length=10,
                        verbose_name="提供方",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                (
                    "file",
                    models.FileField(
                        max_length=200, upload_to="appeals/%Y/%m", verbose_name="文件"
                    ),
                ),
                (
                    "small",
                    models.FileField(
                        blank=True, max_length=200, upload_to="appeals/%Y/%m", verbose_name="缩略图"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField(verbose_name="占用字节")),
                ("at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "appeal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="scoring.appeal",
                        verbose_name="申诉",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "申诉证据",
                "verbose_name_plural": "申诉证据",
            },
        ),
        migrations.CreateModel(
            name="QuarterList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="提名时间")),
                (
                    "notice_starts_on",
                    models.DateField(blank=True, null=True, verbose_name="公示开始"),
                ),
                (
                    "notice_ends_on",
                    models.DateField(blank=True, null=True, verbose_name="公示截止"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "已提名"),
                            ("on_notice", "公示中"),
                            ("closed", "已公示"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提名人",
                    ),
                ),
            ],
            options={
                "verbose_name": "季度奖惩名单",
                "verbose_name_plural": "季度奖惩名单",
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "honour",
                    models.CharField(
                        choices=[
                            ("praise", "通报表扬"),
                            ("criticism", "通报批评"),
                            ("commendation", "年终表彰"),
                        ],
                        default="commendation",
                        max_length=20,
                        verbose_name="奖惩",
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=80, verbose_name="针对")),
                ("text", models.TextField(max_length=1000, verbose_name="异议内容")),
                ("raised_at", models.DateTimeField(verbose_name="提出时间")),
                ("answer", models.TextField(blank=True, max_length=1000, verbose_name="答复")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "commendation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="scoring.commendation",
                        verbose_name="年终表彰名单",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "quarter_list",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="scoring.quarterlist",
                        verbose_name="季度奖惩名单",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示异议",
                "verbose_name_plural": "公示异议",
            },
        ),
        migrations.CreateModel(
            name="Round",
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
                        unique=True,
                        validators=[gongjian.lib.quarters.valid_quarter],
                        verbose_name="季度",
                    ),
                ),
                (
                    "follows_rubric",
                    models.BooleanField(default=False, verbose_name="评分表按评分细则"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "筹备"),
                            ("assessing", "考评中"),
                            ("gathered", "已汇总"),
                            ("on_notice", "公示复核"),
                            ("frozen", "已定分"),
                            ("reported", "报批中"),
                            ("published", "已通报"),
                        ],
                        default="planned",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "late_rubric_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        verbose_name="细则晚于季度启用的理由",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="考评开始")),
                ("ends_on", models.DateField(verbose_name="考评结束")),
                ("seed", models.CharField(max_length=64, verbose_name="抽签种子")),
                ("sampled", models.JSONField(blank=True, null=True, verbose_name="抽样数")),
                (
                    "gathered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="汇总时间"),
                ),
                (
                    "notice_starts_on",
                    models.DateField(blank=True, null=True, verbose_name="公示开始"),
                ),
                (
                    "notice_ends_on",
                    models.DateField(blank=True, null=True, verbose_name="公示截止"),
                ),
                ("frozen", models.JSONField(blank=True, null=True, verbose_name="定分快照")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="快照校验值")),
                ("frozen_at", models.DateTimeField(blank=True, null=True, verbose_name="定分时间")),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="通报时间"),
                ),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.checklist",
                        verbose_name="考评表",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="建立人",
                    ),
                ),
                (
                    "gathered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="汇总人",
                    ),
                ),
                (
                    "rubric",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="scoring.rubric",
                        verbose_name="评分细则",
                    ),
                ),
            ],
            options={
                "verbose_name": "季度考评",
                "verbose_name_plural": "季度考评",
            },
        ),
        migrations.CreateModel(
            name="ResultSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "待制作"), ("made", "已制作"), ("failed", "未制成")],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=200, upload_to="feedback/%Y", verbose_name="版式文件"
                    ),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="制作时间")),
                (
                    "community",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                        related_name="+",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result_sheets",
                        to="scoring.round",
                        verbose_name="考评",
                    ),
                ),
            ],
            options={
                "verbose_name": "反馈单",
                "verbose_name_plural": "反馈单",
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("component", models.CharField(max_length=100, verbose_name="评分部分")),
                ("items", models.JSONField(default=dict, verbose_name="读数")),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="scoring.round",
                        verbose_name="考评",
                    ),
                ),
            ],
            options={
                "verbose_name": "读数",
                "verbose_name_plural": "读数",
            },
        ),
        migrations.AddField(
            model_name="quarterlist",
            name="round",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quarter_list",
                to="scoring.round",
                verbose_name="考评",
            ),
        ),
        migrations.CreateModel(
            name="Nomination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "honour",
                    models.CharField(
                        choices=[
                            ("praise", "通报表扬"),
                            ("criticism", "通报批评"),
                            ("commendation", "年终表彰"),
                        ],
                        max_length=20,
                        verbose_name="奖惩",
                    ),
                ),
                (
                    "unit_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("organ", "党政机关"),
                            ("institution", "事业单位"),
                            ("enterprise", "企业"),
                            ("social", "社会组织"),
                            ("subdistrict", "街道办事处"),
                        ],
                        max_length=20,
                        verbose_name="单位类别",
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lead", "牵头单位"),
                            ("member", "共建单位"),
                            ("department", "职能部门"),
                        ],
                        max_length=12,
                        verbose_name="身份",
                    ),
                ),
                (
                    "points",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="依据分"),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="依据")),
                ("added_at", models.DateTimeField(blank=True, null=True, verbose_name="增补时间")),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="剔除时间")),
                (
                    "struck_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="剔除理由"),
                ),
                (
                    "reviewed_on",
                    models.DateField(blank=True, null=True, verbose_name="法制审核日期"),
                ),
                (
                    "review_document",
                    models.CharField(blank=True, max_length=100, verbose_name="法制审核文书"),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="增补人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="法制审核登记人",
                    ),
                ),
                (
                    "struck_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="剔除人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="nominations",
                        to="scoring.round",
                        verbose_name="考评",
                    ),
                ),
            ],
            options={
                "verbose_name": "奖惩提名",
                "verbose_name_plural": "奖惩提名",
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "on_pass",
                    models.CharField(
                        choices=[("day", "日常"), ("off_peak", "错时"), ("night", "夜间")],
                        default="day",
                        max_length=10,
                        verbose_name="时段",
                    ),
                ),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="考评员",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draws",
                        to="scoring.round",
                        verbose_name="考评",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽签结果",
                "verbose_name_plural": "抽签结果",
            },
        ),
        migrations.AddField(
            model_name="correction",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="scoring.round",
                verbose_name="考评",
            ),
        ),
        migrations.AddField(
            model_name="commendation",
            name="round",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commendation",
                to="scoring.round",
                verbose_name="末季考评",
            ),
        ),
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ranking", "考评通报"),
                            ("praise", "通报表扬"),
                            ("criticism", "通报批评"),
                            ("commendation", "年终表彰"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletin",
                        to="documents.officialdocument",
                        verbose_name="公文",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletins",
                        to="scoring.round",
                        verbose_name="考评",
                    ),
                ),
            ],
            options={
                "verbose_name": "通报",
                "verbose_name_plural": "通报",
            },
        ),
        migrations.AddField(
            model_name="adjustment",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustments",
                to="scoring.round",
                verbose_name="考评",
            ),
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="未参评原因")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "withdrawal",
                    models.CharField(blank=True, max_length=200, verbose_name="恢复原因"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="恢复时间"),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="恢复人",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="scoring.round",
                        verbose_name="考评",
                    ),
                ),
            ],
            options={
                "verbose_name": "未参评",
                "verbose_name_plural": "未参评",
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assessment_points",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="全市考评"),
                ),
                (
                    "self_check_points",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="月度自查"),
                ),
                (
                    "rectification_points",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="问题整改"),
                ),
                (
                    "bonus_points",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=6, verbose_name="加分"
                    ),
                ),
                (
                    "malus_points",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=6, verbose_name="减分"
                    ),
                ),
                (
                    "total_points",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="得分"),
                ),
                (
                    "self_mean_points",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=6,
                        null=True,
                        verbose_name="自评均分",
                    ),
                ),
                ("rank", models.PositiveIntegerField(verbose_name="名次")),
                ("class_rank", models.PositiveIntegerField(verbose_name="类内名次")),
                ("grade", models.CharField(blank=True, max_length=10, verbose_name="等次")),
                ("explanation", models.JSONField(blank=True, null=True, verbose_name="得分说明")),
                ("inputs", models.JSONField(blank=True, null=True, verbose_name="得分依据")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="scoring.round",
                        verbose_name="考评",
                    ),
                ),
            ],
            options={
                "verbose_name": "得分",
                "verbose_name_plural": "得分",
            },
        ),
        migrations.CreateModel(
            name="CorrectedScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "total_points",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="得分"),
                ),
                ("rank", models.PositiveIntegerField(verbose_name="名次")),
                ("class_rank", models.PositiveIntegerField(verbose_name="类内名次")),
                ("grade", models.CharField(blank=True, max_length=10, verbose_name="等次")),
                ("explanation", models.JSONField(blank=True, null=True, verbose_name="得分说明")),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="scoring.correction",
                        verbose_name="更正",
                    ),
                ),
                (
                    "score",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected",
                        to="scoring.score",
                        verbose_name="得分",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正后的得分",
                "verbose_name_plural": "更正后的得分",
            },
        ),
        migrations.AddField(
            model_name="appeal",
            name="score",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to="scoring.score",
                verbose_name="得分",
            ),
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "on_pass",
                    models.CharField(
                        choices=[("day", "日常"), ("off_peak", "错时"), ("night", "夜间")],
                        default="day",
                        max_length=10,
                        verbose_name="时段",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "填写中"), ("locked", "已锁定")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("marks", models.JSONField(blank=True, default=dict, verbose_name="逐项扣分")),
                (
                    "total_points",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="得分"
                    ),
                ),
                ("visited_on", models.DateField(blank=True, null=True, verbose_name="考评日期")),
                (
                    "reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="打分说明"
                    ),
                ),
                ("saved_at", models.DateTimeField(blank=True, null=True, verbose_name="保存时间")),
                ("locked_at", models.DateTimeField(blank=True, null=True, verbose_name="锁定时间")),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="考评员",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="scoring.round",
                        verbose_name="考评",
                    ),
                ),
            ],
            options={
                "verbose_name": "考评打分表",
                "verbose_name_plural": "考评打分表",
            },
        ),
        migrations.AddField(
            model_name="appeal",
            name="sheet",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to="scoring.sheet",
                verbose_name="打分表",
            ),
        ),
        migrations.CreateModel(
            name="SheetInquiry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="询问时间")),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="说明时间"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="询问人",
                    ),
                ),
                (
                    "sheet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inquiry",
                        to="scoring.sheet",
                        verbose_name="考评打分表",
                    ),
                ),
            ],
            options={
                "verbose_name": "评分说明",
                "verbose_name_plural": "评分说明",
            },
        ),
        migrations.CreateModel(
            name="SheetSubmission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(editable=False, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "said_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="手机所记时间"),
                ),
                ("saved_at", models.DateTimeField(verbose_name="保存时间")),
                ("at", models.DateTimeField(verbose_name="收到时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报人",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="submissions",
                        to="scoring.sheet",
                        verbose_name="考评打分表",
                    ),
                ),
            ],
            options={
                "verbose_name": "打分表手机上传",
                "verbose_name_plural": "打分表手机上传",
            },
        ),
        migrations.CreateModel(
            name="UnitScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("lead", "牵头单位"),
                            ("member", "共建单位"),
                            ("department", "职能部门"),
                        ],
                        max_length=12,
                        verbose_name="身份",
                    ),
                ),
                (
                    "total_points",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="得分"),
                ),
                ("rank", models.PositiveIntegerField(verbose_name="名次")),
                ("explanation", models.JSONField(verbose_name="得分说明")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unit_scores",
                        to="scoring.round",
                        verbose_name="考评",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_scores",
                        to="units.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位得分",
                "verbose_name_plural": "单位得分",
            },
        ),
        migrations.CreateModel(
            name="CorrectedUnitScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "total_points",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="得分"),
                ),
                ("rank", models.PositiveIntegerField(verbose_name="名次")),
                ("explanation", models.JSONField(verbose_name="得分说明")),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_scores",
                        to="scoring.correction",
                        verbose_name="更正",
                    ),
                ),
                (
                    "score",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected",
                        to="scoring.unitscore",
                        verbose_name="单位得分",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正后的单位得分",
                "verbose_name_plural": "更正后的单位得分",
            },
        ),
        migrations.AddConstraint(
            model_name="commendationplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "refused"), _negated=True),
                fields=("year",),
                name="one_commendation_plan_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="commendationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "competing__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("community_quota"), "+", models.F("lead_quota")
                                ),
                                "+",
                                models.F("member_quota"),
                            ),
                            "+",
                            models.F("department_quota"),
                        ),
                    ),
                    ("competing__gt", 0),
                ),
                name="plan_commends_some_of_those_competing",
            ),
        ),
        migrations.AddConstraint(
            model_name="commendationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("replied_on__isnull", False),
                        ("request__isnull", False),
                        models.Q(("reply_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="approved_plan_has_its_reply",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                fields=("appeal", "side", "sha256"), name="one_piece_of_evidence_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="objection_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("commendation__isnull", False),
                        ("honour", "commendation"),
                        ("quarter_list", None),
                    ),
                    models.Q(
                        ("commendation", None),
                        ("quarter_list__isnull", False),
                        models.Q(("honour", "commendation"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="objection_to_one_list",
            ),
        ),
        migrations.AddIndex(
            model_name="resultsheet",
            index=models.Index(fields=["round", "status"], name="scoring_res_round_i_2e91d9_idx"),
        ),
        migrations.AddConstraint(
            model_name="resultsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("community__isnull", False), ("unit", None)),
                    models.Q(("community", None), ("unit__isnull", False)),
                    _connector="OR",
                ),
                name="a_community_or_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="resultsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "made"), _negated=True),
                    models.Q(
                        models.Q(("file", ""), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                        ("made_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="made_with_its_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="resultsheet",
            constraint=models.UniqueConstraint(
                fields=("round", "community"), name="one_result_sheet_a_community"
            ),
        ),
        migrations.AddConstraint(
            model_name="resultsheet",
            constraint=models.UniqueConstraint(
                fields=("round", "unit"), name="one_result_sheet_a_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(
                fields=("round", "community", "component"), name="one_reading_a_component"
            ),
        ),
        migrations.AddConstraint(
            model_name="quarterlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "proposed"),
                    models.Q(
                        ("notice_ends_on__isnull", False), ("notice_starts_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="quarter_list_on_notice_has_its_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("community__isnull", False), ("standing", ""), ("unit", None)),
                    models.Q(
                        ("community", None),
                        ("unit__isnull", False),
                        models.Q(("standing", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="one_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("honour", "criticism"), _negated=True),
                    ("unit", None),
                    ("unit_kind__in", ["organ", "institution", "subdistrict"]),
                    models.Q(
                        ("reviewed_by__isnull", False),
                        ("reviewed_on__isnull", False),
                        models.Q(("review_document", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="enterprise_criticised_after_legal_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                    models.Q(
                        ("struck_at__isnull", False),
                        ("struck_by__isnull", False),
                        models.Q(("struck_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="struck_by_somebody_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.UniqueConstraint(
                condition=models.Q(("community__isnull", False)),
                fields=("round", "honour", "community"),
                name="community_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", False)),
                fields=("round", "honour", "unit", "standing"),
                name="unit_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(
                fields=("round", "community", "assessor", "on_pass"),
                name="drawn_once_for_a_community",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                fields=("round", "number"), name="correction_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("frozen__isnull", False),
                        ("number__isnull", False),
                        ("status", "in_force"),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    models.Q(("number", None), ("status__in", ["drafted", "refused"])),
                    _connector="OR",
                ),
                name="in_force_is_numbered_and_frozen",
            ),
        ),
        migrations.AddConstraint(
            model_name="commendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "proposed"),
                    models.Q(
                        ("notice_ends_on__isnull", False), ("notice_starts_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="reviewed_list_was_laid_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="commendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["approved", "decided"]), _negated=True),
                    models.Q(("approved_by__isnull", False), ("reviewed_by__isnull", False)),
                    _connector="OR",
                ),
                name="approved_list_was_reviewed",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.UniqueConstraint(
                fields=("round", "kind"), name="one_bulletin_a_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="adjustment",
            index=models.Index(
                fields=["round", "community"], name="scoring_adj_round_i_11cc45_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "bonus"), ("points__gt", 0), ("rule_code", "")),
                    models.Q(models.Q(("rule_code", ""), _negated=True), ("points", None)),
                    _connector="OR",
                ),
                name="points_of_its_own_only_for_a_bonus_without_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawal", ""), ("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawal", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="taken_back_by_somebody_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("round", "community"),
                name="absent_once_a_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="absent_for_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawal", ""), ("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawal", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="present_again_by_somebody_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="round_ends_after_start",
            ),
        ),
        migrations.AddIndex(
            model_name="score",
            index=models.Index(fields=["round", "rank"], name="scoring_sco_round_i_5b46d1_idx"),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.UniqueConstraint(
                fields=("round", "community"), name="one_score_a_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="correctedscore",
            constraint=models.UniqueConstraint(
                fields=("correction", "score"), name="corrected_once_a_correction"
            ),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(
                fields=["round", "community", "status"], name="scoring_she_round_i_9551f5_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(
                fields=("round", "community", "assessor", "on_pass"), name="one_sheet_an_assessor"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "open"), ("total_points__isnull", False), _connector="OR"
                ),
                name="locked_has_points",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(
                fields=("sheet", "item_code"), name="one_appeal_an_item"
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(fields=("case",), name="one_appeal_a_case"),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("case", None), ("sheet", None)),
                fields=("score", "kind", "key"),
                name="one_appeal_an_input",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("case", None),
                        ("kind", "sheet"),
                        ("old_deducted__isnull", False),
                        ("sheet__isnull", False),
                    ),
                    models.Q(("case__isnull", False), ("kind", "case"), ("sheet", None)),
                    models.Q(
                        models.Q(("kind__in", ["sheet", "case"]), _negated=True),
                        ("case", None),
                        ("sheet", None),
                    ),
                    _connector="OR",
                ),
                name="appeal_names_what_it_contests",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetinquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="answered_with_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitscore",
            constraint=models.UniqueConstraint(
                fields=("round", "unit", "standing"), name="one_score_a_standing"
            ),
        ),
        migrations.AddConstraint(
            model_name="correctedunitscore",
            constraint=models.UniqueConstraint(
                fields=("correction", "score"), name="unit_corrected_once_a_correction"
            ),
        ),
        RefuseRows(
            "scoring_correction_stays",
            table="scoring_correction",
            events=["UPDATE", "DELETE"],
            condition="OLD.number IS NOT NULL",
            message="已编号的更正不能改动或删除，有误请另行更正",
        ),
        RefuseRows(
            "scoring_correctedscore_stays",
            table="scoring_correctedscore",
            events=["UPDATE", "DELETE"],
            message="已公布的更正得分不能改动或删除，有误请另行更正",
        ),
        RefuseRows(
            "scoring_correctedunitscore_stays",
            table="scoring_correctedunitscore",
            events=["UPDATE", "DELETE"],
            message="已公布的更正得分不能改动或删除，有误请另行更正",
        ),
        RefuseRows(
            "scoring_resultsheet_stays",
            table="scoring_resultsheet",
            events=["DELETE"],
            condition="OLD.sha256 <> ''",
            message="已制作的反馈单不能删除",
        ),
        RefuseRows(
            "scoring_resultsheet_fixed",
            table="scoring_resultsheet",
            events=["UPDATE"],
            condition="OLD.sha256 <> '' AND "
            "(NEW.sha256 <> OLD.sha256 OR NEW.file <> OLD.file OR NEW.status <> OLD.status)",
            message="已制作的反馈单不能改动",
        ),
    ]
