from django.urls import path

from gongjian.dashboards import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
]
