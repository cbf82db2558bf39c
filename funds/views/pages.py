"""What the pages of the funds share: the quarter and the communities asked for, and figures."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from gongjian.lib.quarters import Quarter
from gongjian.workflow import require

HOME = "共建经费"


def asked_quarter(request) -> Quarter:
    """The quarter in the address, else that of today; 404 for what is no quarter."""
    text = request.GET.get("quarter")
    try:
        if text:
            return Quarter.parse(text)
        return Quarter.of(timezone.localdate())
    except ValueError as wrong:
        raise Http404(str(wrong)) from wrong


def figures(*named) -> list[tuple[str, str]]:
    """Labels and amounts for the head of a page; the unit stands in the label, lest a figure breaks
    over two lines.
    """
    pairs = []
    for label, amount in named:
        pairs.append((f"{label}（元）", f"{amount:,.2f}"))
    return pairs


def quarter_of(row) -> str:
    """The quarter of a listed row, as the office says it."""
    return Quarter.parse(row.quarter).title


def crumbs(*more):
    return [(HOME, reverse("funds:overview")), *more]


def one_or_all(request, communities, refusal: str):
    """The community named in the address, else all for which the user may act; 403 when there are
    none.
    """
    code = request.GET.get("community")
    if code:
        get_object_or_404(communities, code=code)
        return communities.filter(code=code)
    require(communities.exists(), refusal)
    return communities
