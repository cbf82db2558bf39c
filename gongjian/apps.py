from django.apps import AppConfig


class GongjianConfig(AppConfig):
    """The top of the house: wires the apps together, has no models."""

    name = "gongjian"
    verbose_name = "社区共建"

    def ready(self) -> None:
        from gongjian import celery  # noqa: F401  registers the Celery app for every shared task
