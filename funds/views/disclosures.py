from datetime import date
from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from funds import services
from funds.accounts import statement_of
from funds.filters import recent_quarters
from funds.forms import DisclosureForm
from funds.models import Disclosure, FundSource
from funds.permissions import communities_kept_by
from funds.views.pages import HOME, crumbs, one_or_all
from gongjian.audit.history import history_of
from gongjian.lib.acting import carry_out, form_page
from gongjian.lib.canonical import fingerprint
from gongjian.lib.money import in_words
from gongjian.lib.quarters import Quarter


@require_safe
def disclosure_detail(request, pk):
    """A quarter's account as it is posted on the community's board: one sheet of A4, with its
    SHA-256.
    """
    disclosures = Disclosure.objects.visible_to(request.user)
    rows = disclosures.select_related("community__group__lead_unit", "published_by")
    disclosure = get_object_or_404(rows, pk=pk)
    title = f"{disclosure.content['community']['name']}共建经费收支公示"
    eyebrow = Quarter.parse(disclosure.quarter).title
    account_url = _account_url(disclosure.community, disclosure.quarter)
    context = {
        "disclosure": disclosure,
        "title": title,
        "eyebrow": eyebrow,
        "section": "funds",
        "crumbs": crumbs((disclosure.community.name, account_url)),
        "history": history_of(disclosure),
        **readable(disclosure.content),
    }
    return render(request, "funds/disclosure_detail.html", context)


def readable(content) -> dict:
    """A frozen statement with its days, figures and sources as people read them."""
    labels = dict(FundSource.choices)
    contributions = []
    for row in content["contributions"]:
        source = labels[row["source"]]
        received_on = date.fromisoformat(row["received_on"])
        contributions.append(row | {"source": source, "on": received_on})
    sources = []
    for name in FundSource.values:
        received_yuan = Decimal(content["received"][name])
        sources.append((labels[name], received_yuan))
    expenses = []
    for row in content["expenses"]:
        spent_on = date.fromisoformat(row["spent_on"])
        expenses.append(row | {"on": spent_on})
    quarter_in_text = Quarter.parse(content["quarter"]).title_in_text
    closing_in_words = in_words(Decimal(content["closing_yuan"]))
    return {
        "content": content,
        "quarter_in_text": quarter_in_text,
        "sources": sources,
        "contributions": contributions,
        "expenses": expenses,
        "closing_in_words": closing_in_words,
    }


def _account_url(community, quarter):
    return reverse("funds:community", args=[community.code]) + f"?quarter={quarter}"


def disclosure_publish(request):
    """Choose a community and a quarter, look at the statement as it will be posted, then make it
    public.
    """
    refusal = "经费公示由牵头单位经办人、社区工作者和共建办办理"
    communities = one_or_all(request, communities_kept_by(request.user), refusal)
    chosen = request.GET if "quarter" in request.GET else None
    quarters = recent_quarters(request.user)
    form = DisclosureForm(request.POST or chosen, communities=communities, quarters=quarters)
    if "previewed" in request.POST:
        act = partial(services.publish_disclosure, by=request.user, at=timezone.now())
        disclosure = carry_out(form, partial(act, previewed=request.POST["previewed"]))
        if disclosure:
            messages.success(request, "已公示；请打印后张贴在社区公示栏")
            return redirect(disclosure)
    if form.is_valid():
        return _preview(request, **form.cleaned_data)
    return form_page(
        request,
        form,
        title="公示经费收支",
        section="funds",
        back=(HOME, reverse("funds:overview")),
        submit_label="预览",
    )


def _preview(request, *, community, quarter):
    content = statement_of(community, quarter)
    still_runs = timezone.localdate() < quarter.end
    obstacle = services.obstacle_to_disclosure(community, quarter)
    account_url = _account_url(community, quarter)
    context = readable(content) | {
        "community": community,
        "quarter": quarter,
        "title": f"预览：{community.name}共建经费收支公示",
        "eyebrow": quarter.title,
        "section": "funds",
        "crumbs": crumbs((community.name, account_url)),
        "back_url": account_url,
        "previewed": fingerprint(content),
        "obstacle": obstacle,
        "still_runs": still_runs,
    }
    return render(request, "funds/disclosure_preview.html", context)
