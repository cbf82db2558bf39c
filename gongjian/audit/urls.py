from django.urls import path

from gongjian.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.Log.as_view(), name="log"),
    path("check/", views.check, name="check"),
    path("<int:pk>/", views.entry_detail, name="entry"),
]
