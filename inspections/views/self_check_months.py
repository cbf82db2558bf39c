"""报送情况: every community's months of a quarter or a year, each in one of six words."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communities.models import Community
from gongjian.audit.listing import Button, Column, LoggedListPage, Tab
from gongjian.lib.quarters import Quarter, month_end, month_of
from gongjian.lib.templatetags.office import month_name, tag
from inspections.filters import SelfCheckMonthsFilter, periods
from inspections.models import Checklist, SelfCheck
from inspections.models.self_checks import SelfCheckStatus, due_on
from inspections.permissions import communities_kept_by
from inspections.services.progress import (
    DRAFT,
    LATE,
    MISSING,
    NOT_DUE,
    ON_TIME,
    RETURNED,
    month_state,
)
from inspections.views.self_checks import CRUMBS

WORDS = {
    ON_TIME: ("按时", "good"),
    LATE: ("迟报", "warn"),
    MISSING: ("缺报", "bad"),
    DRAFT: ("草稿", ""),
    RETURNED: ("退回", "warn"),
    NOT_DUE: ("未到期", ""),
}
# What is begun of a month that counts as missing.
BEGUN = {SelfCheckStatus.DRAFT: "草稿未报", SelfCheckStatus.RETURNED: "退回未再报"}


@dataclass(frozen=True)
class MonthColumn(Column):
    """One month: its state, a link to what was handed in, or to the form where it still can be."""

    page: "SelfCheckMonths | None" = None
    month: str = ""

    @property
    def style(self) -> str:
        return "day"

    def read(self, community) -> str:
        check = self.check_of(community)
        state = self.state_of(check)
        word, _ = WORDS[state]
        detail = detail_of(check, state)
        return f"{word}（{detail}）" if detail else word

    def show(self, community) -> SafeString:
        check = self.check_of(community)
        state = self.state_of(check)
        markup = tag(*WORDS[state])
        if check:
            markup = format_html('<a href="{}">{}</a>', check.get_absolute_url(), markup)
        detail = detail_of(check, state)
        if detail:
            markup = format_html("{} <small>{}</small>", markup, detail)
        return format_html("<span>{} {}</span>", markup, self.form_link(community, check, state))

    def check_of(self, community) -> SelfCheck | None:
        """Return the community's self-check of the month, from what the page has prefetched."""
        for check in community.months_shown:
            if check.month == self.month:
                return check
        return None

    def state_of(self, check: SelfCheck | None) -> str:
        if check is None:
            return month_state(self.month, on=self.page.today)
        return month_state(self.month, check.status, is_late=check.is_late, on=self.page.today)

    def form_link(self, community, check: SelfCheck | None, state: str) -> SafeString | str:
        """Return a link to the form of a month still open to this user, else ''.

        Past its day a month comes in late.
        """
        is_to_come = self.month > month_of(self.page.today)
        is_keeper = community.pk in self.page.own_communities
        if state in (ON_TIME, LATE) or is_to_come or not is_keeper:
            return ""
        if check:
            url = reverse("inspections:self_check_fill", args=[check.pk])
        else:
            url = reverse("inspections:self_check_new")
            url = f"{url}?community={community.pk}&month={self.month}"
        word = "继续填报" if check else "开始自查"
        if state == MISSING:
            is_returned = check and check.status == SelfCheckStatus.RETURNED
            word = "改后再报" if is_returned else "补报"
        return format_html('<a class="btn small" href="{}">{}</a>', url, word)


def detail_of(check: SelfCheck | None, state: str) -> str:
    """Return why a month is late, or what is begun of one that is missing; else ''."""
    if check and state == LATE:
        return check.late_reason
    if check and state == MISSING:
        return BEGUN.get(check.status, "")
    return ""


class SelfCheckMonths(LoggedListPage):
    """Rows are communities, columns months; a tab keeps those with a month in its state."""

    title, noun, section = "自查报送情况", "个社区", "inspections"
    crumbs = CRUMBS
    filterset_class = SelfCheckMonthsFilter
    default_sort = "code"
    template_name = "inspections/self_check_months.html"
    empty_text = "没有您可以查看的社区"

    @property
    def today(self):
        return self.request.user.as_of

    @cached_property
    def months(self) -> list[str]:
        """Return the months of the period that had a checklist; all while there is none."""
        period = months_in(self.request.GET.get("period", ""), self.today)
        versions = Checklist.objects.order_by("valid_from")
        first_day = versions.values_list("valid_from", flat=True).first()
        if first_day is None:
            return period
        return [month for month in period if first_day < month_end(month)] or period

    @cached_property
    def own_communities(self) -> set[int]:
        """Return the ids of the communities whose self-checks the user fills in."""
        return set(communities_kept_by(self.request.user).values_list("pk", flat=True))

    def get_queryset(self):
        communities = Community.objects.visible_to(self.request.user).active()
        checks = SelfCheck.objects.filter(month__in=self.months)
        prefetch = Prefetch("self_checks", queryset=checks, to_attr="months_shown")
        return communities.select_related("group__lead_unit").prefetch_related(prefetch)

    def get_columns(self):
        years = {month[:4] for month in self.months}
        form = "full" if len(years) > 1 else ""
        columns = [
            Column("社区", "name", sort="code", link=True),
            Column("牵头单位", "group.lead_unit.short_name", sort="group__lead_unit__short_name"),
        ]
        for month in self.months:
            columns.append(MonthColumn(month_name(month, form), "", page=self, month=month))
        return columns

    def tabs(self):
        tabs = [Tab("全部")]
        for state, (word, _) in WORDS.items():
            condition = self.with_month_in(state)
            if condition:
                tabs.append(Tab(word, state, condition))
        return tabs

    def with_month_in(self, state: str) -> Q:
        """Return the condition for communities with a month in this state.

        The empty Q where no month of the period can be in it.
        """
        past = [month for month in self.months if self.today > due_on(month)]
        running = [month for month in self.months if month not in past]
        checks = SelfCheck.objects.filter(community=OuterRef("pk"))
        handed_in = checks.handed_in()
        if state in (ON_TIME, LATE):
            of_period = handed_in.filter(month__in=self.months)
            return Q(Exists(of_period.filter(is_late=state == LATE)))
        if state == MISSING:
            return any_without(handed_in, past)
        if state == NOT_DUE:
            return any_without(checks, running)
        if not running:
            return Q()
        return Q(Exists(checks.filter(month__in=running, status=state)))

    def buttons(self):
        return [Button("月自查", reverse("inspections:self_checks"))]

    def extra_context(self):
        return {"months": self.months}


def any_without(checks, months) -> Q:
    """Return the condition for communities that lack one of `checks` in one of the months."""
    condition = Q()
    for month in months:
        condition |= ~Q(Exists(checks.filter(month=month)))
    return condition


def months_in(period: str, on) -> list[str]:
    """Return the months of "2026Q4" or "2026"; of the quarter of `on` for anything else."""
    if period not in dict(periods(on)):
        period = str(Quarter.of(on))
    if "Q" in period:
        return list(Quarter.parse(period).months)
    return [f"{period}-{number:02}" for number in range(1, 13)]
