from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from gongjian.audit.listing import Column, LoggedListPage, Tab
from gongjian.notifications import services
from gongjian.notifications.models import Notification


class Inbox(LoggedListPage):
    title, noun = "收件箱", "条"
    template_name = "notifications/inbox.html"
    default_sort = "-created_at"
    export = False
    empty_text = "没有通知"
    columns = (
        Column("标题", "subject", link=True),
        Column("发出时间", "created_at", sort="created_at", kind="datetime"),
        Column(
            "状态",
            lambda n: "已读" if n.read_at else "未读",
            kind="tag",
            tone=lambda n: "" if n.read_at else "warn",
        ),
    )

    def get_queryset(self):
        return Notification.objects.visible_to(self.request.user)

    def tabs(self):
        return [Tab("全部"), Tab("未读", "unread", Q(read_at=None))]


@require_safe
def open_notification(request, pk):
    """Read one message and go on to what it is about."""
    visible = Notification.objects.visible_to(request.user)
    notification = get_object_or_404(visible, pk=pk)
    notifications = Notification.objects.filter(pk=pk)
    services.mark_read(notifications, at=timezone.now())
    if (
        notification.link
        and not notification.body
        and url_has_allowed_host_and_scheme(notification.link, None)
    ):
        return redirect(notification.link)
    context = {"notification": notification, "title": notification.subject}
    return render(request, "notifications/notification.html", context)


@require_POST
def read_all(request):
    """Mark the whole inbox as read."""
    notifications = Notification.objects.visible_to(request.user)
    count = services.mark_read(notifications, at=timezone.now())
    messages.success(request, f"{count} 条通知已标为已读")
    return redirect("notifications:inbox")
