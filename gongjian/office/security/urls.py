from django.urls import path

from gongjian.office.security.views import (
    factors,
    lockouts,
    people,
    personal_data,
    retention,
    sessions,
    time_left,
    tokens,
)

app_name = "security"
urlpatterns = [
    path("lockouts/", lockouts.FailedAttempts.as_view(), name="lockouts"),
    path("lockouts/<int:pk>/unlock/", lockouts.lockout_end, name="unlock"),
    path("time-left/", time_left.time_left, name="time_left"),
    path("personal-data/", personal_data.inventory, name="personal_data"),
    path("retention/", retention.report, name="retention"),
    path("retention/confirm/", retention.confirm, name="retention_confirm"),
    path("tokens/", tokens.TokenList.as_view(), name="tokens"),
    path("tokens/new/", tokens.new, name="token_new"),
    path("tokens/<int:pk>/", tokens.detail, name="token"),
    path("tokens/<int:pk>/renew/", tokens.renew, name="token_renew"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("", people.PeopleList.as_view(), name="people"),
    path("people/<int:pk>/", factors.person, name="person"),
    path("people/<int:pk>/second-factor/reset/", factors.factors_reset, name="factors_reset"),
    path("people/<int:pk>/sessions/end/", sessions.sessions_end, name="sessions_end"),
    path("people/<int:pk>/sessions/<int:session>/end/", sessions.session_end, name="session_end"),
    path("my-sessions/", sessions.my_sessions, name="my_sessions"),
    path("my-sessions/end-others/", sessions.my_sessions_end, name="my_sessions_end"),
    path("my-sessions/<int:pk>/end/", sessions.my_session_end, name="my_session_end"),
]
