from django.urls import path

from gongjian.documents.verifying import public_views

app_name = "documents_public"
urlpatterns = [
    path("", public_views.verify, name="find"),
    path("<str:code>/", public_views.verify, name="verify"),
]
