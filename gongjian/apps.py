from django.apps import AppConfig


class GongjianConfig(AppConfig):
    """The top of the house: wires the apps together, has no models."""

    name = "gongjian"
    verbose_name = "社区共建"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from gongjian.celery import app  # also makes it the app of every shared task
        from gongjian.office.security.middleware import begin_session

        user_logged_in.connect(begin_session, dispatch_uid="begin_session")
        # Not only workers: whoever enlists a job wakes it by its task, so the web process knows
        # every jobs.py too.
        app.autodiscover_tasks(related_name="jobs", force=True)
        rooms_without_models = [
            "gongjian.office.security",
            "gongjian.office.privacy",
            "gongjian.office.backup",
        ]
        app.autodiscover_tasks(rooms_without_models, related_name="jobs", force=True)
