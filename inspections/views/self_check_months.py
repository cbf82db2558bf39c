"""报送情况: every community's months of a quarter or a year, each in one of six words; what is missing says so."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communities.models import Community
from gongjian.audit.listing import Button, Column, ListPage, Tab
from gongjian.lib.quarters import Quarter, month_end, month_of
from gongjian.lib.templatetags.office import month_name, tag
from inspections.filters import SelfCheckMonthsFilter, periods
from inspections.models import Checklist, SelfCheck
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
from inspections.services.self_checks import due_on
from inspections.views.self_checks import CRUMBS

WORDS = {
    ON_TIME: ("按时", "good"),
    LATE: ("迟报", "warn"),
    MISSING: ("缺报", "bad"),
    DRAFT: ("草稿", ""),
    RETURNED: ("退回", "warn"),
    NOT_DUE: ("未到期", ""),
}
LEFT = {"draft": "草稿未报", "returned": "退回未再报"}
"""What lies there of a month that counts as missing."""


@dataclass(frozen=True)
class MonthColumn(Column):
    """One month: the state in its word, a link to what was handed in, or to where it still can be."""

    page: "SelfCheckMonths | None" = None
    month: str = ""

    @property
    def style(self) -> str:
        return "day"

    def read(self, community) -> str:
        check, state = self._found(community)
        more = self._more(check, state)
        return f"{WORDS[state][0]}（{more}）" if more else WORDS[state][0]

    def show(self, community) -> SafeString:
        check, state = self._found(community)
        shown = tag(*WORDS[state])
        if check:
            shown = format_html('<a href="{}">{}</a>', check.get_absolute_url(), shown)
        if more := self._more(check, state):
            shown = format_html("{} <small>{}</small>", shown, more)
        return format_html("<span>{} {}</span>", shown, self._door(community, check, state))

    def _found(self, community):
        check = next((one for one in community.months_shown if one.month == self.month), None)
        given = (check.status, check.is_late) if check else ("", False)
        return check, month_state(self.month, given[0], is_late=given[1], on=self.page.today)

    @staticmethod
    def _more(check, state: str) -> str:
        if check is None:
            return ""
        return (
            check.late_reason
            if state == LATE
            else LEFT.get(check.status, "")
            if state == MISSING
            else ""
        )

    def _door(self, community, check, state: str) -> SafeString | str:
        """Where the month can be handed in yet, for those who may; past its day it comes in late."""
        if (
            community.pk not in self.page.kept
            or self.month > month_of(self.page.today)
            or state in (ON_TIME, LATE)
        ):
            return ""
        if check:
            url = reverse("inspections:self_check_fill", args=[check.pk])
        else:
            url = f"{reverse('inspections:self_check_new')}?community={community.pk}&month={self.month}"
        word = "继续填报" if check else "开始自查"
        if state == MISSING:
            word = "改后再报" if check and check.status == RETURNED else "补报"
        return format_html('<a class="btn small" href="{}">{}</a>', url, word)


class SelfCheckMonths(ListPage):
    """Rows are communities, columns months; the tabs keep those with at least one month in that state."""

    title, noun, section = "自查报送情况", "个社区", "inspections"
    crumbs = CRUMBS
    filterset_class = SelfCheckMonthsFilter
    default_sort = "code"
    template_name = "inspections/self_check_months.html"
    empty_text = "没有您可以查看的社区"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self._months = None
        self._kept = None

    @property
    def today(self):
        return self.request.user.as_of

    @property
    def months(self) -> list[str]:
        """The months of the period for which there was a checklist; all of them while there is none."""
        if self._months is None:
            whole = months_in(self.request.GET.get("period", ""), self.today)
            first = (
                Checklist.objects.order_by("valid_from")
                .values_list("valid_from", flat=True)
                .first()
            )
            self._months = [
                month for month in whole if first is None or first < month_end(month)
            ] or whole
        return self._months

    @property
    def kept(self) -> set[int]:
        if self._kept is None:
            self._kept = set(communities_kept_by(self.request.user).values_list("pk", flat=True))
        return self._kept

    def get_queryset(self):
        shown = SelfCheck.objects.filter(month__in=self.months)
        seen = (
            Community.objects.visible_to(self.request.user)
            .active()
            .select_related("group__lead_unit")
        )
        return seen.prefetch_related(
            Prefetch("self_checks", queryset=shown, to_attr="months_shown")
        )

    def get_columns(self):
        wide = len({month[:4] for month in self.months}) > 1
        return (
            Column("社区", "name", sort="code", link=True),
            Column("牵头单位", "group.lead_unit.short_name", sort="group__lead_unit__short_name"),
            *(
                MonthColumn(month_name(month, "full" if wide else ""), "", page=self, month=month)
                for month in self.months
            ),
        )

    def tabs(self):
        states = {state: self._where(state) for state in WORDS}
        return (
            Tab("全部"),
            *(Tab(WORDS[state][0], state, where) for state, where in states.items() if where),
        )

    def _where(self, state: str) -> Q:
        """Communities with such a month; the empty Q where no month of the period can be in that state."""
        over = [month for month in self.months if self.today > due_on(month)]
        runs = [month for month in self.months if month not in over]
        handed_in = _checks().handed_in()
        if state in (ON_TIME, LATE):
            return Q(Exists(handed_in.filter(month__in=self.months, is_late=state == LATE)))
        if state == MISSING:
            return _any(~Q(Exists(handed_in.filter(month=month))) for month in over)
        if state == NOT_DUE:
            return _any(~Q(Exists(_checks().filter(month=month))) for month in runs)
        return Q(Exists(_checks().filter(month__in=runs, status=state))) if runs else Q()

    def buttons(self):
        return [Button("月自查", reverse("inspections:self_checks"))]

    def extra_context(self):
        return {"months": self.months}


def months_in(period: str, on) -> list[str]:
    """The months of "2026Q4" or "2026"; the quarter of `on` for anything that is no such period."""
    if period not in dict(periods(on)):
        period = str(Quarter.of(on))
    if "Q" in period:
        return list(Quarter.parse(period).months)
    return [f"{period}-{number:02}" for number in range(1, 13)]


def _checks():
    return SelfCheck.objects.filter(community=OuterRef("pk"))


def _any(conditions) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found
