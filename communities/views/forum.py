from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from communities.filters.works import TopicFilter
from communities.forms.forum import ReplyForm, TopicForm
from communities.models import Community, Topic
from communities.models.forum import TopicStatus
from communities.permissions import may_answer, may_delete_topic, may_reply
from communities.services.forum import delete_topic, raise_topic, reply_to_topic
from communities.views.pages import CommunityWorkList, crumb
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column
from gongjian.lib.acting import answer_status, carry_out, form_page, posted
from gongjian.recycling.views import say_deleted
from gongjian.workflow import require
from units.models import Unit


class TopicList(CommunityWorkList):
    title, noun, list_name = "发展论坛", "个话题", "topics"
    filterset_class = TopicFilter
    default_sort = "-raised_at"
    empty_text = "论坛里还没有话题"
    empty_hint = "共建单位和社区可以提出意见建议，也可以代居民反映"
    columns = (
        Column("题目", "title", link=True),
        Column("社区", "community.name", sort="community__code"),
        Column("反映人", lambda topic: topic.raised_for or topic.raised_by.name),
        Column("提出时间", "raised_at", sort="raised_at", kind="datetime"),
        Column("答复时间", "answered_at", sort="answered_at", kind="datetime"),
        Column(
            "状态",
            "get_status_display",
            sort="status",
            kind="tag",
            tone=lambda topic: topic.status_tone,
        ),
    )

    def get_queryset(self):
        topics = Topic.objects.visible_to(self.request.user)
        return topics.select_related("community", "raised_by")

    def buttons(self):
        communities = Community.objects.active().heard_by(self.request.user)
        if not communities.exists():
            return []
        return [Button("提出话题", reverse("communities:topic_new"), True)]


def topic_new(request):
    """Raise a topic."""
    communities = Community.objects.active().heard_by(request.user)
    require(communities.exists(), "话题由本小组的单位或社区提出")
    initial = {"community": request.GET.get("community")}
    form = TopicForm(*posted(request), communities=communities, initial=initial)
    act = partial(raise_topic, by=request.user, at=timezone.now())
    if topic := carry_out(form, act):
        messages.success(request, "已提出，牵头单位会收到提醒")
        return redirect(topic)
    return form_page(
        request,
        form,
        title="提出话题",
        section="communities",
        back=crumb("topics"),
        submit_label="提出",
    )


def _visible(request, pk):
    topics = Topic.objects.visible_to(request.user)
    rows = topics.select_related("community__group__lead_unit", "raised_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def topic(request, pk):
    """One topic with what was said to it."""
    topic = _visible(request, pk)
    form = None
    if may_reply(request.user, topic):
        form = _reply_form(request, topic)
    return _topic_page(request, topic, form)


def _reply_form(request, topic):
    open_to_answer = topic.status == TopicStatus.OPEN and may_answer(request.user, topic)
    units = units_to_speak_for(request.user, topic)
    return ReplyForm(*posted(request), may_answer=open_to_answer, units=units)


def _topic_page(request, topic, form):
    replies = list(topic.replies.select_related("unit", "by").order_by("pk"))
    may_delete = not replies and may_delete_topic(request.user, topic)
    community = topic.community
    crumbs = [crumb("topics"), (community.name, community.get_absolute_url())]
    delete_url = ""
    if may_delete:
        delete_url = reverse("communities:topic_delete", args=[topic.pk])
    context = {
        "title": topic.title,
        "eyebrow": f"{community}发展论坛",
        "state_of": topic,
        "section": "communities",
        "crumbs": crumbs,
        "topic": topic,
        "replies": replies,
        "delete_url": delete_url,
        "form": form,
        "history": history_of(topic),
    }
    status = answer_status(form) if form else 200
    return render(request, "communities/topic_detail.html", context, status=status)


@require_POST
def topic_reply(request, pk):
    """Say something on a topic, or give the formal answer."""
    topic = _visible(request, pk)
    require(may_reply(request.user, topic), "只有本小组成员和共建办可以答复")
    form = _reply_form(request, topic)
    act = partial(reply_to_topic, topic, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, "已答复")
        return redirect(topic)
    return _topic_page(request, topic, form)


def units_to_speak_for(user, topic):
    """Return the user's units that sit in the group, else all those in which he is posted."""
    own_units = Unit.objects.held_by(user).order_by("name")
    seated = own_units.filter(seats__group__community=topic.community)
    return seated if seated.exists() else own_units


@require_POST
def topic_delete(request, pk):
    """Take back a topic without replies."""
    topic = _visible(request, pk)
    binned = delete_topic(topic, by=request.user, at=timezone.now())
    say_deleted(request, binned)
    return redirect("communities:topics")
