from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Column, LoggedListPage, Tab
from gongjian.jobs import services
from gongjian.jobs.models import Job, JobStatus
from gongjian.jobs.states import JOB_STEPS
from gongjian.workflow import open_steps


class JobList(LoggedListPage):
    title, noun = "后台作业", "项"
    default_sort = "-at"
    empty_text = "还没有后台作业"
    columns = (
        Column("说明", "title", link=True),
        Column("发起人", "by.name"),
        Column("发起时间", "at", sort="at", kind="datetime"),
        Column("次数", "tries", kind="num"),
        Column("状态", "get_status_display", kind="tag", tone=lambda job: job.status_tone),
    )

    def get_queryset(self):
        return Job.objects.visible_to(self.request.user).select_related("by")

    def tabs(self):
        statuses = [JobStatus.READY, JobStatus.RUNNING]
        waiting = Q(status__in=statuses)
        return [
            Tab("全部"),
            Tab("进行中", "waiting", waiting),
            Tab("需人工处理", "failed", Q(status=JobStatus.FAILED)),
        ]


@require_safe
def job_detail(request, pk):
    """How far one job is; the page asks again by itself until it is done."""
    jobs = Job.objects.visible_to(request.user)
    job = get_object_or_404(jobs.select_related("by"), pk=pk)
    steps = open_steps(job, JOB_STEPS, request.user)
    result_url = job.result.get("url")
    refused = job.result.get("refused")
    context = {
        "job": job,
        "title": job.title,
        "crumbs": [("后台作业", reverse("jobs:list"))],
        "result_url": result_url,
        "refused": refused,
        "history": history_of(job),
        "steps": steps,
    }
    return render(request, "jobs/job_detail.html", context)


@require_POST
def try_again(request, pk):
    """Put a failed job back on the ledger."""
    visible = Job.objects.visible_to(request.user)
    job = get_object_or_404(visible, pk=pk)
    services.wake(services.try_again(job, by=request.user, at=timezone.now()))
    messages.success(request, "已重新排队")
    return redirect(job)
