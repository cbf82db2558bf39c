"""门前三包红黑榜: the list, and one entry with what the office may do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import django_filters as df
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from gongjian.audit.history import history_of
from gongjian.audit.listing import Column, LoggedListPage, Tab
from gongjian.lib.acting import answer_status, carry_out
from gongjian.lib.quarters import Quarter
from gongjian.workflow import WrongState, require
from inspections.filters import CommunityChoiceFilter
from inspections.forms.honours import EntryDecisionForm, OccupantForm, RemovalForm, ReviewForm
from inspections.models import ListEntry
from inspections.models.honours import EntryKind, EntryStatus
from inspections.permissions import may_keep_lists
from inspections.services import honours as services

CRUMBS = [
    ("门前三包", reverse_lazy("inspections:frontages")),
    ("红黑榜", reverse_lazy("inspections:honours")),
]


@dataclass(frozen=True)
class EntryAct:
    """What the office may do with an entry: its words, its form and the service."""

    label: str
    form_class: type
    service: Callable


ACTS = {
    "publish": EntryAct("列入并公布", EntryDecisionForm, services.publish_entry),
    "drop": EntryAct("不列入", EntryDecisionForm, services.drop_entry),
    "review": EntryAct("登记法制审核", ReviewForm, services.note_review),
    "occupant": EntryAct("更正责任人性质", OccupantForm, services.set_occupant),
    "remove": EntryAct("提前移出", RemovalForm, services.remove_entry),
}
OPEN_IN = {
    EntryStatus.PROPOSED: ("publish", "drop", "review", "occupant"),
    EntryStatus.PUBLISHED: ("remove",),
}


class HonourEntryFilter(df.FilterSet):
    kind = df.ChoiceFilter(label="榜别", choices=EntryKind.choices, empty_label="全部")
    community = CommunityChoiceFilter()
    quarter = df.CharFilter(label="季度")

    class Meta:
        model = ListEntry
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["community"].field_name = "frontage__community"


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class EntryList(LoggedListPage):
    """红黑榜. The office proposes anew with the button above the list."""

    title, noun, section, crumbs = "门前三包红黑榜", "条", "inspections", CRUMBS[:1]
    template_name = "inspections/honours.html"
    filterset_class = HonourEntryFilter
    default_sort = "-proposed_at"
    empty_text = "还没有列入红黑榜的责任区"
    empty_hint = "共建办按规则提名、决定后公布，到期自动撤下"

    def get_queryset(self):
        rows = ListEntry.objects.visible_to(self.request.user)
        return rows.select_related("frontage__community", "frontage__road_section")

    def get_columns(self):
        today = self.request.user.as_of

        def word(entry) -> str:
            return entry.standing(today)[0]

        def tone(entry) -> str:
            return entry.standing(today)[1]

        entry = (
            Column("责任区", "frontage.shop_name", sort="frontage__shop_name", link=True),
            Column("社区", "frontage.community.name", sort="frontage__community__code"),
            Column("榜别", "get_kind_display", sort="kind"),
            Column("季度", "quarter", sort="quarter"),
            Column("依据", "grounds"),
        )
        state = (
            Column("公布日期", "published_on", sort="published_on", kind="date"),
            Column("到期日期", "expires_on", sort="expires_on", kind="date"),
            Column("状态", word, kind="tag", tone=tone),
        )
        return entry + state

    def tabs(self):
        today = self.request.user.as_of
        proposed = Q(status=EntryStatus.PROPOSED)
        published = Q(status=EntryStatus.PUBLISHED)
        running = published & Q(expires_on__gt=today)
        ended = published & Q(expires_on__lte=today)
        return (
            Tab("全部"),
            Tab("待决定", "proposed", proposed),
            Tab("公布中", "shown", running),
            Tab("已到期", "ended", ended),
        )

    def extra_context(self):
        user = self.request.user
        return {"may_propose": may_keep_lists(user), "quarter": Quarter.of(user.as_of)}

    def post(self, request):
        """按规则提名 for the present quarter."""
        require(may_keep_lists(request.user), "只有共建办可以提出红黑榜名单")
        quarter = Quarter.of(request.user.as_of)
        count = services.propose_entries(str(quarter), by=request.user, at=timezone.now())
        message = "没有新的提名：符合规则的都已提过。"
        if count:
            message = f"按规则新提名 {count} 条，请逐条决定。"
        messages.success(request, message)
        return redirect("inspections:honours")


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request, pk):
    """One entry; the office decides, records the legal review, or takes it off early."""
    entries = ListEntry.objects.visible_to(request.user)
    related = ("frontage__community", "frontage__road_section", "decided_by", "reviewed_by")
    rows = entries.select_related(*related)
    entry = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return entry_page(request, entry)
    require(may_keep_lists(request.user), "只有共建办可以决定红黑榜")
    name = request.POST.get("act", "")
    if name not in OPEN_IN.get(entry.status, ()):
        raise WrongState(f"当前状态为“{entry.get_status_display()}”，不能这样办理，请刷新后再看")
    act = ACTS[name]
    form = act.form_class(request.POST, prefix=name)
    service = partial(act.service, entry, by=request.user, at=timezone.now())
    if carry_out(form, service):
        messages.success(request, f"已办理：{act.label}。")
        return redirect(entry)
    return entry_page(request, entry, form)


def entry_page(request, entry, submitted=None):
    """Answer with the page of an entry; `submitted` is the form that was refused."""
    frontage = entry.frontage
    standing = entry.standing(request.user.as_of)
    acts = acts_on(entry, request.user, submitted)
    context = {
        "title": str(entry),
        "eyebrow": f"{frontage.community} · {frontage.address}",
        "section": "inspections",
        "crumbs": CRUMBS,
        "entry": entry,
        "standing": standing,
        "acts": acts,
        "form": submitted,
        "history": history_of(entry),
    }
    status = answer_status(submitted) if submitted else 200
    return render(request, "inspections/honour.html", context, status=status)


def acts_on(entry, user, submitted) -> list:
    """Return (name, label, form) of what the user may do with the entry."""
    acts = []
    names = OPEN_IN.get(entry.status, ()) if may_keep_lists(user) else ()
    for name in names:
        if name == "publish" and entry.needs_review:
            continue
        form = submitted
        if submitted is None or submitted.prefix != name:
            form = ACTS[name].form_class(prefix=name)
        if name == "occupant" and not form.is_bound:
            form.initial = {"occupant_kind": entry.occupant_kind}
        acts.append((name, ACTS[name].label, form))
    return acts
