from django.urls import path

from gongjian.office.kept import views

app_name = "kept"
urlpatterns = [path("", views.kept_form, name="form")]
