"""附件 and 出席 that a drafter writes by hand."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongjian.documents import services
from gongjian.documents.drafting.attachments import table_of
from gongjian.documents.models import Issuer, OfficialDocument
from gongjian.lib.spreadsheets import UnreadableWorkbook, WorksheetTable, write_xlsx
from gongjian.workflow import WrongState
from tests.documents.factories import make_document
from tests.editing import Fields, fields_of

TABLE = {"columns": [{"label": "名次", "align": "center", "width": 5}], "rows": [["第1名"]]}
BY_HAND = [
    {"key": "0000000a", "title": "考核办法", "text": "一、总则\n本办法自印发之日起施行。"},
    {"key": "0000000b", "title": "名次表", "text": "", "table": TABLE},
]


def workbook(*rows):
    content = BytesIO()
    write_xlsx(content, [("评分表", rows[0], rows[1:])])
    return SimpleUploadedFile("评分表.xlsx", content.getvalue())


@pytest.fixture
def office(cast, sign_in):
    return sign_in(cast.office_staff)


def titles():
    return [item["title"] for item in OfficialDocument.objects.get().attachments]


def test_a_notice_with_its_measures_and_a_table_is_drafted_by_hand(cast, office):
    url = reverse("documents:new")
    words = {
        "kind": "notice",
        "issuer": Issuer.objects.get().pk,
        "title": "关于印发考核办法的通知",
        "body": "现予印发。",
    }
    typed = {
        **fields_of(office.get(url)),
        **words,
        "main_recipient": "各社区",
        "annex-new-title": "考核办法",
    }
    refused = office.post(url, {**typed, "annex-new-text": ""}).content.decode()
    assert "附件1 · 附件正文：附件要写正文，或者选一个表格文件" in refused
    assert 'value="考核办法"' in refused
    answer = office.post(url, {**typed, "annex-new-text": "一、总则\n略。", "more": "1"})
    document = OfficialDocument.objects.get()
    assert answer.url == reverse("documents:edit", args=[document.pk]) + "#id_annex-new-title"
    added = {
        "annex-new-title": "",
        "annex-new-workbook": workbook(["项目", "分值"], ["卫生", "40"], ["绿化", "20.50"]),
    }
    edit = reverse("documents:edit", args=[document.pk])
    kept = office.post(edit, {**fields_of(office.get(edit)), **added})
    assert "附件2 · 附件标题：" in kept.content.decode()
    again = {**fields_of(kept), "annex-new-title": "评分表"}
    assert office.post(edit, again).status_code == 302
    measures, scores = services.sheet_of(OfficialDocument.objects.get()).attachments
    assert (measures.title, measures.text) == ("考核办法", "一、总则\n略。")
    assert scores.table.rows == (("卫生", "40"), ("绿化", "20.50"))


def test_attachments_are_moved_changed_and_removed_and_nobody_overwrites_another(cast, office):
    document = make_document(cast, attachments=BY_HAND)
    url = reverse("documents:edit", args=[document.pk])
    opened = fields_of(office.get(url))
    sent = {**opened, "annex-0000000b-place": "1", "annex-0000000b-title": "得分名次表"}
    assert office.post(url, sent).status_code == 302
    first, second = OfficialDocument.objects.get().attachments
    assert (first["title"], first["table"], second) == ("得分名次表", TABLE, BY_HAND[0])
    late = office.post(
        url, {**opened, "annex-0000000a-remove": "on", "annex-0000000b-title": "排名表"}
    )
    assert late.status_code == 409
    assert "得分名次表" in late.content.decode()
    assert titles() == ["得分名次表", "考核办法"]
    assert (
        office.post(url, {**fields_of(office.get(url)), "annex-0000000a-remove": "on"}).status_code
        == 302
    )
    assert titles() == ["得分名次表"]


def test_an_attachment_added_meanwhile_is_not_lost_when_mine_is_saved(cast, office):
    document = make_document(cast, attachments=BY_HAND[:1])
    url = reverse("documents:edit", args=[document.pk])
    opened = fields_of(office.get(url))
    OfficialDocument.objects.update(attachments=BY_HAND)
    answer = office.post(url, {**opened, "annex-0000000a-title": "考评办法"})
    assert answer.status_code == 409
    assert office.post(url, fields_of(answer)).status_code == 302
    assert titles() == ["考评办法", "名次表"]


def test_attachments_from_the_data_stay_as_they_are(cast, office):
    ranking = {"title": "排名表", "table": TABLE}
    document, acted = (
        make_document(cast, attachments=[ranking]),
        {"by": cast.office_staff, "at": cast.now},
    )
    url = reverse("documents:edit", args=[document.pk])
    page = office.get(url)
    assert "附件1《排名表》出自数据" in page.content.decode()
    sent = {**fields_of(page), "annex-new-title": "办法", "annex-new-text": "略。"}
    assert office.post(url, sent).status_code == 302
    assert OfficialDocument.objects.get().attachments[0] == ranking
    with pytest.raises(WrongState, match="出自数据的附件"):
        services.edit_document(document, attachments=[], **acted)
    OfficialDocument.objects.update(figures=[["84.20分"]])
    assert "annex-new-title" not in Fields(office.get(url).content.decode()).sent
    document.refresh_from_db()
    with pytest.raises(WrongState, match="不能另加附件"):
        services.edit_document(document, attachments=[ranking, *BY_HAND], **acted)


def test_minutes_name_who_was_there_and_others_do_not(cast, office):
    document = make_document(cast, kind="minutes")
    url = reverse("documents:edit", args=[document.pk])
    sent = {**fields_of(office.get(url)), "present": "张三，李四\n王五", "sitting_in": "赵六"}
    assert office.post(url, sent).status_code == 302
    sheet = services.sheet_of(OfficialDocument.objects.get())
    assert sheet.attendees == (("出席", "张三、李四、王五"), ("列席", "赵六"))
    assert fields_of(office.get(url))["present"] == "张三、李四、王五"
    new = reverse("documents:new")
    words = {
        "kind": "notice",
        "issuer": document.issuer_id,
        "title": "通知",
        "body": "略",
        "main_recipient": "各社区",
    }
    refused = office.post(new, {**fields_of(office.get(new)), **words, "present": "张三"})
    assert "只有纪要写出席" in refused.content.decode()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(1, ["考核表", "考核表"]), (2, ["项目", "分值"])], "第 1 行像是表的标题"),
        ([(1, ["项目", ""]), (2, ["卫生", "40"])], "B1 是空的"),
        ([(1, ["项目", "分值"])], "只有一行"),
        ([(1, ["项目"]), (3, ["#REF!"])], "A3是错误值"),
        ([(1, ["项目"]), *((number, ["甲"]) for number in range(2, 2003))], "最多 2000 行"),
        ([], "没有内容"),
    ],
)
def test_a_table_that_cannot_be_printed_is_refused_with_its_cell(rows, said):
    with pytest.raises(UnreadableWorkbook, match=said):
        table_of([WorksheetTable("评分表", rows)])


def test_a_table_keeps_its_words_and_days_and_leaves_out_what_is_empty():
    rows = [(1, ["项目", "", "完成日期"]), (2, ["卫生", "", date(2026, 3, 1)]), (4, [40.5])]
    table = table_of(
        [WorksheetTable("隐藏", [(1, ["甲"])], hidden=True), WorksheetTable("评分表", rows)]
    )
    assert [column["label"] for column in table["columns"]] == ["项目", "完成日期"]
    assert table["rows"] == [["卫生", "2026年3月1日"], ["40.5", ""]]
