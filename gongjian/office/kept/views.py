from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongjian.office.kept.content import forget, is_keepable, keep, kept_in
from gongjian.office.kept.middleware import owner_of
from gongjian.office.kept.words import in_words


def kept_form(request: HttpRequest) -> HttpResponse:
    """What the reader had typed when his session ran out: look at it, send it again, or (POST)
    throw it away.
    """
    typed_form = kept_in(request)
    if (
        typed_form is None
        or request.method == "POST"
        or not typed_form.is_of(request.user, timezone.now())
    ):
        forget(request)
        return redirect("workbench")
    context = {
        "title": "您刚才填写的内容还在",
        "kept": typed_form,
        "rows": in_words(typed_form.path, typed_form.values, request.user, keep_unknown=True),
    }
    return render(request, "kept/form.html", context)


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer to a form whose token no longer holds: nothing was written, what was typed is kept."""
    if request.user.is_authenticated:
        owner = request.user.pk
    else:
        owner = owner_of(request)
    is_kept = bool(owner and is_keepable(request) and keep(request, owner=owner, at=timezone.now()))
    context = {"is_kept": is_kept, "kept_url": reverse("kept:form"), "reason": reason}
    return render(request, "403_csrf.html", context, status=403)
