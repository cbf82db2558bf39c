"""The pages of allauth that the house uses, by the names that allauth calls them; all its others do
not exist here.
"""

from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.urls import path

from gongjian.accounts import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/second-step/", views.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", LoginWebAuthnView.as_view(), name="mfa_login_webauthn"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("stopped/", views.Stopped.as_view(), name="account_inactive"),
    path("confirm/", views.Confirm.as_view(), name="account_reauthenticate"),
    path("confirm/code/", views.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path("confirm/passkey/", views.ConfirmByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("security/", views.OwnSecurity.as_view(), name="mfa_index"),
    path("security/app/", views.AddApp.as_view(), name="mfa_activate_totp"),
    path("security/app/remove/", views.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("security/recovery-codes/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "security/recovery-codes/new/",
        views.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("security/passkeys/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "security/passkeys/<int:pk>/name/", views.RenamePasskey.as_view(), name="mfa_edit_webauthn"
    ),
    path(
        "security/passkeys/<int:pk>/remove/",
        views.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
]

if settings.OIDC_ISSUER:
    from gongjian.accounts import oidc

    urlpatterns += [
        path("sign-in/<slug:provider_id>/", oidc.sign_in, name="openid_connect_login"),
        path("sign-in/<slug:provider_id>/back/", oidc.come_back, name="openid_connect_callback"),
    ]
