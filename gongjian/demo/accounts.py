"""One account a role to look around with: passwords made now, shown once, kept nowhere."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from unicodedata import east_asian_width

from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.accounts.scopes import READING
from gongjian.accounts.services import one_time_password
from gongjian.accounts.tokens import create_token
from gongjian.demo.people import LOGINS


@dataclass(frozen=True)
class DemoAccount:
    """What the terminal shows. `secret` is a password, or an API token for the client of the API."""

    role: str
    username: str
    name: str
    place: str
    secret: str

    @property
    def line(self) -> str:
        return f"{padded(self.role, 18)}{padded(self.username, 12)}{padded(self.secret, 40)}{self.place} {self.name}"


def padded(text: str, width: int) -> str:
    """The text filled up to a terminal's columns, of which a Chinese character takes two."""
    taken = sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(1, width - taken)


def open_demo_accounts(*, at: datetime) -> list[DemoAccount]:
    """Give the first account of each role a password."""
    posts = list(_faces())
    people = [post for post in posts if post.role != Role.API_CLIENT]
    passwords = [one_time_password() for _ in people]
    with (
        ThreadPoolExecutor() as hands
    ):  # a hash takes a third of a second, outside the interpreter's lock
        list(
            hands.map(
                lambda pair: pair[0].user.set_password(pair[1]), zip(people, passwords, strict=True)
            )
        )
    User.objects.bulk_update([post.user for post in people], ["password"])
    secrets = dict(zip((post.pk for post in people), passwords, strict=True))
    for post in posts:
        if post.role == Role.API_CLIENT:
            secrets[post.pk] = create_token(user=post.user, name="演示", scopes=READING, at=at)[1]
    return [_shown(post, secrets[post.pk]) for post in posts]


def _faces() -> Iterator[Appointment]:
    related = ("user", "unit_posting__unit", "community_posting__community")
    posts = Appointment.objects.select_related(*related)
    first = {f"{login}01" for login in LOGINS.values()}
    by_role = {post.role: post for post in posts.filter(user__username__in=first)}
    return (by_role[role] for role in LOGINS)


def _shown(post: Appointment, secret: str) -> DemoAccount:
    posting = getattr(post, "unit_posting", None)
    place = posting.unit if posting else post.community_posting.community
    return DemoAccount(
        post.get_role_display(), post.user.username, post.user.name, str(place), secret
    )
