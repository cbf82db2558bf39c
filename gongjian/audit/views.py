from django.core.exceptions import FieldError
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongjian.audit.events import label
from gongjian.audit.filters import EntryFilter
from gongjian.audit.history import besides, fields_changed, state_changed
from gongjian.audit.listing import Button, Column, LoggedListPage
from gongjian.audit.models import Entry
from gongjian.audit.naming import model_of, type_name
from gongjian.audit.permissions import require_auditor
from gongjian.audit.sealing import WrongSeal, read_manifest, seals
from gongjian.audit.verifying import verify_entry, verify_newest

# So many entries are checked while the page waits; the whole log is the command's.
NEWEST = 5000
CRUMBS = [("操作记录", "audit:log")]


class Log(LoggedListPage):
    title, noun, section = "操作记录", "条", "audit"
    filterset_class = EntryFilter
    default_sort = "-pk"
    empty_text = "还没有操作记录"
    shown = (
        Column("编号", "pk", sort="pk", kind="code", link=True),
        Column("时间", "at", sort="at", kind="datetime"),
        Column("经办人", lambda entry: entry.by.name if entry.by else "系统"),
        Column("事件", lambda entry: label(entry.event)),
        Column("对象类别", lambda entry: type_name(entry.object_type)),
        Column("对象", "object_label"),
        Column("来源地址", "address", kind="code"),
    )
    written = (
        Column("账号", "by.username"),
        Column("事件代码", "event"),
        Column("对象编号", "object_id"),
        Column("内容", "changes"),
        Column("请求编号", "request_id"),
        Column("摘要", "hash"),
    )

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            require_auditor(request.user)
        return super().dispatch(request, *args, **kwargs)

    @property
    def in_workbook(self) -> bool:
        return self.request.GET.get("format") == "xlsx"

    def get_columns(self):
        return (*self.shown, *(self.written if self.in_workbook else ()))

    def get_queryset(self):
        entries = Entry.objects.visible_to(self.request.user).select_related("by")
        if self.in_workbook:
            return entries
        return entries.defer("changes")

    def buttons(self):
        return [Button("核对", reverse("audit:check"))]


@require_safe
def entry_detail(request, pk):
    """One act: who, from where, what was before and after, whether its link holds."""
    require_auditor(request.user)
    entries = Entry.objects.visible_to(request.user)
    entry = get_object_or_404(entries.select_related("by"), pk=pk)
    changes = [*state_changed(entry), *fields_changed(entry)]
    object_url = _url_of_object(entry, request.user)
    context = {
        "entry": entry,
        "title": label(entry.event),
        "eyebrow": f"操作记录第 {entry.pk} 条",
        "section": "audit",
        "crumbs": _crumbs(),
        "type_name": type_name(entry.object_type),
        "object_url": object_url,
        "changes": changes,
        "besides": besides(entry),
        "verdict": verify_entry(entry.pk),
    }
    return render(request, "audit/entry.html", context)


def _crumbs() -> list[tuple[str, str]]:
    pairs = []
    for word, name in CRUMBS:
        pairs.append((word, reverse(name)))
    return pairs


def _url_of_object(entry: Entry, user) -> str:
    """The page of what the act was about, where the auditor may see it and it still exists."""
    model = model_of(entry.object_type)
    visible_to = getattr(getattr(model, "objects", None), "visible_to", None)
    if visible_to is None or not hasattr(model, "get_absolute_url"):
        return ""
    try:
        row = visible_to(user).filter(pk=entry.object_id).first()
    except (ValueError, FieldError):
        return ""
    return row.get_absolute_url() if row else ""


@require_safe
def check(request):
    """核对: the newest entries and the last seals, checked while the page waits."""
    require_auditor(request.user)
    paths = seals()
    context = {
        "title": "核对操作记录",
        "section": "audit",
        "crumbs": _crumbs(),
        "verdict": verify_newest(NEWEST),
        "total": Entry.objects.count(),
        "seal_count": len(paths),
        "seals": [_seal(path) for path in reversed(paths[-7:])],
    }
    return render(request, "audit/check.html", context)


def _seal(path) -> dict:
    """One line of the table of seals; a seal that does not hold says so."""
    try:
        manifest = read_manifest(path)
    except WrongSeal as wrong:
        return {"name": path.name, "fault": str(wrong)}
    stands = (
        not manifest.last_number
        or Entry.objects.filter(pk=manifest.last_number, hash=manifest.last_hash).exists()
    )
    if stands:
        fault = ""
    else:
        fault = f"第 {manifest.last_number} 条与封存的不符"
    return {"name": path.name, "manifest": manifest, "fault": fault}
