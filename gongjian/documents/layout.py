from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    title: str


def render_pdf(sheet):
    raise NotImplementedError


def attachment_from(item):
    raise NotImplementedError
