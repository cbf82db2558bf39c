from django.conf import settings
from django.urls import include, path

from gongjian.office.dashboards import views as dashboards

urlpatterns = [
    path("", dashboards.workbench, name="workbench"),
    path("", include("gongjian.office.dashboards.urls")),
    path("accounts/", include("gongjian.accounts.urls")),
    path("security/", include("gongjian.office.security.urls")),
    path("kept/", include("gongjian.office.kept.urls")),
    path("accounts/", include("gongjian.accounts.allauth_urls")),
    path("staff/", include("gongjian.office.staffing.urls")),
    path("inbox/", include("gongjian.notifications.urls")),
    path("bin/", include("gongjian.recycling.urls")),
    path("jobs/", include("gongjian.jobs.urls")),
    path("log/", include("gongjian.audit.urls")),
    path("documents/", include("gongjian.documents.urls")),
    path("p/d/", include("gongjian.documents.verifying.public_urls")),
    path("units/", include("units.urls")),
    path("", include("communities.urls")),
    path("", include("inspections.urls")),
    path("funds/", include("funds.urls")),
    path("", include("scoring.urls")),
    path("burden/", include("gongjian.office.burden.urls")),
    path("register/", include("gongjian.office.register.urls")),
    path("calendar/", include("gongjian.office.calendars.urls")),
    path("map/", include("gongjian.office.maps.urls")),
    path("api/", include("gongjian.api")),
]

if "debug_toolbar" in settings.INSTALLED_APPS:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()
