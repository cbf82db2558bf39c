from django.apps import AppConfig


class HolidaysConfig(AppConfig):
    name = "gongjian.holidays"
    verbose_name = "工作日历"
