from celery import shared_task
from django.urls import reverse
from django.utils import timezone

from gongjian.jobs.services import enlist, ledger_job, wake
from gongjian.office.privacy import services


@ledger_job("privacy.retention")
def run_retention(job) -> dict[str, int]:
    at = timezone.now()
    return services.run_retention(by=job.by.on(timezone.localdate(at)), at=at)


@ledger_job("privacy.report")
def report_month(job) -> dict[str, int]:
    return services.report_month(at=timezone.now(), link=reverse("security:retention"))


@shared_task(name="privacy.month")
def month() -> int:
    at = timezone.now()
    name = f"{timezone.localdate(at):%Y-%m}"
    job = enlist("privacy.report", key=name, title=f"清点过期个人信息（{name}）", at=at)
    return wake(job).pk
