from django.urls import path

from gongjian.staffing import views

app_name = "staffing"
urlpatterns = [
    path("", views.StaffList.as_view(), name="list"),
    path("new/", views.account_new, name="new"),
    path("<int:pk>/", views.account_detail, name="detail"),
    path("<int:pk>/appoint/", views.appointment_new, name="appoint"),
    path("<int:pk>/reset/", views.account_reset, name="reset"),
    path("<int:pk>/stop/", views.account_stop, name="stop"),
    path("appointments/<int:pk>/end/", views.appointment_end, name="end"),
]
