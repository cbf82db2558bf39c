from django.urls import path

from units import views

app_name = "units"
urlpatterns = [
    path("", views.UnitList.as_view(), name="list"),
    path("<int:pk>/", views.unit_detail, name="detail"),
    path("<int:pk>/contact/", views.unit_contact, name="contact"),
    path("<int:pk>/phone/", views.contact_phone, name="reveal_phone"),
]
