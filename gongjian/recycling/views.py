from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from gongjian.audit.listing import Column, LoggedListPage
from gongjian.recycling import services
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.permissions import may_restore

FEW_DAYS = 7


class Bin(LoggedListPage):
    """回收站: what was deleted and can still be brought back."""

    title, noun = "回收站", "条"
    default_sort = "-binned_at"
    export = False
    empty_text = "回收站是空的"
    empty_hint = f"删除的草稿和误登的记录在这里保留 {services.DAYS_KEPT} 天，可以恢复"

    def get_queryset(self):
        binned_records = BinnedRecord.objects.visible_to(self.request.user)
        return binned_records.waiting().select_related("binned_by").defer("payload")

    def get_columns(self):
        today = self.request.user.as_of
        return (
            Column("名称", "label", link=True),
            Column("类别", "kind", sort="object_type"),
            Column("删除人", "binned_by.name"),
            Column("删除时间", "binned_at", sort="binned_at", kind="datetime"),
            Column(
                "还保留",
                lambda binned: f"{binned.days_left(today)} 天",
                sort="purge_on",
                kind="tag",
                tone=lambda binned: "warn" if binned.days_left(today) <= FEW_DAYS else "",
            ),
        )


def binned(request, pk):
    """One deleted record: who deleted it, when, how long it is kept; brought back here."""
    binned_records = BinnedRecord.objects.visible_to(request.user)
    records = binned_records.select_related("binned_by", "owner", "restored_by")
    binned = get_object_or_404(records, pk=pk)
    if request.method == "POST":
        row = services.restore(binned, by=request.user, at=timezone.now())
        messages.success(request, f"已恢复“{binned.label}”")
        return redirect(binned.parent() or row)
    days_left = binned.days_left(request.user.as_of)
    context = {
        "title": binned.label,
        "eyebrow": binned.kind,
        "crumbs": [("回收站", reverse("recycling:bin"))],
        "binned": binned,
        "rows": len(binned.payload),
        "days_left": days_left,
        "may_restore": binned.restored_at is None and may_restore(request.user, binned),
    }
    return render(request, "recycling/record.html", context)


def say_deleted(request, binned: BinnedRecord) -> None:
    """The message after a deletion, with the way back."""
    text = format_html(
        '已删除“{}”，在回收站保留 {} 天。<a href="{}">撤销</a>',
        binned.label,
        services.DAYS_KEPT,
        binned.get_absolute_url(),
    )
    messages.success(request, text)
