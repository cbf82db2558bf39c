"""The number of the request in hand: on the answer, on the error page, in every log line and in the
log of acts.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

_current: ContextVar[str] = ContextVar("request_id", default="")
TRUSTED_FORM = re.compile(r"[A-Za-z0-9_-]{8,32}")


def current_request_id() -> str:
    """The number of the request being answered; empty in jobs and commands."""
    return _current.get()


def new_request_id() -> str:
    return uuid4().hex


@contextmanager
def request_in_hand(request_id: str) -> Iterator[str]:
    """Let everything in the block know its request's number."""
    token = _current.set(request_id)
    try:
        yield request_id
    finally:
        _current.reset(token)


class WithRequestId(logging.Filter):
    """Gives every log record the number of its request, `-` outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id() or "-"
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line, for machines that gather logs: at, level, logger, request, message,
    trace.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
