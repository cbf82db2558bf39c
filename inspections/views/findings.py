from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from gongjian.accounts.roles import OFFICE, Role
from gongjian.audit.history import history_of
from gongjian.audit.listing import Act, Button, Column, ListPage, Tab
from gongjian.documents.models import OfficialDocument
from gongjian.documents.permissions import may_draft_document
from gongjian.lib.positions import distance_m, position_of
from gongjian.lib.templatetags.office import day, moment, tag
from gongjian.workflow import open_steps
from inspections import states
from inspections.filters import FindingFilter
from inspections.forms.rectification import DecisionForm
from inspections.models import Finding, FindingRequest
from inspections.models.findings import NOT_PUT_RIGHT, Stage
from inspections.permissions import (
    communities_kept_by,
    is_colleague_of_doer,
    may_ask_extension,
    may_ask_hand_on,
    may_black_out,
    may_decide_request,
    may_remind_units,
    may_supervise_finding,
)
from inspections.rules import rectification_rules
from inspections.services.checklists import item_names

CRUMBS = [
    ("检查", reverse_lazy("inspections:findings")),
    ("问题整改", reverse_lazy("inspections:findings")),
]


class FindingList(ListPage):
    """问题整改: what was found, with whom it lies, until when."""

    title, noun, section = "问题整改", "件", "inspections"
    filterset_class = FindingFilter
    default_sort = "-found_at"
    empty_text = "还没有登记过问题"
    empty_hint = "自查报送、门前三包抽查和市考评发现的问题都会列在这里"

    def get_queryset(self):
        seen = Finding.objects.visible_to(self.request.user).select_related(
            "community", "responsible_unit"
        )
        asked = FindingRequest.objects.asked()
        return seen.prefetch_related("photos", Prefetch("requests", asked, to_attr="asked"))

    def get_columns(self):
        now = timezone.now()
        return (
            Column("编号", "number", sort="number", kind="code"),
            Column("问题", "description", link=True),
            Column("社区 · 位置", lambda finding: where(finding), sort="community__code"),
            Column("责任单位", "responsible_unit.short_name", sort="responsible_unit__short_name"),
            Column("整改前后", pair),
            Column("时限", "due_at", sort="due_at", kind="datetime"),
            Column(
                "状态",
                lambda finding: standing(finding, now)[0],
                sort="status",
                kind="tag",
                tone=lambda finding: standing(finding, now)[1],
            ),
            Column("情形", marks_of),
        )

    def tabs(self):
        overdue = Q(status__in=NOT_PUT_RIGHT, due_at__lt=timezone.now())
        return (
            Tab("全部"),
            Tab("待派发", "reported", Q(status="reported")),
            Tab("待整改", "assigned", Q(status="assigned")),
            Tab("待复查", "rectified", Q(status="rectified")),
            Tab("待销号", "verified", Q(status="verified")),
            Tab("逾期", "overdue", overdue),
            Tab("已销号", "closed_out", Q(status="closed_out")),
        )

    def buttons(self):
        links = [
            Button("月自查", reverse("inspections:self_checks")),
            Button("门前三包", reverse("inspections:frontages")),
            Button("居民反映", reverse("inspections:reports")),
        ]
        if may_report_somewhere(self.request.user):
            links.append(Button("登记问题", reverse("inspections:finding_new"), True))
        return links

    def acts(self):
        user = self.request.user
        acts = (
            (may_remind_units(user), Act("催办", "inspections:finding_remind")),
            (may_draft_document(user), Act("拟整改通知书", "inspections:finding_notice")),
        )
        return [act for allowed, act in acts if allowed]


def where(finding) -> str:
    """虎山社区 · 虎山路 12 号; the community once, where the place is no more than that."""
    return (
        f"{finding.community}"
        if finding.place == str(finding.community)
        else f"{finding.community} · {finding.place}"
    )


def standing(finding, now) -> tuple[str, str]:
    """The word and tone of a finding's state at a moment: 逾期 3 天, 今天到期, or its status."""
    if finding.is_overdue(now):
        days = (timezone.localdate(now) - timezone.localdate(finding.due_at)).days
        return (f"逾期 {days} 天" if days else "今日逾期"), "bad"
    if finding.status in NOT_PUT_RIGHT and timezone.localdate(finding.due_at) == timezone.localdate(
        now
    ):
        return "今天到期", "warn"
    return finding.get_status_display(), finding.status_tone


def marks_of(finding):
    """督办、复发、申请延期 as small tags; reads the prefetched open requests."""
    asked = [(f"申请{one.get_kind_display()}", "warn") for one in finding.asked]
    return format_html_join(
        " ", "{}", ((tag(word, tone),) for word, tone in [*asked, *finding.marks])
    )


def pair(finding):
    """The first photo from before and the last from after, small, side by side; reads the prefetched photos."""
    shown = {Stage.BEFORE: None, Stage.AFTER: None}
    shots = (one for one in finding.photos.all() if one.stage in shown)
    for photo in sorted(shots, key=lambda one: one.pk):
        if photo.stage == Stage.AFTER or shown[Stage.BEFORE] is None:
            shown[photo.stage] = photo
    if not any(shown.values()):
        return ""
    return format_html(
        '<span class="pair">{}{}</span>', *(_small(stage, photo) for stage, photo in shown.items())
    )


def _small(stage, photo):
    if photo is None or photo.destroyed_at:
        return format_html('<i><span class="sr">没有{}照片</span></i>', Stage(stage).label)
    url = photo.get_absolute_url()
    words = Stage(stage).label
    return format_html(
        '<img src="{}?size=small" alt="{}" width="44" height="34" loading="lazy">', url, words
    )


def may_report_somewhere(user) -> bool:
    return user.has_role(*OFFICE, Role.ASSESSOR) or communities_kept_by(user).exists()


def visible(user):
    return Finding.objects.visible_to(user).select_related(
        "community__group__lead_unit", "responsible_unit", "frontage__road_section", "self_check__community",
        "found_by", "rectified_by", "verified_by", "closed_by", "recurs_from",
    )  # fmt: skip


@require_safe
def detail(request, number):
    finding = get_object_or_404(visible(request.user), number=number)
    now = timezone.now()
    photos = list(finding.photos.order_by("pk"))  # each knows `finding` without a query
    asked = list(
        finding.requests.select_related("asked_by", "decided_by", "proposed_unit").order_by("-pk")
    )
    shown_by_stage = {stage: [photo for photo in photos if photo.stage == stage] for stage in Stage}
    context = {
        "title": finding.description,
        "eyebrow": finding.number,
        "section": "inspections",
        "crumbs": CRUMBS,
        "finding": finding,
        "standing": standing(finding, now),
        "item_name": dict(item_names(timezone.localdate(finding.found_at))).get(
            finding.item_code, finding.item_code
        ),
        "pairs": pairs_of(shown_by_stage[Stage.BEFORE], shown_by_stage[Stage.AFTER]),
        "evidence": shown_by_stage[Stage.EVIDENCE],
        "may_black_out": {photo.pk for photo in photos if may_black_out(request.user, photo)},
        "way": way_of(finding),
        "steps": open_steps(finding, states.FINDING_STEPS, request.user),
        "asks": asks_open_to(request.user, finding, asked, now),
        "may_supervise": finding.status != "closed_out"
        and may_supervise_finding(request.user, finding),
        "why_not_verify": why_not_verify(finding, request.user),
        "requests": asked,
        "to_decide": request_to_decide(finding, asked, request.user),
        "orders": finding.supervision_orders.select_related("unit", "ordered_by").order_by("-pk"),
        "false_ones": finding.false_rectifications.select_related(
            "rectified_by", "verified_by", "marked_by"
        ).order_by("-pk"),
        "recurrences": finding.recurrences.order_by("pk"),
        "notices": finding.noticed.filter(
            document__in=OfficialDocument.objects.visible_to(request.user)
        )
        .select_related("document__issuer")
        .order_by("-pk"),
        "history": history_of(finding),
    }
    return render(request, "inspections/finding.html", context)


def asks_open_to(user, finding, asked, now) -> list[tuple[str, str]]:
    """(kind, label) of what the user may ask for now: more time, or that it is not his unit's."""
    if finding.status != "assigned" or any(one.status == "asked" for one in asked):
        return []
    can = (
        ("extension", "申请延期", finding.due_at > now and may_ask_extension(user, finding)),
        ("hand_on", "退单", may_ask_hand_on(user, finding)),
    )
    return [(kind, label) for kind, label, allowed in can if allowed]


def request_to_decide(finding, asked, user):
    """(request, form) of the open request that the user may answer; None when there is none."""
    waiting = next((one for one in asked if one.status == "asked"), None)
    if waiting is None or finding.status != "assigned":
        return None
    waiting.finding = finding
    return (waiting, DecisionForm(request=waiting)) if may_decide_request(user, waiting) else None


def why_not_verify(finding, user) -> str:
    """Why one who else could may not verify this one; empty when that is not so."""
    if finding.status != "rectified":
        return ""
    if finding.rectified_by_id == user.pk:
        return "整改是您登记的，复查须由他人办理。"
    if communities_kept_by(user).filter(pk=finding.community_id).exists() and is_colleague_of_doer(
        user, finding
    ):
        return "整改是本单位（社区）的人登记的，复查须由其他单位或共建办办理。"
    return ""


def pairs_of(before, after) -> list[dict]:
    """Photos before and after side by side, each photo from after beside the nearest from before.

    `words` and `tone` say how far apart they were taken, as far as the photos tell; nobody must have his place noted.
    """
    rows = [_paired(shot, before, place) for place, shot in enumerate(after)]
    shown = {row["before"].pk for row in rows if row["before"]}
    rows += [
        {"before": one, "after": None, "words": "", "tone": ""}
        for one in before
        if one.pk not in shown
    ]
    return rows


def _paired(shot, before, place: int) -> dict:
    spot = position_of(shot)
    located = [
        (distance_m(spot, position_of(one)), one) for one in before if spot and position_of(one)
    ]
    if located:
        metres, nearest = min(located, key=lambda one: one[0])
        is_far = metres > rectification_rules().same_spot_metres
        words = f"相距 {metres:.0f} 米" + ("，可能不是同一位置，请到现场核对" if is_far else "")
        return {
            "before": nearest,
            "after": shot,
            "words": words,
            "tone": "bad" if is_far else "good",
        }
    beside = before[min(place, len(before) - 1)] if before else None
    return {"before": beside, "after": shot, "words": _unknown_distance(shot, before), "tone": ""}


def _unknown_distance(shot, before) -> str:
    if not before:
        return "没有整改前照片，无法对照位置"
    without = "两张照片都" if not position_of(shot) and not any(map(position_of, before)) else ""
    return f"{without or ('整改前照片' if position_of(shot) else '整改后照片')}没有位置信息，请对照画面核对"


def way_of(finding) -> list[dict]:
    """The five steps to close-out, with where it stands, for `parts/cycle.html`."""
    done = {"reported": 1, "assigned": 2, "rectified": 3, "verified": 4, "closed_out": 5}[
        finding.status
    ]
    unit = f"{finding.responsible_unit}" if finding.responsible_unit else "待定责任单位"
    notes = (
        ("登记", f"{moment(finding.found_at)} {finding.found_by}"),
        ("派发", unit),
        (
            "整改",
            _who_when(finding.rectified_at, finding.rectified_by) or f"{day(finding.due_at)}前",
        ),
        ("复查", _who_when(finding.verified_at, finding.verified_by)),
        ("销号", _who_when(finding.closed_at, finding.closed_by)),
    )
    return [
        {
            "label": label,
            "note": note,
            "state": "done" if place < done else "now" if place == done else "",
        }
        for place, (label, note) in enumerate(notes)
    ]


def _who_when(at, by) -> str:
    return f"{moment(at)} {by}" if by else ""
