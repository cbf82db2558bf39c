"""What each event is called in the history of an object. Owners of an app add their lines under its heading."""

LABELS = {
    # documents
    "documents.officialdocument.draft": "拟稿",
    "documents.officialdocument.edit": "修改文稿",
    "documents.officialdocument.submit": "送签",
    "documents.officialdocument.sign": "签发",
    "documents.officialdocument.send_up": "签报批准",
    "documents.officialdocument.approve": "批准",
    "documents.officialdocument.return": "退回修改",
    "documents.officialdocument.publish": "印发",
    "documents.officialdocument.withdraw": "撤销",
    # accounts
    # units
    # communities
    # inspections
    "inspections.checklist.adopt": "启用自查表",
    "inspections.selfcheck.start": "开始自查",
    "inspections.selfcheck.save": "保存草稿",
    "inspections.selfcheck.photo": "添加照片",
    "inspections.selfcheck.remove_photo": "移除照片",
    "inspections.selfcheck.submit": "报送自查",
    "inspections.selfcheck.return": "退回修改",
    "inspections.selfcheck.accept": "审核通过",
    "inspections.finding.report": "登记问题",
    "inspections.finding.assign": "派发",
    "inspections.finding.rectify": "登记整改",
    "inspections.finding.verify": "复查销号",
    "inspections.finding.send_back": "退回重改",
    "inspections.finding.photo": "添加照片",
    "inspections.finding.remind": "催办",
    "inspections.frontage.check": "门前三包抽查",
    # funds
    # scoring
}


def label(event: str) -> str:
    return LABELS.get(event, event)
