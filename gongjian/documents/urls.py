from django.urls import path

from gongjian.documents.views import documents as views
from gongjian.documents.views import issuers as issuing

app_name = "documents"
urlpatterns = [
    path("", views.DocumentList.as_view(), name="list"),
    path("new/", views.document_new, name="new"),
    path("issuers/", issuing.IssuerList.as_view(), name="issuers"),
    path("issuers/new/", issuing.issuer_new, name="issuer_new"),
    path("issuers/<int:pk>/", issuing.issuer_edit, name="issuer_edit"),
    path("<int:pk>/", views.document_detail, name="detail"),
    path("<int:pk>/edit/", views.document_edit, name="edit"),
    path("<int:pk>/delete/", views.document_delete, name="delete"),
    path("<int:pk>/pdf/", views.document_pdf, name="pdf"),
    path("<int:pk>/submit/", views.document_act, {"act": "submit"}, name="submit"),
    path("<int:pk>/sign/", views.document_act, {"act": "sign"}, name="sign"),
    path("<int:pk>/send-up/", views.document_act, {"act": "send_up"}, name="send_up"),
    path("<int:pk>/approve/", views.document_act, {"act": "approve"}, name="approve"),
    path(
        "<int:pk>/send-to-check/",
        views.document_act,
        {"act": "send-to-check"},
        name="send_to_check",
    ),
    path("<int:pk>/check/", views.document_act, {"act": "check"}, name="check"),
    path("<int:pk>/countersign/", views.document_countersign, name="countersign"),
    path("<int:pk>/seal/", views.document_act, {"act": "seal"}, name="seal"),
    path("<int:pk>/archive/", views.document_archive, name="archive"),
    path("<int:pk>/return/", views.document_return, name="return"),
    path("<int:pk>/withdraw/", views.document_withdraw, name="withdraw"),
]
