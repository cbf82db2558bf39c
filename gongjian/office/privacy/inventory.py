"""个人信息清单: every column that holds something about a person, why, how long and how it is ended
(PIPL 51, 55).

`docs/security/personal-data.md` is written from it (`manage.py personal_data`), and a test holds
both to the models: a new text column is either here or in NOT_PERSONAL.
"""

from dataclasses import dataclass
from typing import NamedTuple

WITH_THE_RECORD = "随业务档案长期保存"


class Holding(NamedTuple):
    """A class of personal data: what it is kept for, how long, how it is ended."""

    label: str
    purpose: str
    kept: str
    ended: str


PHONE = Holding(
    "联系电话",
    "通知会议、催办整改、核实情况",
    "任职期间；账号停用或任职全部结束满 1 年后清空",
    "账号的由保存期限作业清空；名册的由共建办更新名册时替换",
)
NAME = Holding(
    "姓名", "写明谁负责、谁办理、谁到会", WITH_THE_RECORD, "不单独销毁：是办理责任的依据"
)
ACCOUNT = Holding(
    "账号与登录", "认人、授权、追溯", "账号存续期间", "账号停用后不能登录；操作记录不删"
)
PHOTO = Holding(
    "照片", "问题与整改的证据", "销号满 3 年", "保存期限作业销毁图像文件，保留哈希值和销毁时间"
)
WORDS = Holding(
    "可能写到个人的文字",
    "记录问题、走访、议题和理由",
    WITH_THE_RECORD,
    "不单独销毁；填写时不得写居民姓名和证件号",
)
ADDRESS = Holding("地点与门牌", "找到责任区和问题所在", WITH_THE_RECORD, "随名册更新")
CONTACT = Holding(
    "居民自愿留下的联系方式",
    "核实反映的情况",
    "答复后 180 天（可设）",
    "保存期限作业清空；查看留记录",
)
RESIDENT_WORDS = Holding(
    "居民反映的内容",
    "核实办理、答复反映人",
    WITH_THE_RECORD,
    "不公开，不单独销毁；页面提示不写他人姓名、电话、证件号",
)
MONEY = Holding(
    "捐资人与收款人", "经费公示和核账", "会计档案期限，系统内不销毁", "不销毁：财务凭证和已公示内容"
)
MESSAGE = Holding("站内通知", "告知待办事项", "2 年", "保存期限作业删除")
LOG = Holding(
    "操作记录",
    "追溯谁在何时办了什么",
    "长期，不少于 6 个月（网络安全法第 21 条）",
    "不删除：链式校验",
)
SCORE = Holding("考评材料", "得分依据和申诉", WITH_THE_RECORD, "不销毁：已公示的结果和依据")
BIN = Holding("已删除的记录", "误删的可以恢复", "30 天", "每日作业彻底删除，连同文件")
SESSION = Holding("登录会话", "保持登录", "12 小时", "到期后由保存期限作业删除")
SIGN_IN = Holding("登录尝试", "发现有人猜密码", "1 年", "保存期限作业删除")

# Column to its class, and whether it lies sealed in the database.
PERSONAL: dict[str, tuple[Holding, bool]] = {
    "accounts.User.username": (ACCOUNT, False),
    "accounts.User.name": (NAME, False),
    "accounts.User.phone": (PHONE, True),
    "accounts.User.password": (ACCOUNT, False),
    "accounts.Appointment.title": (NAME, False),
    "accounts.ApiToken.last_used_from": (ACCOUNT, False),
    "sessions.Session.session_data": (SESSION, False),
    "audit.Entry.object_label": (LOG, False),
    "recycling.BinnedRecord.label": (BIN, False),
    "recycling.BinnedRecord.payload": (BIN, False),
    "audit.Entry.changes": (LOG, False),
    "audit.Entry.address": (LOG, False),
    "axes.AccessAttempt.username": (SIGN_IN, False),
    "axes.AccessAttempt.ip_address": (SIGN_IN, False),
    "axes.AccessAttempt.user_agent": (SIGN_IN, False),
    "axes.AccessAttempt.get_data": (SIGN_IN, False),
    "axes.AccessAttempt.post_data": (SIGN_IN, False),
    "axes.AccessFailureLog.username": (SIGN_IN, False),
    "axes.AccessFailureLog.ip_address": (SIGN_IN, False),
    "axes.AccessFailureLog.user_agent": (SIGN_IN, False),
    "axes.AccessLog.username": (SIGN_IN, False),
    "axes.AccessLog.ip_address": (SIGN_IN, False),
    "axes.AccessLog.user_agent": (SIGN_IN, False),
    "axes.AccessLog.session_hash": (SIGN_IN, False),
    "mfa.Authenticator.data": (ACCOUNT, True),
    "usersessions.UserSession.ip": (SESSION, False),
    "usersessions.UserSession.user_agent": (SESSION, False),
    "usersessions.UserSession.session_key": (SESSION, False),
    "usersessions.UserSession.data": (SESSION, False),
    "jobs.Job.title": (LOG, False),
    "jobs.Job.args": (LOG, False),
    "jobs.Job.result": (LOG, False),
    "jobs.Job.error": (LOG, False),
    "notifications.Notification.subject": (MESSAGE, False),
    "notifications.Notification.body": (MESSAGE, False),
    "documents.OfficialDocument.title": (WORDS, False),
    "documents.OfficialDocument.main_recipient": (WORDS, False),
    "documents.OfficialDocument.body": (WORDS, False),
    "documents.OfficialDocument.attachments": (WORDS, False),
    "documents.DocumentPicture.file": (PHOTO, False),
    "documents.OfficialDocument.attendees": (NAME, False),
    "documents.OfficialDocument.note": (WORDS, False),
    "documents.OfficialDocument.signer": (NAME, False),
    "documents.OfficialDocument.countersigners": (NAME, False),
    "documents.Countersignature.name": (NAME, False),
    "documents.Countersignature.remark": (WORDS, False),
    "documents.OfficialDocument.copy_recipients": (WORDS, False),
    "documents.OfficialDocument.file": (WORDS, False),
    "units.Contact.name": (NAME, False),
    "units.Contact.phone": (PHONE, True),
    "communities.Group.head_name": (NAME, False),
    "communities.Group.liaison_leader_name": (NAME, False),
    "communities.GroupMember.representative": (NAME, False),
    "communities.GroupMember.phone": (PHONE, True),
    "communities.Topic.title": (WORDS, False),
    "communities.Topic.text": (WORDS, False),
    "communities.Topic.raised_for": (NAME, False),
    "communities.Reply.text": (WORDS, False),
    "communities.LabourDay.place": (ADDRESS, False),
    "communities.LabourDay.work": (WORDS, False),
    "communities.LabourDay.outcome": (WORDS, False),
    "communities.Meeting.place": (ADDRESS, False),
    "communities.Meeting.agenda": (WORDS, False),
    "communities.Meeting.chair": (NAME, False),
    "communities.Meeting.minutes": (WORDS, False),
    "communities.MeetingAttendance.person": (NAME, False),
    "communities.WorkPlan.foreword": (WORDS, False),
    "communities.PlanItem.text": (WORDS, False),
    "communities.Assignment.summary": (WORDS, False),
    "communities.AssignmentItem.note": (WORDS, False),
    "communities.Visit.leader": (NAME, False),
    "communities.Visit.raised": (WORDS, False),
    "communities.Visit.settled": (WORDS, False),
    "inspections.Frontage.door_number": (ADDRESS, False),
    "inspections.Frontage.shop_name": (ADDRESS, False),
    "inspections.Frontage.responsible_person": (NAME, False),
    "inspections.Frontage.phone": (PHONE, True),
    "inspections.Frontage.pinyin": (ADDRESS, False),
    "inspections.Frontage.initials": (ADDRESS, False),
    "inspections.DutyAgreement.shop_name": (ADDRESS, False),
    "inspections.DutyAgreement.responsible_person": (NAME, False),
    "inspections.FrontageCheck.remark": (WORDS, False),
    "inspections.SelfCheck.marks": (WORDS, False),
    "inspections.SelfCheck.late_reason": (WORDS, False),
    "inspections.SelfCheckVersion.marks": (WORDS, False),
    "inspections.SelfCheckVersion.return_reason": (WORDS, False),
    "inspections.Finding.description": (WORDS, False),
    "inspections.Finding.place": (ADDRESS, False),
    "inspections.Finding.rectification": (WORDS, False),
    "inspections.Finding.no_photo_reason": (WORDS, False),
    "inspections.FindingRequest.reason": (WORDS, False),
    "inspections.FindingRequest.decision": (WORDS, False),
    "inspections.SupervisionOrder.reason": (WORDS, False),
    "inspections.FalseRectification.rectification": (WORDS, False),
    "inspections.FalseRectification.reason": (WORDS, False),
    "inspections.FalseRectification.evidence": (WORDS, False),
    "inspections.Photo.file": (PHOTO, False),
    "inspections.Photo.small": (PHOTO, False),
    "inspections.ExamplePhoto.caption": (WORDS, False),
    "inspections.ExamplePhoto.file": (PHOTO, False),
    "inspections.ExamplePhoto.small": (PHOTO, False),
    "inspections.Photo.latitude": (PHOTO, False),
    "inspections.Photo.longitude": (PHOTO, False),
    "inspections.Finding.latitude": (ADDRESS, False),
    "inspections.Finding.longitude": (ADDRESS, False),
    "inspections.Frontage.latitude": (ADDRESS, False),
    "inspections.Frontage.longitude": (ADDRESS, False),
    "inspections.ResidentReport.words": (RESIDENT_WORDS, False),
    "inspections.ResidentReport.place": (ADDRESS, False),
    "inspections.ResidentReport.latitude": (ADDRESS, False),
    "inspections.ResidentReport.longitude": (ADDRESS, False),
    "inspections.ResidentReport.contact": (CONTACT, True),
    "inspections.ResidentReport.reason": (WORDS, False),
    "inspections.ResidentReport.answer": (WORDS, False),
    "inspections.ListEntry.grounds": (WORDS, False),
    "inspections.ListEntry.decision": (WORDS, False),
    "inspections.ListEntry.removal": (WORDS, False),
    "funds.Pledge.payer": (MONEY, False),
    "funds.Contribution.payer": (MONEY, False),
    "funds.Contribution.reason": (WORDS, False),
    "funds.Expense.purpose": (WORDS, False),
    "funds.Expense.payee": (MONEY, False),
    "funds.Disclosure.content": (MONEY, False),
    "scoring.Round.frozen": (SCORE, False),
    "scoring.Sheet.marks": (SCORE, False),
    "scoring.Sheet.reason": (SCORE, False),
    "scoring.SheetInquiry.answer": (SCORE, False),
    "scoring.Score.explanation": (SCORE, False),
    "scoring.Score.inputs": (SCORE, False),
    "scoring.UnitScore.explanation": (SCORE, False),
    "scoring.ResultSheet.file": (SCORE, False),
    "scoring.Appeal.reason": (SCORE, False),
    "scoring.Appeal.precheck": (SCORE, False),
    "scoring.Appeal.finding": (SCORE, False),
    "scoring.Appeal.decision": (SCORE, False),
    "scoring.Appeal.about": (SCORE, False),
    "scoring.Appeal.stood": (SCORE, False),
    "scoring.Appeal.ruled": (SCORE, False),
    "scoring.Appeal.trace": (SCORE, False),
    "scoring.Evidence.name": (SCORE, False),
    "scoring.Evidence.file": (PHOTO, False),
    "scoring.Evidence.small": (PHOTO, False),
    "scoring.Correction.change": (SCORE, False),
    "scoring.Correction.reason": (SCORE, False),
    "scoring.Correction.basis": (SCORE, False),
    "scoring.Correction.opinion": (SCORE, False),
    "scoring.Correction.frozen": (SCORE, False),
    "scoring.CorrectedScore.explanation": (SCORE, False),
    "scoring.CorrectedUnitScore.explanation": (SCORE, False),
    "scoring.Nomination.reason": (SCORE, False),
    "scoring.Nomination.struck_reason": (SCORE, False),
    "scoring.Objection.text": (SCORE, False),
    "scoring.Objection.answer": (SCORE, False),
    "scoring.Adjustment.reason": (SCORE, False),
    "scoring.Adjustment.withdrawal": (SCORE, False),
    "scoring.Reading.items": (SCORE, False),
    "scoring.Absence.reason": (SCORE, False),
    "scoring.Absence.withdrawal": (SCORE, False),
}

# Text about bodies, places of the city and rules, not about a person.
NOT_PERSONAL = frozenset(
    {
        "communities.Boundary.shape",
        "communities.Boundary.source",
        "holidays.Arrangement.source",
        "holidays.SpecialDay.name",
        "holidays.SpecialDay.source",
        "account.EmailAddress.email",  # comes with the sign-in library; nobody has an address here
        "accounts.ApiToken.name",
        "audit.Entry.digest",
        "audit.Entry.request_id",
        "axes.AccessAttempt.http_accept",
        "axes.AccessAttempt.path_info",
        "axes.AccessFailureLog.http_accept",
        "axes.AccessFailureLog.path_info",
        "axes.AccessLog.http_accept",
        "axes.AccessLog.path_info",
        "accounts.ApiToken.networks",
        "accounts.ApiToken.scopes",
        "documents.FileSignature.fingerprint",
        "documents.FileSignature.subject",
        "documents.Issuer.mark",
        "documents.Issuer.seal",
        "documents.OfficialDocument.archive_place",
        "documents.OfficialDocument.code",
        "documents.OfficialDocument.figures",
        "documents.OfficialDocument.joint",
        "recycling.BinnedRecord.parent_id",
        "recycling.BinnedRecord.parent_states",
        "recycling.BinnedRecord.parent_type",
        "documents.Issuer.name",
        "documents.Issuer.printed_by",
        "notifications.Notification.link",
        "units.Unit.name",
        "units.Unit.short_name",
        "communities.Subdistrict.name",
        "communities.Community.name",
        "communities.RoadSection.name",
        "communities.WorkPlan.title",
        "inspections.FindingReminder.step",
        "inspections.Checklist.title",
        "inspections.Checklist.content",
        "inspections.DutySet.content",
        "inspections.DutySet.title",
        "inspections.Frontage.public_code",
        "inspections.Frontage.shop_type",
        "inspections.Frontage.duty_set",
        "inspections.DutyAgreement.duty_set",
        "inspections.FrontageCheck.failed",
        "scoring.Adjustment.rule_code",
        "scoring.Appeal.key",
        "scoring.Reading.component",
        "scoring.Round.late_rubric_reason",
        "scoring.Round.sampled",
        "scoring.SheetSubmission.sha256",
        "inspections.FrontageStanding.scheme",
        "inspections.ListEntry.review_document",
        "inspections.ResidentReport.follow_hash",
        "inspections.ResidentReport.form_token",
        "inspections.SelfCheckVersion.photos",
        "inspections.Submission.sha256",
        "scoring.CommendationPlan.awards",
        "scoring.CommendationPlan.basis",
        "scoring.CommendationPlan.cycle",
        "scoring.CommendationPlan.form",
        "scoring.CommendationPlan.funding",
        "scoring.CommendationPlan.host",
        "scoring.CommendationPlan.name",
        "scoring.CommendationPlan.refusal",
        "scoring.CommendationPlan.reply_number",
        "scoring.CommendationPlan.scope",
        "scoring.Nomination.review_document",
        "scoring.Objection.about",
        "scoring.ResultSheet.error",
        "scoring.ResultSheet.sha256",
        "scoring.Rubric.title",
        "scoring.Rubric.content",
    }
)


@dataclass(frozen=True)
class InventoryColumn:
    """One column of the inventory as its page and its document show it."""

    place: str
    label: str
    holding: Holding
    sealed: bool

    @property
    def parts(self) -> list[str]:
        """Where a narrow screen may break the name."""
        return self.place.split(".")


def columns(get_model) -> list[InventoryColumn]:
    """The inventory with the words of the models; `get_model` is `apps.get_model`."""
    return [
        _column(place, holding, sealed, get_model) for place, (holding, sealed) in PERSONAL.items()
    ]


def _column(place: str, holding: Holding, sealed: bool, get_model) -> InventoryColumn:
    label, _, name = place.rpartition(".")
    model = get_model(label)
    words = f"{model._meta.verbose_name}·{model._meta.get_field(name).verbose_name}"
    return InventoryColumn(place, words, holding, sealed)


def as_markdown(get_model) -> str:
    """The inventory as `docs/security/personal-data.md` has it."""
    lines = [
        "# 个人信息清单",
        "由 `gongjian/office/privacy/inventory.py` 生成（`manage.py personal_data`），不要手改。",
        "",
        "## 类别",
        "| 类别 | 用途 | 保存 | 如何结束 |",
        "|---|---|---|---|",
    ]
    holdings = []
    for holding, _ in PERSONAL.values():
        holdings.append(holding)
    holdings_listed = dict.fromkeys(holdings)
    lines += [
        f"| {column.label} | {column.purpose} | {column.kept} | {column.ended} |"
        for column in holdings_listed
    ]
    lines += ["", "## 列", "| 列 | 名称 | 类别 | 库内加密 |", "|---|---|---|---|"]
    for column in columns(get_model):
        sealed = "是" if column.sealed else ""
        cells = (f"`{column.place}`", column.label, column.holding.label, sealed)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
