from django.urls import path

from communities.views import assignments, forum, labour_days, meetings, places, plans, visits

app_name = "communities"
urlpatterns = [
    path("communities/", places.CommunityList.as_view(), name="list"),
    path("communities/<str:code>/", places.detail, name="detail"),
    path(
        "communities/<str:code>/members/<int:pk>/phone/", places.reveal_phone, name="reveal_phone"
    ),
    path("plans/", plans.PlanList.as_view(), name="plans"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<str:quarter>/", plans.plan, name="plan"),
    path("plans/<str:quarter>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<str:quarter>/submit/", plans.plan_submit, name="plan_submit"),
    path("plans/<str:quarter>/return/", plans.plan_return, name="plan_return"),
    path("plans/<str:quarter>/issue/", plans.plan_issue, name="plan_issue"),
    path("plans/<str:quarter>/items/", plans.plan_item_add, name="plan_item_add"),
    path(
        "plans/<str:quarter>/items/<int:pk>/remove/",
        plans.plan_item_remove,
        name="plan_item_remove",
    ),
    path("plans/<str:quarter>/delete/", plans.plan_delete, name="plan_delete"),
    path("assignments/", assignments.AssignmentList.as_view(), name="assignments"),
    path("assignments/remind/", assignments.assignments_remind, name="assignments_remind"),
    path("assignments/<int:pk>/", assignments.assignment, name="assignment"),
    path(
        "assignments/<int:pk>/acknowledge/",
        assignments.assignment_acknowledge,
        name="assignment_acknowledge",
    ),
    path(
        "assignments/<int:pk>/items/<int:item_pk>/",
        assignments.assignment_item,
        name="assignment_item",
    ),
    path(
        "assignments/<int:pk>/complete/",
        assignments.assignment_complete,
        name="assignment_complete",
    ),
    path("meetings/", meetings.MeetingList.as_view(), name="meetings"),
    path("meetings/new/", meetings.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/minutes/", meetings.meeting_minutes, name="meeting_minutes"),
    path("meetings/<int:pk>/cancel/", meetings.meeting_delete, name="meeting_delete"),
    path("labour-days/", labour_days.LabourDayList.as_view(), name="labour_days"),
    path("labour-days/new/", labour_days.labour_day_new, name="labour_day_new"),
    path("labour-days/<int:pk>/", labour_days.labour_day, name="labour_day"),
    path("labour-days/<int:pk>/report/", labour_days.labour_day_report, name="labour_day_report"),
    path("labour-days/<int:pk>/cancel/", labour_days.labour_day_delete, name="labour_day_delete"),
    path("visits/", visits.VisitList.as_view(), name="visits"),
    path("visits/new/", visits.visit_new, name="visit_new"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
    path("visits/<int:pk>/delete/", visits.visit_delete, name="visit_delete"),
    path("forum/", forum.TopicList.as_view(), name="topics"),
    path("forum/new/", forum.topic_new, name="topic_new"),
    path("forum/<int:pk>/", forum.topic, name="topic"),
    path("forum/<int:pk>/delete/", forum.topic_delete, name="topic_delete"),
    path("forum/<int:pk>/reply/", forum.topic_reply, name="topic_reply"),
]
