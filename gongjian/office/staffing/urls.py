from django.urls import path

from gongjian.office.staffing.views import accounts, appointments, handing_over, offices

app_name = "staffing"
urlpatterns = [
    path("", accounts.StaffList.as_view(), name="list"),
    path("new/", accounts.account_new, name="new"),
    path("stop/", accounts.accounts_stop, name="stop_many"),
    path("offices/", offices.OfficeList.as_view(), name="offices"),
    path("<int:pk>/", accounts.account_detail, name="detail"),
    path("<int:pk>/edit/", accounts.account_edit, name="edit"),
    path("<int:pk>/appoint/", appointments.appointment_new, name="appoint"),
    path("<int:pk>/reset/", accounts.account_reset, name="reset"),
    path("<int:pk>/stop/", accounts.account_stop, name="stop"),
    path("<int:pk>/phone/", accounts.account_reveal_phone, name="reveal_phone"),
    path("appointments/<int:pk>/", appointments.appointment_correct, name="correct"),
    path("appointments/<int:pk>/end/", appointments.appointment_end, name="end"),
    path("appointments/<int:pk>/hand-over/", handing_over.appointment_hand_over, name="hand_over"),
]
