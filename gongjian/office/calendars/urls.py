from django.urls import path

from gongjian.office.calendars import views

app_name = "calendars"
urlpatterns = [
    path("", views.year, name="year"),
    path("<str:on>/", views.day, name="day"),
]
