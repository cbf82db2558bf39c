"""Where I am signed in; and the security administrator's page on where another person is."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gongjian.office.security.devices import describe
from gongjian.office.security.services import sessions as services
from gongjian.office.security.views.people import load_person


def describe_sessions(user) -> list[UserSession]:
    """The living sessions of `user`, latest used first, each with its `device`; dead ones are swept
    out.
    """
    living = UserSession.objects.purge_and_list(user)
    for session in living:
        session.device = describe(session.user_agent)
    return sorted(living, key=lambda session: session.last_seen_at, reverse=True)


@require_safe
def my_sessions(request):
    """Every place where one is signed in; this one is named as such."""
    UserSession.objects.create_from_request(request)
    context = {
        "title": "我在哪些地方登录着",
        "crumbs": [("登录安全", reverse("mfa_index"))],
        "sessions": describe_sessions(request.user),
        "here": request.session.session_key,
    }
    return render(request, "security/my_sessions.html", context)


@require_POST
def my_session_end(request, pk):
    """Sign out at one other place."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    services.end_session(session, by=request.user, at=timezone.now())
    messages.success(request, "那一处已退出登录")
    return redirect("security:my_sessions")


@require_POST
def my_sessions_end(request):
    """Sign out everywhere but here."""
    ended = services.end_other_sessions(
        request.user, keep=request.session.session_key, at=timezone.now()
    )
    messages.success(request, f"其他 {ended} 处已退出登录" if ended else "没有其他地方登录着")
    return redirect("security:my_sessions")


@require_POST
def session_end(request, pk, session):
    """The security administrator signs a person out at one place."""
    person = load_person(request, pk)
    services.end_session(
        get_object_or_404(UserSession, pk=session, user=person), by=request.user, at=timezone.now()
    )
    messages.success(request, f"{person.name}的这一处登录已结束")
    return redirect("security:person", person.pk)


@require_POST
def sessions_end(request, pk):
    """The security administrator signs a person out everywhere."""
    person = load_person(request, pk)
    ended = services.end_all_sessions(person, by=request.user, at=timezone.now())
    messages.success(request, f"{person.name}的 {ended} 处登录已全部结束")
    return redirect("security:person", person.pk)
