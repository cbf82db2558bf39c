from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "gongjian.notifications"
    verbose_name = "通知"
