"""One account a role to look around with: passwords made now, shown once, stored only hashed."""

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
    """What the terminal shows. `secret` is a password, or an API token for the API's client."""

    role: str
    username: str
    name: str
    place: str
    secret: str

    @property
    def line(self) -> str:
        role, username = padded(self.role, 18), padded(self.username, 12)
        columns = role + username + padded(self.secret, 40)
        return f"{columns}{self.place} {self.name}"


def padded(text: str, width: int) -> str:
    """Return the text filled up to `width` terminal columns; a Chinese character takes two."""
    wide = sum(east_asian_width(character) in "WF" for character in text)
    columns = len(text) + wide
    return text + " " * max(1, width - columns)


def open_demo_accounts(*, at: datetime) -> list[DemoAccount]:
    """Give the first account of each role a password, the client of the API a token."""
    accounts = []
    passwords: dict[User, str] = {}
    for post in first_posts():
        if post.role == Role.API_CLIENT:
            _, secret = create_token(user=post.user, name="演示", scopes=READING, at=at)
        else:
            secret = passwords[post.user] = one_time_password()
        accounts.append(account_of(post, secret))
    set_passwords(passwords)
    return accounts


def first_posts() -> list[Appointment]:
    """Return the appointment of the first account of each role, in the order of the logins."""
    usernames = [f"{login}01" for login in LOGINS.values()]
    posts = Appointment.objects.filter(user__username__in=usernames)
    posts = posts.select_related("user", "unit_posting__unit", "community_posting__community")
    by_role = {post.role: post for post in posts}
    return [by_role[role] for role in LOGINS]


def set_passwords(passwords: dict[User, str]) -> None:
    """Set and save the passwords of several people.

    A hash takes a third of a second outside the interpreter's lock: threads do them side by side.
    """
    with ThreadPoolExecutor() as threads:
        list(threads.map(User.set_password, passwords, passwords.values()))
    User.objects.bulk_update(passwords, ["password"])


def account_of(post: Appointment, secret: str) -> DemoAccount:
    """Return the account that holds a post, as the terminal shows it."""
    user = post.user
    posting = getattr(post, "unit_posting", None)
    place = posting.unit if posting else post.community_posting.community
    role = post.get_role_display()
    return DemoAccount(role, user.username, user.name, str(place), secret)
