from django.urls import path

from gongjian.office.register import views

app_name = "register"
urlpatterns = [
    path("", views.home, name="home"),
    path("preview/", views.preview, name="preview"),
    path("apply/", views.apply, name="apply"),
    path("template/", views.template, name="template"),
    path("export/", views.export, name="export"),
]
