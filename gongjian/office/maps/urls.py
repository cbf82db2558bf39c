from django.urls import path

from gongjian.office.maps import views

app_name = "maps"
urlpatterns = [
    path("", views.city, name="city"),
    path("<str:code>/", views.community, name="community"),
]
