from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "gongjian.jobs"
    verbose_name = "作业"
