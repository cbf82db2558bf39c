"""门前三包红黑榜: the list, and one entry with what the office may do with it."""

import django_filters as df
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from gongjian.audit.history import history_of
from gongjian.audit.listing import Column, ListPage, Tab
from gongjian.lib.quarters import Quarter
from gongjian.workflow import WrongState, require
from inspections.filters import CommunityFilter
from inspections.forms.honours import DecisionForm, OccupantForm, RemovalForm, ReviewForm
from inspections.models import ListEntry
from inspections.models.honours import EntryKind, EntryStatus
from inspections.permissions import may_keep_lists
from inspections.services import honours as services

CRUMBS = [
    ("门前三包", reverse_lazy("inspections:frontages")),
    ("红黑榜", reverse_lazy("inspections:honours")),
]
ACTS = {
    "publish": ("列入并公布", DecisionForm, services.publish_entry),
    "drop": ("不列入", DecisionForm, services.drop_entry),
    "review": ("登记法制审核", ReviewForm, services.note_review),
    "occupant": ("更正责任人性质", OccupantForm, services.set_occupant),
    "remove": ("提前移出", RemovalForm, services.remove_entry),
}
OPEN_IN = {
    EntryStatus.PROPOSED: ("publish", "drop", "review", "occupant"),
    EntryStatus.PUBLISHED: ("remove",),
}


class EntryFilter(df.FilterSet):
    kind = df.ChoiceFilter(label="榜别", choices=EntryKind.choices, empty_label="全部")
    community = CommunityFilter()
    quarter = df.CharFilter(label="季度")

    class Meta:
        model = ListEntry
        fields = ()

    def __init__(self, *args, **given):
        super().__init__(*args, **given)
        self.filters["community"].field_name = "frontage__community"


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class EntryList(ListPage):
    """红黑榜. The office proposes anew with the button above the list."""

    title, noun, section, crumbs = "门前三包红黑榜", "条", "inspections", CRUMBS[:1]
    template_name = "inspections/honours.html"
    filterset_class = EntryFilter
    default_sort = "-proposed_at"
    empty_text = "还没有列入红黑榜的责任区"
    empty_hint = "共建办按规则提名、决定后公布，到期自动撤下"

    def get_queryset(self):
        rows = ListEntry.objects.visible_to(self.request.user)
        return rows.select_related("frontage__community", "frontage__road_section")

    def get_columns(self):
        today = self.request.user.as_of
        return (
            Column("责任区", "frontage.shop_name", sort="frontage__shop_name", link=True),
            Column("社区", "frontage.community.name", sort="frontage__community__code"),
            Column("榜别", "get_kind_display", sort="kind"),
            Column("季度", "quarter", sort="quarter"),
            Column("依据", "grounds"),
            Column("公布日期", "published_on", sort="published_on", kind="date"),
            Column("到期日期", "expires_on", sort="expires_on", kind="date"),
            Column(
                "状态",
                lambda entry: entry.standing(today)[0],
                kind="tag",
                tone=lambda entry: entry.standing(today)[1],
            ),
        )

    def tabs(self):
        today = self.request.user.as_of
        return (
            Tab("全部"),
            Tab("待决定", "proposed", Q(status=EntryStatus.PROPOSED)),
            Tab("公布中", "shown", Q(status=EntryStatus.PUBLISHED, expires_on__gt=today)),
            Tab("已到期", "ended", Q(status=EntryStatus.PUBLISHED, expires_on__lte=today)),
        )

    def extra_context(self):
        return {
            "may_propose": may_keep_lists(self.request.user),
            "quarter": Quarter.of(self.request.user.as_of),
        }

    def post(self, request):
        """按规则提名 for the present quarter."""
        require(may_keep_lists(request.user), "只有共建办可以提出红黑榜名单")
        quarter = Quarter.of(request.user.as_of)
        count = services.propose_entries(str(quarter), by=request.user, at=timezone.now())
        said = (
            f"按规则新提名 {count} 条，请逐条决定。"
            if count
            else "没有新的提名：符合规则的都已提过。"
        )
        messages.success(request, said)
        return redirect("inspections:honours")


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request, pk):
    """One entry; the office decides, notes the legal review, or takes it off early."""
    rows = ListEntry.objects.visible_to(request.user)
    entry = get_object_or_404(
        rows.select_related(
            "frontage__community", "frontage__road_section", "decided_by", "reviewed_by"
        ),
        pk=pk,
    )
    if request.method != "POST":
        return _page(request, entry)
    require(may_keep_lists(request.user), "只有共建办可以决定红黑榜")
    name = request.POST.get("act", "")
    if name not in OPEN_IN.get(entry.status, ()):
        raise WrongState(f"当前状态为“{entry.get_status_display()}”，不能这样办理，请刷新后再看")
    label, form_class, act = ACTS[name]
    form = form_class(request.POST, prefix=name)
    if form.is_valid():
        try:
            act(entry, **form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"已办理：{label}。")
            return redirect(entry)
    return _page(request, entry, form=form, wrong=name)


def _page(request, entry, *, form=None, wrong: str = ""):
    names = OPEN_IN.get(entry.status, ()) if may_keep_lists(request.user) else ()
    if entry.needs_review:
        names = [name for name in names if name != "publish"]
    initial = {"occupant": {"occupant_kind": entry.occupant_kind}}
    context = {
        "title": str(entry),
        "eyebrow": f"{entry.frontage.community} · {entry.frontage.address}",
        "section": "inspections",
        "crumbs": CRUMBS,
        "entry": entry,
        "standing": entry.standing(request.user.as_of),
        "acts": [
            (
                name,
                ACTS[name][0],
                form if name == wrong else ACTS[name][1](prefix=name, initial=initial.get(name)),
            )
            for name in names
        ],
        "form": form,
        "history": history_of(entry),
    }
    return render(
        request, "inspections/honour.html", context, status=400 if form is not None else 200
    )
