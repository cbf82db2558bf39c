"""The sign-in form as tests fill it in: the names of its fields stand here alone."""

from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD

NAME, SECRET = "username", "password"


def sign_in_form(username: str, password: str = PASSWORD, **more) -> dict:
    return {NAME: username, SECRET: password, **more}


def try_to_sign_in(
    username: str, password: str = PASSWORD, client: Client | None = None, **options
):
    """Post the sign-in form; the answer has the client as `answer.client`."""
    return (client or Client()).post(
        reverse("accounts:sign_in"), sign_in_form(username, password), **options
    )


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
