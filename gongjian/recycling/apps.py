from django.apps import AppConfig


class RecyclingConfig(AppConfig):
    name = "gongjian.recycling"
    verbose_name = "回收站"
