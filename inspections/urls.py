from django.urls import path

from inspections.views import findings, frontages, photos, queue, self_checks

app_name = "inspections"
urlpatterns = [
    path("self-checks/", self_checks.SelfCheckList.as_view(), name="self_checks"),
    path("self-checks/new/", self_checks.new, name="self_check_new"),
    path("self-checks/<int:pk>/", self_checks.detail, name="self_check"),
    path("self-checks/<int:pk>/fill/", self_checks.fill, name="self_check_fill"),
    path("self-checks/<int:pk>/return/", self_checks.give_back, name="self_check_return"),
    path("self-checks/<int:pk>/accept/", self_checks.accept, name="self_check_accept"),
    path("self-checks/<int:pk>/delete/", self_checks.discard, name="self_check_delete"),
    path("self-checks/worker.js", queue.worker, name="queue_worker"),
    path("queue/photos/<uuid:uuid>/", queue.put_photo, name="queue_photo"),
    path("queue/self-checks/<uuid:uuid>/", queue.put_self_check, name="queue_self_check"),
    path("findings/", findings.FindingList.as_view(), name="findings"),
    path("findings/new/", findings.new, name="finding_new"),
    path("findings/remind/", findings.remind, name="finding_remind"),
    path("findings/<str:number>/", findings.detail, name="finding"),
    path("findings/<str:number>/assign/", findings.assign, name="finding_assign"),
    path("findings/<str:number>/rectify/", findings.rectify, name="finding_rectify"),
    path("findings/<str:number>/verify/", findings.verify, name="finding_verify"),
    path("findings/<str:number>/send-back/", findings.send_back, name="finding_send_back"),
    path("photos/<uuid:uuid>/", photos.photo, name="photo"),
    path("photos/<uuid:uuid>/black-out/", photos.black_out, name="photo_black_out"),
    path("frontages/", frontages.FrontageList.as_view(), name="frontages"),
    path("frontages/<int:pk>/", frontages.detail, name="frontage"),
    path("frontages/<int:pk>/edit/", frontages.edit, name="frontage_edit"),
    path("frontages/<int:pk>/check/", frontages.check, name="frontage_check"),
    path("frontages/<int:pk>/phone/", frontages.reveal_phone, name="frontage_reveal_phone"),
]
