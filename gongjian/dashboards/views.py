from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render


def workbench(request):
    """工作台: the quarter's cycle, what waits for me, and who is behind."""
    return render(request, "dashboards/workbench.html", {"title": "工作台", "section": "workbench"})


@login_not_required
def healthz(request):
    """For the machine that watches the site: it answers and reads its database."""
    return HttpResponse("ok", content_type="text/plain")
