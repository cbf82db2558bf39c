from django.urls import path

from inspections.views import finding_acts, finding_requests, findings, frontages, photos, self_checks

app_name = "inspections"
urlpatterns = [
    path("self-checks/", self_checks.SelfCheckList.as_view(), name="self_checks"),
    path("self-checks/new/", self_checks.new, name="self_check_new"),
    path("self-checks/<int:pk>/", self_checks.detail, name="self_check"),
    path("self-checks/<int:pk>/fill/", self_checks.fill, name="self_check_fill"),
    path("self-checks/<int:pk>/return/", self_checks.give_back, name="self_check_return"),
    path("self-checks/<int:pk>/accept/", self_checks.accept, name="self_check_accept"),
    path("self-checks/<int:pk>/delete/", self_checks.discard, name="self_check_delete"),
    path("findings/", findings.FindingList.as_view(), name="findings"),
    path("findings/new/", finding_acts.new, name="finding_new"),
    path("findings/remind/", finding_acts.remind, name="finding_remind"),
    path("findings/notice/", finding_acts.notice, name="finding_notice"),
    path("findings/<str:number>/", findings.detail, name="finding"),
    path("findings/<str:number>/assign/", finding_acts.assign, name="finding_assign"),
    path("findings/<str:number>/rectify/", finding_acts.rectify, name="finding_rectify"),
    path("findings/<str:number>/verify/", finding_acts.verify, name="finding_verify"),
    path("findings/<str:number>/send-back/", finding_acts.send_back, name="finding_send_back"),
    path("findings/<str:number>/close-out/", finding_acts.close_out, name="finding_close_out"),
    path("findings/<str:number>/mark-false/", finding_acts.mark_false, name="finding_mark_false"),
    path("findings/<str:number>/supervise/", finding_requests.supervise, name="finding_supervise"),
    path("findings/<str:number>/ask/<str:kind>/", finding_requests.ask, name="finding_ask"),
    path("findings/<str:number>/decide/", finding_requests.decide, name="finding_decide"),
    path("photos/<uuid:uuid>/", photos.photo, name="photo"),
    path("photos/<uuid:uuid>/black-out/", photos.black_out, name="photo_black_out"),
    path("frontages/", frontages.FrontageList.as_view(), name="frontages"),
    path("frontages/<int:pk>/", frontages.detail, name="frontage"),
    path("frontages/<int:pk>/edit/", frontages.edit, name="frontage_edit"),
    path("frontages/<int:pk>/check/", frontages.check, name="frontage_check"),
    path("frontages/<int:pk>/phone/", frontages.reveal_phone, name="frontage_reveal_phone"),
]
