from django.urls import path

from gongjian.security.views import lockouts, time_left

app_name = "security"
urlpatterns = [
    path("lockouts/", lockouts.FailedAttempts.as_view(), name="lockouts"),
    path("lockouts/<int:pk>/unlock/", lockouts.lockout_end, name="unlock"),
    path("time-left/", time_left.time_left, name="time_left"),
]
