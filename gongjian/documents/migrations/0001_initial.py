import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from gongjian.lib.triggers import RefuseRows


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Issuer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="发文机关")),
                ("mark", models.CharField(max_length=60, verbose_name="发文机关标志")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="机关代字")),
                ("printed_by", models.CharField(max_length=60, verbose_name="印发机关")),
                ("seal", models.FileField(blank=True, upload_to="seals", verbose_name="印章图片")),
                (
                    "seal_mm",
                    models.PositiveSmallIntegerField(
                        choices=[(42, "42 毫米"), (45, "45 毫米")],
                        default=42,
                        verbose_name="印章直径",
                    ),
                ),
            ],
            options={
                "verbose_name": "发文机关",
                "verbose_name_plural": "发文机关",
            },
        ),
        migrations.CreateModel(
            name="OfficialDocument",
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
                            ("notice", "通知"),
                            ("circular", "通报"),
                            ("decision", "决定"),
                            ("minutes", "纪要"),
                            ("letter", "函"),
                            ("request", "请示"),
                            ("report", "报告"),
                            ("public_notice", "公示"),
                            ("rectification_notice", "整改通知书"),
                        ],
                        max_length=20,
                        verbose_name="文种",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "拟稿"),
                            ("checking", "待核稿"),
                            ("countersigning", "会签中"),
                            ("in_review", "待签发"),
                            ("approving", "待批准"),
                            ("signed", "已签发"),
                            ("sealed", "已用印"),
                            ("published", "已印发"),
                            ("withdrawn", "已撤销"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                (
                    "main_recipient",
                    models.CharField(blank=True, max_length=300, verbose_name="主送"),
                ),
                ("body", models.TextField(verbose_name="正文")),
                ("attachments", models.JSONField(blank=True, default=list, verbose_name="附件")),
                ("figures", models.JSONField(editable=False, null=True, verbose_name="原稿数字")),
                ("attendees", models.JSONField(blank=True, default=list, verbose_name="出席")),
                ("note", models.CharField(blank=True, max_length=100, verbose_name="附注")),
                ("signer", models.CharField(blank=True, max_length=60, verbose_name="签发人")),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[("特急", "特急"), ("加急", "加急")],
                        max_length=4,
                        verbose_name="紧急程度",
                    ),
                ),
                (
                    "copy_recipients",
                    models.CharField(blank=True, max_length=300, verbose_name="抄送"),
                ),
                ("joint", models.JSONField(blank=True, default=list, verbose_name="联合发文机关")),
                (
                    "countersigners",
                    models.JSONField(blank=True, default=list, verbose_name="会签单位、人员"),
                ),
                ("needs_seal", models.BooleanField(default=False, verbose_name="加盖印章")),
                (
                    "needs_approval",
                    models.BooleanField(default=False, verbose_name="须报市委、市政府批准"),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="拟稿时间")),
                ("checked_at", models.DateTimeField(null=True, verbose_name="核稿时间")),
                ("round_at", models.DateTimeField(null=True, verbose_name="送会签时间")),
                ("signed_at", models.DateTimeField(null=True, verbose_name="签发时间")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="批准时间")),
                ("year", models.PositiveSmallIntegerField(null=True, verbose_name="年份")),
                ("serial", models.PositiveIntegerField(null=True, verbose_name="序号")),
                (
                    "code",
                    models.CharField(
                        blank=True, max_length=10, null=True, unique=True, verbose_name="查验码"
                    ),
                ),
                ("document_date", models.DateField(null=True, verbose_name="成文日期")),
                ("print_date", models.DateField(null=True, verbose_name="印发日期")),
                ("sealed_at", models.DateTimeField(null=True, verbose_name="用印时间")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=200,
                        upload_to="documents/%Y",
                        verbose_name="版式文件",
                    ),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("published_at", models.DateTimeField(null=True, verbose_name="印发时间")),
                ("archived_at", models.DateTimeField(null=True, verbose_name="归档时间")),
                ("archive_place", models.CharField(blank=True, max_length=60, verbose_name="档号")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "archived_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="归档人",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核稿人",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="documents.officialdocument",
                        verbose_name="更正的公文",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拟稿人",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="documents.issuer",
                        verbose_name="发文机关",
                    ),
                ),
                (
                    "sealed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用印人",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签发人",
                    ),
                ),
            ],
            options={
                "verbose_name": "公文",
                "verbose_name_plural": "公文",
            },
        ),
        migrations.CreateModel(
            name="FileSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=300, verbose_name="签名证书")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="证书 SHA-256")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file_signature",
                        to="documents.officialdocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "数字签名",
                "verbose_name_plural": "数字签名",
            },
        ),
        migrations.CreateModel(
            name="DocumentPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "file",
                    models.FileField(
                        max_length=200, upload_to="documents/pictures/%Y", verbose_name="照片"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="documents.officialdocument",
                        verbose_name="公文",
                    ),
                ),
            ],
            options={
                "verbose_name": "公文附图",
                "verbose_name_plural": "公文附图",
            },
        ),
        migrations.CreateModel(
            name="Countersignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="会签单位、人员")),
                ("asked_at", models.DateTimeField(verbose_name="送会签时间")),
                ("agreed", models.BooleanField(null=True, verbose_name="同意")),
                ("remark", models.CharField(blank=True, max_length=300, verbose_name="意见")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="会签时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="countersignatures",
                        to="documents.officialdocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "会签",
                "verbose_name_plural": "会签",
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.issuer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "year"), name="one_series_a_year")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="officialdocument",
            index=models.Index(
                fields=["status", "published_at"], name="documents_o_status_37ca07_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="officialdocument",
            constraint=models.UniqueConstraint(
                fields=("issuer", "year", "serial"), name="number_taken_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="officialdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["draft", "checking", "countersigning", "in_review", "approving"],
                    ),
                    ("serial__isnull", False),
                    _connector="OR",
                ),
                name="signed_documents_are_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="officialdocument",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("serial__isnull", False), models.Q(("status", "withdrawn"), _negated=True)
                ),
                fields=("corrects",),
                name="document_corrected_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentpicture",
            constraint=models.UniqueConstraint(
                fields=("document", "sha256"), name="one_picture_once_a_document"
            ),
        ),
        migrations.AddConstraint(
            model_name="countersignature",
            constraint=models.UniqueConstraint(
                fields=("document", "name", "asked_at"), name="asked_once_a_round"
            ),
        ),
        RefuseRows(
            "documents_numbered_stays",
            table="documents_officialdocument",
            events=["DELETE"],
            condition="OLD.serial IS NOT NULL",
            message="已编号的公文只能撤销，不能删除",
        ),
        RefuseRows(
            "documents_file_stays",
            table="documents_officialdocument",
            events=["UPDATE"],
            condition="OLD.sha256 <> '' AND (NEW.sha256 <> OLD.sha256 OR NEW.file <> OLD.file OR NEW.code <> OLD.code)",
            message="已印发的文件不能改动，有误请另发更正",
        ),
        RefuseRows(
            "documents_picture_stays",
            table="documents_documentpicture",
            events=["UPDATE"],
            message="公文附图不能改动",
        ),
        RefuseRows(
            "documents_picture_of_issued_stays",
            table="documents_documentpicture",
            events=["DELETE"],
            condition="EXISTS (SELECT 1 FROM documents_officialdocument WHERE id = OLD.document_id "
            "AND serial IS NOT NULL)",
            message="已编号的公文的附图不能删除",
        ),
    ]
