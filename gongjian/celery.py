"""The Celery app and beat's schedule: each line serves a rule of the office."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")

app = Celery("gongjian")
app.config_from_object("django.conf:settings", namespace="CELERY")

app.conf.beat_schedule = {
    # Nothing may be lost: rows that a lost message or a dead worker left behind are woken again.
    "sweep-jobs": {"task": "jobs.sweep", "schedule": 30.0, "options": {"expires": 25}},
    # 信息沟通制度（四之五）：通知送达收件箱。
    "deliver-notifications": {"task": "notifications.deliver", "schedule": 15.0, "options": {"expires": 10}},
    # 过期的登录和替人存着的表单（2 小时）不留在库里。
    "clear-sessions": {"task": "accounts.clear_sessions", "schedule": 3600.0, "options": {"expires": 600}},
}
