from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from gongjian.audit.models import Entry
from gongjian.jobs.services import wake
from gongjian.lib.listing import Button
from gongjian.office.privacy import services
from gongjian.office.privacy.permissions import may_end_personal_data, may_read_inventory
from gongjian.workflow import WrongState, require

SHOWN = 21  # three runs of seven classes


@require_safe
def report(request):
    """保存期限: what is past its time now, and the runs that were confirmed. Nothing is changed."""
    require(may_read_inventory(request.user), "保存期限由安全管理员和审计员查看")
    due = services.count_due(timezone.now())
    counts = [class_due.count for class_due in due]
    total = sum(counts)
    offered = total and settings.RETENTION_ENABLED and may_end_personal_data(request.user)
    entries = Entry.objects.filter(event=services.RUN).select_related("by")
    runs = entries.order_by("-pk")[:SHOWN]
    context = {
        "title": "保存期限",
        "section": "security",
        "count_text": f"{total:,} 条到期",
        "crumbs": [("个人信息清单", reverse("security:personal_data"))],
        "due": due,
        "enabled": settings.RETENTION_ENABLED,
        "runs": runs,
        "buttons": [Button("核对并处理", reverse("security:retention_confirm"), True)]
        if offered
        else [],
    }
    return render(request, "security/retention.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request):
    """Confirm a run in one's own name; a job does it."""
    require(may_end_personal_data(request.user), services.ONLY_SECURITY)
    if not settings.RETENTION_ENABLED:
        raise WrongState(services.SWITCHED_OFF)
    at = timezone.now()
    if request.method == "POST":
        wake(services.confirm_retention(by=request.user, at=at))
        messages.success(request, "已确认，处理在后台进行；每类的条数会记在下面")
        return redirect("security:retention")
    due = []
    for class_due in services.count_due(at):
        if class_due.count:
            due.append(class_due)
    consequences = []
    for class_due in due:
        kind = class_due.kind
        consequences.append(f"{kind.label}：{class_due.count:,} 条（{kind.rule}）")
    consequences.append("不能撤销")
    question = f"以{request.user.name}的名义确认处理以下到期的个人信息？"
    context = {
        "title": "按保存期限处理",
        "section": "security",
        "crumbs": [("保存期限", reverse("security:retention"))],
        "question": question,
        "consequences": consequences,
        "submit_label": "确认处理",
        "danger": True,
        "back_url": reverse("security:retention"),
    }
    return render(request, "parts/confirm_page.html", context)
