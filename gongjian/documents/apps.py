from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "gongjian.documents"
    verbose_name = "公文"
