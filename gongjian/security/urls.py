from django.urls import path

from gongjian.security.views import lockouts, personal_data, retention, time_left, tokens

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
]
