from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE, Role


class DocumentKind(models.TextChoices):
    """The kinds that the office uses: of 中办发〔2012〕14号 art. 8, and 公示 and 整改通知书 in the
    common format.
    """

    NOTICE = "notice", "通知"
    CIRCULAR = "circular", "通报"
    DECISION = "decision", "决定"
    MINUTES = "minutes", "纪要"
    LETTER = "letter", "函"
    REQUEST = "request", "请示"
    REPORT = "report", "报告"
    PUBLIC_NOTICE = "public_notice", "公示"
    RECTIFICATION_NOTICE = "rectification_notice", "整改通知书"


class DocumentStatus(models.TextChoices):
    DRAFT = "draft", "拟稿"
    CHECKING = "checking", "待核稿"
    COUNTERSIGNING = "countersigning", "会签中"
    IN_REVIEW = "in_review", "待签发"
    APPROVING = "approving", "待批准"
    SIGNED = "signed", "已签发"
    SEALED = "sealed", "已用印"
    PUBLISHED = "published", "已印发"
    WITHDRAWN = "withdrawn", "已撤销"


BEFORE_SIGNATURE = frozenset(
    {
        DocumentStatus.DRAFT,
        DocumentStatus.CHECKING,
        DocumentStatus.COUNTERSIGNING,
        DocumentStatus.IN_REVIEW,
        DocumentStatus.APPROVING,
    }
)


class Issuer(models.Model):
    """A body that issues documents in its own name: its mark, its code and who prints."""

    name = models.CharField("发文机关", max_length=60, unique=True)
    mark = models.CharField("发文机关标志", max_length=60)
    code = models.CharField("机关代字", max_length=20, unique=True)
    printed_by = models.CharField("印发机关", max_length=60)
    seal = models.FileField("印章图片", upload_to="seals", max_length=100, blank=True)
    seal_mm = models.PositiveSmallIntegerField(
        "印章直径", choices=[(42, "42 毫米"), (45, "45 毫米")], default=42
    )

    class Meta:
        verbose_name = verbose_name_plural = "发文机关"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:issuer_edit", args=[self.pk])

    @property
    def is_named(self) -> bool:
        """Whether it has issued anything: then its code stays. One query."""
        return NumberSeries.objects.filter(issuer=self).exists()


class NumberSeries(models.Model):
    """The last number taken by an issuer in a year; no gap, and none is taken twice."""

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "year"], name="one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.issuer.code}〔{self.year}〕"


class OfficialDocumentQuerySet(models.QuerySet["OfficialDocument"]):
    def visible_to(self, user: User) -> Self:
        """What is issued may be read by all who take part; drafts by the office, the auditor and
        those asked.
        """
        if user.has_role(*OFFICE, Role.AUDITOR):
            return self
        statuses = [DocumentStatus.PUBLISHED, DocumentStatus.WITHDRAWN]
        readable = Q(status__in=statuses)
        countersignatures = Countersignature.objects.filter(user=user)
        readable |= Q(pk__in=countersignatures.values("document"))
        if user.has_role(Role.APPROVER):
            before_the_city = [
                DocumentStatus.APPROVING,
                DocumentStatus.SIGNED,
                DocumentStatus.SEALED,
            ]
            return self.filter(readable | Q(status__in=before_the_city))
        if not user.takes_part:
            return self.none()
        return self.filter(readable)


class OfficialDocument(models.Model):
    """公文: the words and data of one sheet, its way to signature, its number, and the file once
    printed.
    """

    kind = models.CharField("文种", max_length=20, choices=DocumentKind.choices)
    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="documents", verbose_name="发文机关"
    )
    status = models.CharField(
        "状态", max_length=20, choices=DocumentStatus.choices, default=DocumentStatus.DRAFT
    )
    title = models.CharField("标题", max_length=120)
    main_recipient = models.CharField("主送", max_length=300, blank=True)
    body = models.TextField("正文")
    attachments = models.JSONField("附件", default=list, blank=True)
    figures = models.JSONField("原稿数字", null=True, editable=False)
    attendees = models.JSONField("出席", default=list, blank=True)
    note = models.CharField("附注", max_length=100, blank=True)
    signer = models.CharField("签发人", max_length=60, blank=True)
    urgency = models.CharField(
        "紧急程度", max_length=4, choices=[("特急", "特急"), ("加急", "加急")], blank=True
    )
    copy_recipients = models.CharField("抄送", max_length=300, blank=True)
    joint = models.JSONField("联合发文机关", default=list, blank=True)
    countersigners = models.JSONField("会签单位、人员", default=list, blank=True)
    needs_seal = models.BooleanField("加盖印章", default=False)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name="更正的公文",
    )
    needs_approval = models.BooleanField("须报市委、市政府批准", default=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟稿人"
    )
    drafted_at = models.DateTimeField("拟稿时间")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="核稿人"
    )
    checked_at = models.DateTimeField("核稿时间", null=True)
    round_at = models.DateTimeField("送会签时间", null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="签发人"
    )
    signed_at = models.DateTimeField("签发时间", null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="批准人"
    )
    approved_at = models.DateTimeField("批准时间", null=True)
    year = models.PositiveSmallIntegerField("年份", null=True)
    serial = models.PositiveIntegerField("序号", null=True)
    code = models.CharField("查验码", max_length=10, unique=True, null=True, blank=True)
    document_date = models.DateField("成文日期", null=True)
    print_date = models.DateField("印发日期", null=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="用印人"
    )
    sealed_at = models.DateTimeField("用印时间", null=True)
    file = models.FileField("版式文件", upload_to="documents/%Y", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField("印发时间", null=True)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="归档人"
    )
    archived_at = models.DateTimeField("归档时间", null=True)
    archive_place = models.CharField("档号", max_length=60, blank=True)

    objects = OfficialDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公文"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "year", "serial"], name="number_taken_once"),
            models.CheckConstraint(
                name="signed_documents_are_numbered",
                condition=Q(
                    status__in=["draft", "checking", "countersigning", "in_review", "approving"]
                )
                | Q(serial__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                name="document_corrected_once",
                condition=Q(serial__isnull=False) & ~Q(status="withdrawn"),
            ),
        ]
        indexes = [models.Index(fields=["status", "published_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """发文字号, e.g. 富共建办〔2026〕12号; empty before sign-off. Reads the issuer."""
        if self.serial:
            return f"{self.issuer.code}〔{self.year}〕{self.serial}号"
        return ""

    @property
    def printed_code(self) -> str:
        """查验码 as it is printed and read out: two groups of five."""
        if self.code:
            return f"{self.code[:5]}-{self.code[5:]}"
        return ""

    @property
    def status_tone(self) -> str:
        tones = dict.fromkeys(("checking", "countersigning", "in_review", "approving"), "warn")
        return {**tones, "published": "good", "withdrawn": "bad"}.get(self.status, "")

    @property
    def is_before_signature(self) -> bool:
        """Also of one that was numbered, returned, and waits to be signed anew."""
        return self.status in BEFORE_SIGNATURE

    def correction(self) -> "OfficialDocument | None":
        """The issued document that corrects this one; one query."""
        corrections = self.corrections.filter(status=DocumentStatus.PUBLISHED).select_related(
            "issuer"
        )
        return corrections.order_by("-published_at").first()


class DocumentPicture(models.Model):
    """A photo that an attachment prints: a small JPEG of the document's own, found by its SHA-256;
    it never changes.
    """

    document = models.ForeignKey(
        OfficialDocument, models.CASCADE, related_name="pictures", verbose_name="公文"
    )
    sha256 = models.CharField(max_length=64)
    file = models.FileField("照片", upload_to="documents/pictures/%Y", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "公文附图"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "sha256"], name="one_picture_once_a_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document}附图"

    def get_absolute_url(self) -> str:
        return self.document.get_absolute_url()


class FileSignature(models.Model):
    """数字签名: whose certificate signed the printed file.

    There is none where the site has no certificate.
    """

    document = models.OneToOneField(OfficialDocument, models.PROTECT, related_name="file_signature")
    subject = models.CharField("签名证书", max_length=300)
    fingerprint = models.CharField("证书 SHA-256", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "数字签名"

    def __str__(self) -> str:
        return self.subject


class Countersignature(models.Model):
    """会签: one unit or person asked in one round, and the answer.

    Each round has rows of its own.
    """

    document = models.ForeignKey(OfficialDocument, models.CASCADE, related_name="countersignatures")
    name = models.CharField("会签单位、人员", max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("送会签时间")
    agreed = models.BooleanField("同意", null=True)
    remark = models.CharField("意见", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField("会签时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "会签"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "name", "asked_at"], name="asked_once_a_round"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.document.get_absolute_url()
