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
    # jobs
    "jobs.job.try_again": "重新排队",
    # accounts
    "accounts.user.open": "新开账号",
    "accounts.user.appoint": "任命",
    "accounts.user.end_appointment": "结束任职",
    "accounts.user.reset_password": "重置密码",
    "accounts.user.stop": "停用账号",
    "accounts.user.start": "启用账号",
    # units
    "units.unit.change_contact": "修改联络员",
    # communities
    # inspections
    # funds
    # scoring
}


def label(event: str) -> str:
    return LABELS.get(event, event)
