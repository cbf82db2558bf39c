"""Forms that edit what is there already. Each app lists its own in tests/<app>/edits.py as EDITS.

    Edit(
        "units:contact",
        lambda cast: [cast.lead_unit.pk],
        first="office_staff",
        second="lead_officer",
        theirs={…},
        mine={…},
        stored=lambda: …,
    )

Both people open the page; `second` saves `theirs`, then `first` sends `mine`, which must not
overwrite what is `stored`. What is typed may depend on the cast: theirs=lambda cast: {…}. `closes`
says that saving ends the work: what `first` typed is shown to him, and cannot be saved any more.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from html.parser import HTMLParser


@dataclass(frozen=True)
class Edit:
    name: str
    args: Callable
    first: str
    second: str
    theirs: dict | Callable
    mine: dict | Callable
    stored: Callable
    closes: bool = False

    def __str__(self):
        return self.name

    def by(self, cast) -> "Edit":
        """The same with what is typed worked out, where it depends on the cast."""
        said = {
            name: typed(cast)
            for name in ("theirs", "mine")
            if callable(typed := getattr(self, name))
        }
        return replace(self, **said)


class Fields(HTMLParser):
    """What a browser would send of the form that carries the field `opened`."""

    def __init__(self, page: str):
        super().__init__()
        self.forms, self.writing, self.choosing = [{}], None, None
        self.feed(page)

    @property
    def sent(self) -> dict:
        return next((form for form in self.forms if "opened" in form), {})

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name, kind = given.get("name"), given.get("type", "text")
        if tag == "form":
            self.forms.append({})
        elif (
            tag == "input"
            and name
            and (kind not in {"checkbox", "radio", "file"} or "checked" in given)
        ):
            self.forms[-1][name] = given.get("value") or (
                "on" if kind in {"checkbox", "radio"} else ""
            )
        elif tag == "textarea":
            self.writing = name
            self.forms[-1][name] = ""
        elif tag == "select":
            self.choosing = name
        elif tag == "option" and self.choosing and "selected" in given:
            self.forms[-1][self.choosing] = given.get("value", "")

    def handle_data(self, data):
        if self.writing:
            self.forms[-1][self.writing] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.writing = None
        elif tag == "select":
            self.choosing = None


def fields_of(answer) -> dict:
    """What the form in an answer would send if nothing were typed."""
    return Fields(answer.content.decode()).sent


def send(client, url: str, typed: dict, **more):
    """Open the page, type, and send it."""
    return client.post(
        url, {**typed, "opened": fields_of(client.get(url)).get("opened", "")}, **more
    )
