from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "gongjian.documents"
    verbose_name = "公文"

    def ready(self):
        from gongjian.documents import system_checks  # noqa: F401  registers itself
