from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "gongjian.audit"
    verbose_name = "留痕"

    def ready(self) -> None:
        from gongjian.audit import checks  # noqa: F401  registers itself
