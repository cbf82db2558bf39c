from django.urls import path

from gongjian.office.dashboards import views

urlpatterns = [
    path("communities/<str:code>/page/", views.community_page, name="community_page"),
    path("manual/", views.manual, name="manual"),
    path("manual/<str:chapter>/", views.manual, name="manual_chapter"),
    path("feedback/", views.feedback, name="feedback"),
    path("healthz", views.healthz, name="healthz"),
]
