from django.urls import path

from funds.views import contributions, disclosures, expenses, overview, pledges

app_name = "funds"
urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
    path("communities/<str:code>/", overview.community_account, name="community"),
    path("pledges/", pledges.PledgeList.as_view(), name="pledges"),
    path("pledges/new/", pledges.pledge_new, name="pledge_new"),
    path("pledges/<int:pk>/", pledges.pledge_detail, name="pledge"),
    path("pledges/<int:pk>/withdraw/", pledges.pledge_withdraw, name="pledge_withdraw"),
    path("contributions/", contributions.ContributionList.as_view(), name="contributions"),
    path("contributions/new/", contributions.contribution_new, name="contribution_new"),
    path("contributions/<int:pk>/", contributions.contribution_detail, name="contribution"),
    path(
        "contributions/<int:pk>/reverse/",
        contributions.contribution_reverse,
        name="contribution_reverse",
    ),
    path("expenses/", expenses.ExpenseList.as_view(), name="expenses"),
    path("expenses/new/", expenses.expense_new, name="expense_new"),
    path("expenses/<int:pk>/", expenses.expense_detail, name="expense"),
    path("expenses/<int:pk>/approve/", expenses.expense_approve, name="expense_approve"),
    path("expenses/<int:pk>/refuse/", expenses.expense_refuse, name="expense_refuse"),
    path("disclosures/new/", disclosures.disclosure_publish, name="disclosure_publish"),
    path("disclosures/<int:pk>/", disclosures.disclosure_detail, name="disclosure"),
]
