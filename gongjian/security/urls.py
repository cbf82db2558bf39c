from django.urls import path

from gongjian.security.views import tokens

app_name = "security"
urlpatterns = [
    path("tokens/", tokens.TokenList.as_view(), name="tokens"),
    path("tokens/new/", tokens.new, name="token_new"),
    path("tokens/<int:pk>/", tokens.detail, name="token"),
    path("tokens/<int:pk>/renew/", tokens.renew, name="token_renew"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
]
