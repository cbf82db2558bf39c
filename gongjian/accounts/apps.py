from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class AccountsConfig(AppConfig):
    name = "gongjian.accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        user_logged_in.connect(_note_session, dispatch_uid="note_session")
        _refuse_unknown_roles()


def _note_session(sender, request, user, **kwargs) -> None:
    """Django's word that somebody is signed in: no session may be missing when all of his have to
    end.
    """
    from gongjian.accounts.services import note_session
    from gongjian.lib.addresses import client_address

    agent = request.META.get("HTTP_USER_AGENT", "")
    note_session(user, request.session, address=client_address(request), agent=agent)


def _refuse_unknown_roles() -> None:
    """A misspelt role would quietly force nobody."""
    from gongjian.accounts.roles import Role

    unknown = set(settings.SECOND_FACTOR_ROLES) - set(Role.values)
    if unknown:
        raise ImproperlyConfigured(
            f"GONGJIAN_SECOND_FACTOR_ROLES 中没有这样的角色：{'、'.join(sorted(unknown))}。"
            f"可用：{'、'.join(Role.values)}"
        )
