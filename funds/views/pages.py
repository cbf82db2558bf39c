"""What the pages of the funds share: the way a form is carried out, and where a page stands."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from gongjian.lib.quarters import Quarter
from gongjian.workflow import WrongState, require

HOME = "共建经费"


def asked_quarter(request) -> Quarter:
    """The quarter in the address, else that of today; 404 for what is no quarter."""
    text = request.GET.get("quarter")
    try:
        return Quarter.parse(text) if text else Quarter.of(timezone.localdate())
    except ValueError as wrong:
        raise Http404(str(wrong)) from wrong


def figures(*named) -> list[tuple[str, str]]:
    """Labels and amounts for the head of a page; the unit stands in the label, lest a figure breaks over two lines."""
    return [(f"{label}（元）", f"{amount:,.2f}") for label, amount in named]


def quarter_of(row) -> str:
    """The quarter of a listed row, as the office says it."""
    return Quarter.parse(row.quarter).title


def crumbs(*more):
    return [(HOME, reverse("funds:overview")), *more]


def carried_out(form, act):
    """What `act` made of a posted form's words. None while something is to be put right: it then stands at its field,
    and nothing typed is lost, also when the books have been closed meanwhile."""
    if not form.is_valid():
        return None
    try:
        return act(**form.cleaned_data)
    except ValidationError as refused:
        _say(form, refused)
    except WrongState as closed:
        form.status = 409
        form.add_error(None, str(closed))
    return None


def _say(form, refused: ValidationError) -> None:
    said = refused.message_dict if hasattr(refused, "error_dict") else {None: refused.messages}
    for name, sentences in said.items():
        form.add_error(name if name in form.fields else None, sentences)


def form_page(
    request, form, *, title, submit_label, back_url, template="forms/form_page.html", **more
):
    context = {
        "form": form,
        "title": title,
        "submit_label": submit_label,
        "back_url": back_url,
        "section": "funds",
    }
    return render(request, template, {"crumbs": crumbs(), **context, **more}, status=form.status)


def one_or_all(request, communities, refusal: str):
    """The community named in the address, else all for which the user may act; 403 when there are none."""
    if code := request.GET.get("community"):
        get_object_or_404(communities, code=code)
        return communities.filter(code=code)
    require(communities.exists(), refusal)
    return communities
