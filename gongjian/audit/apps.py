from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "gongjian.audit"
    verbose_name = "留痕"

    def ready(self) -> None:
        from gongjian.audit import checks, sign_ins  # noqa: F401  the checks register themselves

        sign_ins.listen()
