import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gongjian.lib.quarters
import gongjian.lib.sealing
import inspections.models.frontages
from gongjian.lib.triggers import RefuseRows

# A version keeps what was handed in; it can be returned once.
HANDED_IN = [
    "self_check_id",
    "number",
    "marks",
    "photos",
    "total_points",
    "submitted_at",
    "submitted_by_id",
    "is_late",
]
HANDED_IN_CHANGED = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in HANDED_IN)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("communities", "0001_initial"),
        ("documents", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Checklist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=20, unique=True, verbose_name="版本")),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("valid_from", models.DateField(verbose_name="启用日期")),
                ("content", models.JSONField(verbose_name="内容")),
            ],
            options={
                "verbose_name": "自查表",
                "verbose_name_plural": "自查表",
            },
        ),
        migrations.CreateModel(
            name="FindingSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="DutySet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="代码")),
                ("title", models.CharField(max_length=40, unique=True, verbose_name="名称")),
                ("content", models.JSONField(verbose_name="内容")),
                ("at", models.DateTimeField(verbose_name="添加时间")),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="停用时间"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添加人",
                    ),
                ),
            ],
            options={
                "verbose_name": "责任内容",
                "verbose_name_plural": "责任内容",
            },
        ),
        migrations.CreateModel(
            name="Frontage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="纬度"
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"
                    ),
                ),
                (
                    "datum",
                    models.CharField(
                        choices=[("wgs84", "WGS-84"), ("gcj02", "GCJ-02")],
                        default="wgs84",
                        max_length=5,
                        verbose_name="坐标系",
                    ),
                ),
                ("door_number", models.CharField(max_length=30, verbose_name="门牌号")),
                ("shop_name", models.CharField(max_length=60, verbose_name="店招名称")),
                (
                    "responsible_person",
                    models.CharField(blank=True, max_length=40, verbose_name="责任人"),
                ),
                (
                    "phone",
                    gongjian.lib.sealing.SealedTextField(
                        blank=True, max_length=30, verbose_name="联系电话"
                    ),
                ),
                (
                    "agreement_number",
                    models.CharField(blank=True, max_length=40, verbose_name="协议编号"),
                ),
                ("shop_type", models.CharField(blank=True, max_length=20, verbose_name="门店类型")),
                (
                    "plaque_number",
                    models.CharField(blank=True, max_length=30, verbose_name="责任牌编号"),
                ),
                (
                    "duty_set",
                    models.CharField(default="three", max_length=40, verbose_name="责任内容"),
                ),
                (
                    "length_m",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=6,
                        null=True,
                        verbose_name="长度（米）",
                    ),
                ),
                (
                    "depth_m",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=5,
                        null=True,
                        verbose_name="进深（米）",
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="签订日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("trading", "营业"),
                            ("closed", "停业"),
                            ("vacant", "空置"),
                            ("demolished", "拆迁"),
                        ],
                        default="trading",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "pinyin",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="拼音"
                    ),
                ),
                (
                    "initials",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="拼音首字母"
                    ),
                ),
                (
                    "public_code",
                    models.CharField(
                        default=inspections.models.frontages.new_public_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="公开码",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="frontages",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "road_section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="frontages",
                        to="communities.roadsection",
                        verbose_name="路段",
                    ),
                ),
            ],
            options={
                "verbose_name": "门前三包责任区",
                "verbose_name_plural": "门前三包责任区",
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="纬度"
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"
                    ),
                ),
                (
                    "datum",
                    models.CharField(
                        choices=[("wgs84", "WGS-84"), ("gcj02", "GCJ-02")],
                        default="wgs84",
                        max_length=5,
                        verbose_name="坐标系",
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("self_check", "自查发现"),
                            ("city", "市考评发现"),
                            ("frontage_check", "门前三包抽查"),
                            ("group", "小组日常发现"),
                            ("resident", "居民反映"),
                        ],
                        max_length=20,
                        verbose_name="来源",
                    ),
                ),
                ("item_code", models.CharField(max_length=10, verbose_name="项目")),
                ("description", models.CharField(max_length=200, verbose_name="问题")),
                ("place", models.CharField(max_length=100, verbose_name="位置")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reported", "待派发"),
                            ("assigned", "待整改"),
                            ("rectified", "待复查"),
                            ("verified", "待销号"),
                            ("closed_out", "已销号"),
                        ],
                        default="reported",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("found_at", models.DateTimeField(verbose_name="发现时间")),
                ("due_at", models.DateTimeField(verbose_name="整改时限")),
                (
                    "original_due_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="原定时限"),
                ),
                (
                    "rectified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="整改时间"),
                ),
                (
                    "rectification",
                    models.CharField(blank=True, max_length=300, verbose_name="整改情况"),
                ),
                (
                    "no_photo_reason",
                    models.CharField(blank=True, max_length=100, verbose_name="没有照片的原因"),
                ),
                (
                    "verified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="复查时间"),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="销号时间")),
                (
                    "rework_count",
                    models.PositiveSmallIntegerField(default=0, verbose_name="返工次数"),
                ),
                (
                    "false_count",
                    models.PositiveSmallIntegerField(default=0, verbose_name="虚假整改次数"),
                ),
                (
                    "supervised_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="督办时间"),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="销号人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发现人",
                    ),
                ),
                (
                    "rectified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="整改人",
                    ),
                ),
                (
                    "recurs_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurrences",
                        to="inspections.finding",
                        verbose_name="复发自",
                    ),
                ),
                (
                    "responsible_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="units.unit",
                        verbose_name="责任单位",
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
                        verbose_name="复查人",
                    ),
                ),
                (
                    "frontage",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="inspections.frontage",
                        verbose_name="责任区",
                    ),
                ),
            ],
            options={
                "verbose_name": "问题",
                "verbose_name_plural": "问题",
            },
        ),
        migrations.CreateModel(
            name="DutyAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("shop_name", models.CharField(max_length=60, verbose_name="店招名称")),
                (
                    "responsible_person",
                    models.CharField(blank=True, max_length=40, verbose_name="责任人"),
                ),
                (
                    "agreement_number",
                    models.CharField(blank=True, max_length=40, verbose_name="协议编号"),
                ),
                (
                    "plaque_number",
                    models.CharField(blank=True, max_length=30, verbose_name="责任牌编号"),
                ),
                ("duty_set", models.CharField(max_length=40, verbose_name="责任内容")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="签订日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("at", models.DateTimeField(verbose_name="变更时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记变更的人",
                    ),
                ),
                (
                    "frontage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past",
                        to="inspections.frontage",
                        verbose_name="责任区",
                    ),
                ),
            ],
            options={
                "verbose_name": "责任书旧档",
                "verbose_name_plural": "责任书旧档",
            },
        ),
        migrations.CreateModel(
            name="FrontageCheck",
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
                ("checked_on", models.DateField(verbose_name="检查日期")),
                ("failed", models.JSONField(blank=True, default=list, verbose_name="未落实的责任")),
                ("passed", models.BooleanField(verbose_name="合格")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="检查人",
                    ),
                ),
                (
                    "frontage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="inspections.frontage",
                        verbose_name="责任区",
                    ),
                ),
            ],
            options={
                "verbose_name": "门前三包抽查",
                "verbose_name_plural": "门前三包抽查",
            },
        ),
        migrations.CreateModel(
            name="FrontageStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "occupant_kind",
                    models.CharField(
                        choices=[
                            ("private_shop", "个体商户和企业"),
                            ("public_body", "机关和下属单位"),
                        ],
                        default="private_shop",
                        max_length=20,
                        verbose_name="责任人性质",
                    ),
                ),
                (
                    "stars",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="星级"),
                ),
                (
                    "points",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="得分"
                    ),
                ),
                ("checks", models.PositiveIntegerField(default=0, verbose_name="计入次数")),
                (
                    "last_checked_on",
                    models.DateField(blank=True, null=True, verbose_name="最近检查"),
                ),
                ("scheme", models.CharField(blank=True, max_length=20, verbose_name="评定办法")),
                ("rated_on", models.DateField(blank=True, null=True, verbose_name="评定日期")),
                (
                    "frontage",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standing",
                        to="inspections.frontage",
                        verbose_name="责任区",
                    ),
                ),
            ],
            options={
                "verbose_name": "门前三包星级",
                "verbose_name_plural": "门前三包星级",
            },
        ),
        migrations.CreateModel(
            name="ListEntry",
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
                        choices=[("honour", "红榜"), ("warning", "黑榜")],
                        max_length=10,
                        verbose_name="榜别",
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
                    "occupant_kind",
                    models.CharField(
                        choices=[
                            ("private_shop", "个体商户和企业"),
                            ("public_body", "机关和下属单位"),
                        ],
                        max_length=20,
                        verbose_name="责任人性质",
                    ),
                ),
                ("grounds", models.CharField(max_length=200, verbose_name="依据")),
                ("shown_days", models.PositiveSmallIntegerField(verbose_name="公布天数")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "待决定"),
                            ("dropped", "不列入"),
                            ("published", "已公布"),
                            ("removed", "已移出"),
                        ],
                        default="proposed",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                ("decision", models.CharField(blank=True, max_length=300, verbose_name="决定理由")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="公布日期")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="到期日期")),
                (
                    "reviewed_on",
                    models.DateField(blank=True, null=True, verbose_name="法制审核日期"),
                ),
                (
                    "review_document",
                    models.CharField(blank=True, max_length=100, verbose_name="法制审核文书"),
                ),
                ("removed_on", models.DateField(blank=True, null=True, verbose_name="移出日期")),
                (
                    "removal",
                    models.CharField(blank=True, max_length=300, verbose_name="信用修复情况"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "frontage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="list_entries",
                        to="inspections.frontage",
                        verbose_name="责任区",
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
            ],
            options={
                "verbose_name": "门前三包红黑榜",
                "verbose_name_plural": "门前三包红黑榜",
            },
        ),
        migrations.CreateModel(
            name="NoticedFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="noticed_findings",
                        to="documents.officialdocument",
                        verbose_name="整改通知书",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="noticed",
                        to="inspections.finding",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改通知书所列问题",
                "verbose_name_plural": "整改通知书所列问题",
            },
        ),
        migrations.CreateModel(
            name="ResidentReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="纬度"
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"
                    ),
                ),
                (
                    "datum",
                    models.CharField(
                        choices=[("wgs84", "WGS-84"), ("gcj02", "GCJ-02")],
                        default="wgs84",
                        max_length=5,
                        verbose_name="坐标系",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("problem", "反映问题"), ("objection", "对检查结果有异议")],
                        default="problem",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("words", models.TextField(max_length=500, verbose_name="反映内容")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="位置")),
                (
                    "contact",
                    gongjian.lib.sealing.SealedTextField(
                        blank=True, max_length=60, verbose_name="联系方式"
                    ),
                ),
                ("form_token", models.CharField(editable=False, max_length=40, unique=True)),
                ("follow_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "待受理"),
                            ("accepted", "已受理"),
                            ("refused", "不予受理"),
                            ("answered", "已答复"),
                        ],
                        default="received",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                (
                    "reason",
                    models.CharField(blank=True, max_length=300, verbose_name="不予受理的理由"),
                ),
                ("answer", models.TextField(blank=True, max_length=1000, verbose_name="答复")),
                (
                    "shown_photo",
                    models.UUIDField(blank=True, null=True, verbose_name="公开的整改后照片"),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="受理时间"),
                ),
                (
                    "settled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "finding",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="inspections.finding",
                        verbose_name="问题",
                    ),
                ),
                (
                    "frontage",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="inspections.frontage",
                        verbose_name="责任区",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
            ],
            options={
                "verbose_name": "居民反映",
                "verbose_name_plural": "居民反映",
            },
        ),
        migrations.CreateModel(
            name="SelfCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "month",
                    models.CharField(
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^20\\d{2}-(0[1-9]|1[0-2])\\Z", "月份应写作 2026-11"
                            )
                        ],
                        verbose_name="月份",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "已报送"),
                            ("returned", "退回修改"),
                            ("accepted", "已审核"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("marks", models.JSONField(blank=True, default=dict, verbose_name="逐项结果")),
                (
                    "total_points",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="自评分"
                    ),
                ),
                ("due_on", models.DateField(verbose_name="报送时限")),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="报送时间"),
                ),
                ("is_late", models.BooleanField(default=False, verbose_name="迟报")),
                (
                    "late_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="迟报说明"),
                ),
                ("updated_at", models.DateTimeField(verbose_name="保存时间")),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.checklist",
                        verbose_name="自查表",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="self_checks",
                        to="communities.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报人",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报送人",
                    ),
                ),
            ],
            options={
                "verbose_name": "月自查",
                "verbose_name_plural": "月自查",
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="纬度"
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"
                    ),
                ),
                (
                    "datum",
                    models.CharField(
                        choices=[("wgs84", "WGS-84"), ("gcj02", "GCJ-02")],
                        default="wgs84",
                        max_length=5,
                        verbose_name="坐标系",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("item_code", models.CharField(blank=True, max_length=10, verbose_name="项目")),
                (
                    "stage",
                    models.CharField(
                        choices=[("before", "整改前"), ("after", "整改后"), ("evidence", "核查")],
                        max_length=10,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "file",
                    models.FileField(max_length=200, upload_to="photos/%Y/%m", verbose_name="照片"),
                ),
                (
                    "small",
                    models.FileField(
                        max_length=200, upload_to="photos/%Y/%m", verbose_name="缩略图"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("size_bytes", models.PositiveIntegerField(default=0, verbose_name="占用字节")),
                ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="拍摄时间")),
                (
                    "blacked_out_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="遮挡时间"),
                ),
                (
                    "destroyed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="销毁时间"),
                ),
                ("at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="inspections.finding",
                        verbose_name="问题",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="inspections.residentreport",
                        verbose_name="居民反映",
                    ),
                ),
                (
                    "self_check",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="inspections.selfcheck",
                        verbose_name="自查",
                    ),
                ),
            ],
            options={
                "verbose_name": "照片",
                "verbose_name_plural": "照片",
            },
        ),
        migrations.AddField(
            model_name="finding",
            name="self_check",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="inspections.selfcheck",
                verbose_name="自查",
            ),
        ),
        migrations.CreateModel(
            name="SelfCheckVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几次报送")),
                ("marks", models.JSONField(verbose_name="逐项结果")),
                ("photos", models.JSONField(default=dict, verbose_name="照片")),
                (
                    "total_points",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="自评分"),
                ),
                ("submitted_at", models.DateTimeField(verbose_name="报送时间")),
                ("is_late", models.BooleanField(verbose_name="迟报")),
                (
                    "returned_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="退回时间"),
                ),
                (
                    "return_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="退回原因"),
                ),
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
            },
        ),
        migrations.CreateModel(
            name="Submission",
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
                    "self_check",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="submissions",
                        to="inspections.selfcheck",
                        verbose_name="自查",
                    ),
                ),
            ],
            options={
                "verbose_name": "手机上传",
                "verbose_name_plural": "手机上传",
            },
        ),
        migrations.CreateModel(
            name="SupervisionOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="督办事由")),
                ("due_at", models.DateTimeField(verbose_name="督办时限")),
                ("ordered_at", models.DateTimeField(verbose_name="督办时间")),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervision_orders",
                        to="inspections.finding",
                        verbose_name="问题",
                    ),
                ),
                (
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="督办人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="督办对象",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办",
                "verbose_name_plural": "督办",
            },
        ),
        migrations.CreateModel(
            name="ExamplePhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("item_code", models.CharField(max_length=10, verbose_name="项目")),
                (
                    "look",
                    models.CharField(
                        choices=[("good", "合格"), ("borderline", "临界"), ("bad", "不合格")],
                        max_length=10,
                        verbose_name="示例",
                    ),
                ),
                ("caption", models.CharField(blank=True, max_length=60, verbose_name="说明")),
                (
                    "file",
                    models.FileField(
                        max_length=200, upload_to="photos/examples", verbose_name="照片"
                    ),
                ),
                (
                    "small",
                    models.FileField(
                        max_length=200, upload_to="photos/examples", verbose_name="缩略图"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="example_photos",
                        to="inspections.checklist",
                        verbose_name="自查表",
                    ),
                ),
            ],
            options={
                "verbose_name": "示例照片",
                "verbose_name_plural": "示例照片",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checklist", "item_code", "sha256"), name="one_example_once_an_item"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FalseRectification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rectified_at", models.DateTimeField(verbose_name="整改时间")),
                (
                    "rectification",
                    models.CharField(blank=True, max_length=300, verbose_name="当时的整改情况"),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="认定理由")),
                ("evidence", models.CharField(max_length=300, verbose_name="证据")),
                ("marked_at", models.DateTimeField(verbose_name="认定时间")),
                (
                    "marked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="认定人",
                    ),
                ),
                (
                    "rectified_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="整改人",
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
                        verbose_name="责任单位",
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
                        verbose_name="复查人",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="false_rectifications",
                        to="inspections.finding",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "虚假整改",
                "verbose_name_plural": "虚假整改",
                "indexes": [
                    models.Index(fields=["marked_at"], name="inspections_marked__76a219_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marked_by", models.F("rectified_by")), _negated=True),
                        name="doer_does_not_judge_himself",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=20, verbose_name="催办步骤")),
                ("due_at", models.DateTimeField(verbose_name="所催时限")),
                ("told_at", models.DateTimeField(verbose_name="催办时间")),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="inspections.finding",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "自动催办",
                "verbose_name_plural": "自动催办",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("finding", "step", "due_at"), name="one_reminder_a_step"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingRequest",
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
                        choices=[("extension", "延期"), ("hand_on", "退单")],
                        max_length=12,
                        verbose_name="申请",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "待答复"),
                            ("granted", "已同意"),
                            ("refused", "未同意"),
                            ("lapsed", "已失效"),
                        ],
                        default="asked",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("until_at", models.DateTimeField(blank=True, null=True, verbose_name="申请延至")),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                ("decision", models.CharField(blank=True, max_length=300, verbose_name="答复")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
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
                        verbose_name="答复人",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="inspections.finding",
                        verbose_name="问题",
                    ),
                ),
                (
                    "proposed_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="建议责任单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改申请",
                "verbose_name_plural": "整改申请",
                "indexes": [
                    models.Index(fields=["status", "kind"], name="inspections_status_30056f_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "asked")),
                        fields=("finding",),
                        name="one_open_request_of_a_finding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "extension"),
                                ("proposed_unit", None),
                                ("until_at__isnull", False),
                            ),
                            models.Q(
                                ("kind", "hand_on"),
                                ("proposed_unit__isnull", False),
                                ("until_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="request_says_what_it_asks",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("status", "lapsed"),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="request_is_decided_by_another",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="frontage",
            index=models.Index(
                fields=["community", "status"], name="inspections_communi_f5e7b0_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="frontage",
            index=models.Index(
                fields=["status", "valid_until"], name="inspections_status_5ff0fa_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="frontage",
            constraint=models.UniqueConstraint(
                fields=("road_section", "door_number"), name="one_frontage_a_door"
            ),
        ),
        migrations.AddConstraint(
            model_name="frontage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agreement_number", ""), _negated=True),
                fields=("agreement_number",),
                name="one_agreement_a_number",
                violation_error_message="这个协议编号已是别的责任区的，请核对",
            ),
        ),
        migrations.AddConstraint(
            model_name="frontage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("plaque_number", ""), _negated=True),
                fields=("plaque_number",),
                name="one_plaque_a_number",
                violation_error_message="这个责任牌编号已是别的责任区的，请核对",
            ),
        ),
        migrations.AddConstraint(
            model_name="frontage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("length_m", None), ("length_m__gt", 0), _connector="OR"),
                    models.Q(("depth_m", None), ("depth_m__gt", 0), _connector="OR"),
                ),
                name="extent_is_positive",
                violation_error_message="长度和进深应大于 0",
            ),
        ),
        migrations.AddConstraint(
            model_name="frontage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_on", None),
                    ("valid_until", None),
                    ("valid_until__gte", models.F("signed_on")),
                    _connector="OR",
                ),
                name="agreement_ends_after_signing",
                violation_error_message="有效期至早于签订日期，请核对",
            ),
        ),
        migrations.AddIndex(
            model_name="dutyagreement",
            index=models.Index(fields=["frontage", "at"], name="inspections_frontag_ba5213_idx"),
        ),
        migrations.AddIndex(
            model_name="frontagecheck",
            index=models.Index(
                fields=["quarter", "frontage"], name="inspections_quarter_e14e6f_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="frontagecheck",
            constraint=models.UniqueConstraint(
                fields=("frontage", "checked_on", "by"), name="one_check_a_day_and_checker"
            ),
        ),
        migrations.AddIndex(
            model_name="frontagestanding",
            index=models.Index(fields=["stars"], name="inspections_stars_039367_idx"),
        ),
        migrations.AddIndex(
            model_name="frontagestanding",
            index=models.Index(fields=["last_checked_on"], name="inspections_last_ch_069e46_idx"),
        ),
        migrations.AddConstraint(
            model_name="frontagestanding",
            constraint=models.CheckConstraint(
                condition=models.Q(("stars", None), ("stars__range", (1, 5)), _connector="OR"),
                name="one_to_five_stars",
            ),
        ),
        migrations.AddIndex(
            model_name="listentry",
            index=models.Index(
                fields=["status", "expires_on"], name="inspections_status_78e0d1_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="listentry",
            constraint=models.UniqueConstraint(
                fields=("frontage", "kind", "quarter"), name="one_entry_a_quarter"
            ),
        ),
        migrations.AddConstraint(
            model_name="listentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    models.Q(
                        ("expires_on__gt", models.F("published_on")),
                        ("published_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="published_entry_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="listentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "warning"),
                        ("occupant_kind", "private_shop"),
                        ("status", "published"),
                        _negated=True,
                    ),
                    models.Q(
                        ("reviewed_by__isnull", False),
                        ("reviewed_on__isnull", False),
                        models.Q(("review_document", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="private_shop_needs_legal_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticedfinding",
            constraint=models.UniqueConstraint(
                fields=("document", "finding"), name="one_line_a_finding"
            ),
        ),
        migrations.AddIndex(
            model_name="residentreport",
            index=models.Index(
                fields=["status", "received_at"], name="inspections_status_bf0664_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="residentreport",
            index=models.Index(
                fields=["community", "received_at"], name="inspections_communi_f63b8a_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="residentreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "accepted"), _negated=True),
                    models.Q(("finding", None), _negated=True),
                    _connector="OR",
                ),
                name="accepted_report_has_a_finding",
            ),
        ),
        migrations.AddConstraint(
            model_name="residentreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="refused_report_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="residentreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "answered"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="answered_report_has_an_answer",
            ),
        ),
        migrations.AddIndex(
            model_name="selfcheck",
            index=models.Index(fields=["month", "status"], name="inspections_month_5778e0_idx"),
        ),
        migrations.AddConstraint(
            model_name="selfcheck",
            constraint=models.UniqueConstraint(
                fields=("community", "month"), name="one_self_check_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "returned"]),
                    ("total_points__isnull", False),
                    _connector="OR",
                ),
                name="handed_in_has_points",
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                fields=("finding", "stage", "sha256"), name="one_photo_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                fields=("self_check", "item_code", "sha256"), name="one_photo_once_an_item"
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finding", None), _negated=True),
                    models.Q(
                        models.Q(("self_check", None), _negated=True),
                        models.Q(("item_code", ""), _negated=True),
                    ),
                    models.Q(("report", None), _negated=True),
                    _connector="OR",
                ),
                name="photo_shows_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by", None), _negated=True),
                    models.Q(("report", None), _negated=True),
                    _connector="OR",
                ),
                name="only_residents_send_unnamed",
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                fields=("report", "sha256"), name="one_photo_once_a_report"
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["status", "due_at"], name="inspections_status_a7d7ae_idx"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["community", "found_at"], name="inspections_communi_d52132_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["due_at", "community"], name="inspections_due_at_248f8d_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["-found_at", "id"], name="inspections_found_a_dc68cb_idx"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["community", "item_code", "closed_at"],
                name="inspections_communi_5c1d7e_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("supervised_at__isnull", False)),
                fields=["supervised_at"],
                name="supervised",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("false_count__gt", 0)),
                fields=["false_count"],
                name="false_rectified",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_by", None),
                    ("rectified_by", None),
                    models.Q(("verified_by", models.F("rectified_by")), _negated=True),
                    _connector="OR",
                ),
                name="verifier_is_not_the_doer",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_by", None),
                    ("rectified_by", None),
                    models.Q(("closed_by", models.F("rectified_by")), _negated=True),
                    _connector="OR",
                ),
                name="closer_is_not_the_doer",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["verified", "closed_out"]), _negated=True),
                    models.Q(("rectified_by__isnull", False), ("verified_by__isnull", False)),
                    _connector="OR",
                ),
                name="closed_out_after_verification",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                fields=("self_check", "item_code"), name="one_finding_an_item_of_a_self_check"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfcheckversion",
            constraint=models.UniqueConstraint(
                fields=("self_check", "number"), name="one_version_a_handing_in"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfcheckversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("return_reason", ""), ("returned_at", None)),
                    models.Q(
                        ("returned_at__isnull", False),
                        models.Q(("return_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="returned_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("ordered_at"))),
                name="order_is_due_later",
            ),
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
            condition=f"({HANDED_IN_CHANGED} OR OLD.return_reason <> '')",
        ),
    ]
