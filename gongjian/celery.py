"""The Celery app and beat's schedule: each line serves a rule of the office."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")

app = Celery("gongjian")
app.config_from_object("django.conf:settings", namespace="CELERY")

app.conf.beat_schedule = {
    # Nothing may be lost: rows that a lost message or a dead worker left behind are woken again.
    "sweep-jobs": {"task": "jobs.sweep", "schedule": 30.0, "options": {"expires": 25}},
    # 信息沟通制度（四之五）：通知送达收件箱。
    "deliver-notifications": {
        "task": "notifications.deliver",
        "schedule": 15.0,
        "options": {"expires": 10},
    },
    # 限速余量只为正在来访的人保存。
    "sweep-limits": {
        "task": "accounts.sweep_limits",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    # 接口令牌到期前一个月告诉安全管理员，以便及时更换。
    "warn-of-expiring-tokens": {
        "task": "security.warn_of_expiring_tokens",
        "schedule": crontab(hour=8, minute=30),
    },
    # 网络安全法第二十一条：操作记录留存不少于六个月。
    # 夜里封存前一天；机器关着的那一夜，开机后一小时内补上。
    "seal-audit": {
        "task": "security.seal_last_night",
        "schedule": crontab(minute=20),
        "options": {"expires": 3000},
    },
    # 备份恢复（GB/T 22239-2019 安全计算环境）：设了 BACKUP_DIR 的站点每夜备份一次。
    "nightly-backup": {"task": "backup.enlist_nightly", "schedule": crontab(hour=2, minute=30)},
    # 整改时限前后逐级催办：责任单位、牵头单位、共建办。
    # 白天每小时一次，每步只催一次（docs/decisions/0008）。
    "remind-of-limits": {
        "task": "inspections.remind_each_hour",
        "schedule": crontab(hour="8-20", minute=5),
    },
    # 个人信息保护：每月 1 日清点过期的个人信息，由安全管理员确认后处理。
    "count-personal-data": {
        "task": "privacy.month",
        "schedule": crontab(day_of_month=1, hour=6, minute=0),
    },
    # 过期的登录和替人存着的表单（2 小时）不留在库里。
    "clear-sessions": {
        "task": "accounts.clear_sessions",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
    # 门前三包星级：过了计分期的抽查不再计入，每天零点后重评。
    "rate-frontages": {
        "task": "inspections.rate_frontages",
        "schedule": crontab(hour=0, minute=40),
    },
    # 回收站保留三十天，到期彻底删除（docs/decisions/0007）。
    "purge-bin": {"task": "recycling.purge", "schedule": crontab(hour=3, minute=20)},
}
