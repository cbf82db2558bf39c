from django.urls import path, register_converter

from gongjian.office.burden import views
from gongjian.office.burden.converters import KindOfParty

register_converter(KindOfParty, "kind_of_party")
app_name = "burden"
urlpatterns = [
    path("", views.city, name="city"),
    path("<kind_of_party:kind>/<int:pk>/", views.party, name="party"),
]
