"""Cursor paging for the API: the same cost at any depth, and no row twice or never while rows come
and go.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError as BadRequest
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

INVALID = "翻页标记 cursor 无效或已过期：请从第一页重新读取，并原样使用 next 给出的地址。"
Position = list[Any]


class StableCursor(CursorPagination):
    """Pages after a position in the whole sort key, the primary key last.

    Django REST framework's own cursor looks at the first key alone and counts on from there, at
    most 1,000 equal keys; an import of a whole city stamps more rows than that in the same instant.
    The view sets `ordering` (one or more names that are never null); rows are model instances or
    dicts that hold these names and `pk` or `id`.
    """

    page_size = 100
    max_page_size = 500
    page_size_query_param = "limit"
    ordering: Any = ("pk",)
    page_size_query_description = "每页行数，1 至 500，不写为 100"
    cursor_query_description = "翻页标记：取自上一次回答的 next 或 previous"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.base_url: str = request.build_absolute_uri()
        self.names = self._names(view)
        size = self.get_page_size(request) or self.page_size
        position, backward = self._read(request.query_params.get(self.cursor_query_param, ""))
        rows = self._fetch(queryset, position, backward, size + 1)
        more = len(rows) > size
        self.page = rows[:size]
        if backward:
            self.page.reverse()
        if backward:
            self.has_next = bool(position)
        else:
            self.has_next = more
        if backward:
            self.has_previous = more
        else:
            self.has_previous = bool(position)
        return self.page

    def get_next_link(self) -> str | None:
        if self.has_next and self.page:
            return self._link(self.page[-1], backward=False)
        return None

    def get_previous_link(self) -> str | None:
        if self.has_previous and self.page:
            return self._link(self.page[0], backward=True)
        return None

    def _names(self, view: Any) -> list[str]:
        ordering = getattr(view, "ordering", None) or self.ordering
        if isinstance(ordering, str):
            names = [ordering]
        else:
            names = list(ordering)
        if names[-1].lstrip("-") in {"pk", "id"}:
            return names
        return [*names, "pk"]

    def _fetch(
        self, queryset: QuerySet[Any], position: Position, backward: bool, limit: int
    ) -> list[Any]:
        order = []
        for name in self.names:
            order.append(_turned(name) if backward else name)
        try:
            beyond = self._beyond(order, position)
            return list(queryset.order_by(*order).filter(beyond)[:limit])
        except (ValueError, TypeError, ValidationError) as wrong:
            raise BadRequest({self.cursor_query_param: INVALID}) from wrong

    @staticmethod
    def _beyond(order: list[str], position: Position) -> Q:
        """Rows after the position: a later first key, or the same first key and a later second one,
        and so on.

        The bound on the first key alone is implied; it lets the database enter its index there.
        """
        if not position:
            return Q()
        beyond = Q()
        same = Q()
        for name, value in zip(order, position, strict=False):
            way = "lt" if name.startswith("-") else "gt"
            field = name.removeprefix("-")
            beyond |= same & Q(**{f"{field}__{way}": value})
            same &= Q(**{field: value})
        way = "gte"
        if order[0].startswith("-"):
            way = "lte"
        return Q(**{f"{order[0].removeprefix('-')}__{way}": position[0]}) & beyond

    def _link(self, row: Any, *, backward: bool) -> str:
        keys = []
        for name in self.names:
            keys.append(self._key(row, name.removeprefix("-")))
        dumps = json.dumps([int(backward), *keys], ensure_ascii=False)
        token = urlsafe_b64encode(dumps.encode()).decode().rstrip("=")
        return replace_query_param(self.base_url, self.cursor_query_param, token)

    @staticmethod
    def _key(row: Any, name: str) -> str | int:
        if isinstance(row, dict):
            if name in row:
                value = row[name]
            else:
                value = row["id"]
        else:
            value = row
            for step in name.split("__"):
                value = getattr(value, step)
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, int):
            return value
        return str(value)

    def _read(self, token: str) -> tuple[Position, bool]:
        if not token:
            return [], False
        try:
            backward, *position = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        except (ValueError, TypeError, Base64Error) as wrong:
            raise BadRequest({self.cursor_query_param: INVALID}) from wrong
        if len(position) != len(self.names) or not all(
            isinstance(value, str | int) for value in position
        ):
            raise BadRequest({self.cursor_query_param: INVALID})
        return position, backward == 1


def _turned(name: str) -> str:
    if name.startswith("-"):
        return name.removeprefix("-")
    return f"-{name}"
