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
    "communities.workplan.draft": "拟定计划",
    "communities.workplan.edit": "修改计划",
    "communities.workplan.add_item": "添加事项",
    "communities.workplan.remove_item": "删除事项",
    "communities.workplan.submit": "提交计划",
    "communities.workplan.return": "退回修改",
    "communities.workplan.issue": "下达",
    "communities.assignment.acknowledge": "签收",
    "communities.assignment.complete_item": "登记办理情况",
    "communities.assignment.complete": "报告完成",
    "communities.assignment.remind": "催办",
    "communities.meeting.call": "召集例会",
    "communities.meeting.hold": "登记纪要",
    "communities.labourday.call": "通知劳动日",
    "communities.labourday.report": "报告开展情况",
    "communities.visit.record": "记录走访",
    "communities.topic.raise": "提出话题",
    "communities.topic.reply": "回复",
    "communities.topic.answer": "正式答复",
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
    "scoring.rubric.adopt": "启用评分细则",
    "scoring.round.open": "建立考评",
    "scoring.round.draw": "抽签",
    "scoring.round.gather": "汇总得分",
    "scoring.round.gather_again": "重新汇总",
    "scoring.round.open_notice": "公示得分",
    "scoring.round.freeze": "核对定分",
    "scoring.round.propose": "提出奖惩名单",
    "scoring.round.report": "拟稿报批",
    "scoring.round.publish": "通报",
    "scoring.round.commend": "拟年终表彰决定",
    "scoring.sheet.save": "保存打分",
    "scoring.sheet.lock": "锁定打分表",
    "scoring.sheet.correct": "复核改分",
    "scoring.appeal.raise": "提出申诉",
    "scoring.appeal.uphold": "申诉成立",
    "scoring.appeal.refuse": "维持原分",
    # register
    "register.file.import": "导入名册",
    "register.file.export": "导出名册",
}


def label(event: str) -> str:
    return LABELS.get(event, event)
