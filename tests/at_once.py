"""Many people at the same moment."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

PEOPLE = 8


def at_once(act, things) -> None:
    def alone(thing):
        try:
            act(thing)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as people:
        list(people.map(alone, things))
