from django.contrib import messages
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage
from gongjian.documents.forms.drafts import IssuerForm
from gongjian.documents.issuing import issuers as services
from gongjian.documents.issuing.seals import source_of
from gongjian.documents.models import Issuer
from gongjian.documents.permissions import may_edit_issuers
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.workflow import require

ONLY_THE_DIRECTOR = "发文机关由共建办主任管理"


class IssuerList(LoggedListPage):
    title, noun, section = "发文机关", "家", "documents"
    default_sort = "name"
    empty_text = "还没有登记发文机关"
    columns = (
        Column("发文机关", "name", sort="name", link=True),
        Column("发文机关标志", "mark"),
        Column("机关代字", "code", sort="code"),
        Column("印发机关", "printed_by"),
        Column("印章", lambda issuer: issuer.get_seal_mm_display() if issuer.seal else "未登记"),
    )

    def get_queryset(self):
        allowed = may_edit_issuers(self.request.user)
        require(allowed, ONLY_THE_DIRECTOR)
        return Issuer.objects.all()

    def buttons(self):
        return [Button("登记发文机关", reverse("documents:issuer_new"), True)]


def issuer_new(request):
    """Take up a body that issues documents."""
    require(may_edit_issuers(request.user), ONLY_THE_DIRECTOR)
    form = IssuerForm(*posted(request))

    def act(**fields):
        return services.register_issuer(**_words_and_seal(form), by=request.user, at=timezone.now())

    if carry_out(form, act):
        messages.success(request, "已登记")
        return redirect("documents:issuers")
    return _page(request, form, title="登记发文机关")


def issuer_edit(request, pk):
    """Change a body's words and seal."""
    require(may_edit_issuers(request.user), ONLY_THE_DIRECTOR)
    issuer = get_object_or_404(Issuer, pk=pk)
    editing = Editing(request, issuer, _words_of, history=history_of)
    instance = get_object_or_404(Issuer, pk=pk)
    form = IssuerForm(*posted(request), instance=instance)

    def act(row, **fields):
        return services.change_issuer(
            row, **_words_and_seal(form), by=request.user, at=timezone.now()
        )

    if carry_out(form, act, editing=editing):
        messages.success(request, "已保存")
        return redirect("documents:issuers")
    return _page(
        request,
        form,
        title=f"发文机关：{issuer}",
        editing=editing,
        issuer=issuer,
        seal=source_of(issuer),
    )


def _words_of(issuer):
    return model_to_dict(issuer, fields=IssuerForm.Meta.fields)


def _words_and_seal(form):
    """Return what the service writes; all else in the form is shown only."""
    words = {name: form.cleaned_data[name] for name in services.FIELDS}
    return {**words, "seal": form.cleaned_data["seal_file"]}


def _page(request, form, *, title, **context):
    return form_page(
        request,
        form,
        title=title,
        section="documents",
        crumbs=[("公文", reverse("documents:list"))],
        back=("发文机关", reverse("documents:issuers")),
        template="documents/issuer_form.html",
        **context,
    )
