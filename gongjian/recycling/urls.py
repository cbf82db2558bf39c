from django.urls import path

from gongjian.recycling import views

app_name = "recycling"
urlpatterns = [
    path("", views.Bin.as_view(), name="bin"),
    path("<int:pk>/", views.binned, name="record"),
]
