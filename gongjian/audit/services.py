"""Writing the log. Every act records itself in its own transaction."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Model

from gongjian.accounts.models import User
from gongjian.audit.chain import FIRST, line_of
from gongjian.audit.digests import chosen_digest
from gongjian.audit.masking import without_numbers
from gongjian.audit.models import Entry
from gongjian.audit.origin import present_origin
from gongjian.audit.subjects import Subject, subject_of

# one writer at a time appends to the chain (PostgreSQL; SQLite has one writer anyway)
CHAIN_LOCK = 0x6A6F696E


class LogEncoder(DjangoJSONEncoder):
    """A file is kept in the log by its name."""

    def default(self, o: Any) -> Any:
        if isinstance(o, File):
            return str(o)
        return super().default(o)


def canonical(changes: Any) -> Any:
    """JSON-safe copy as it is kept for ever: dates and fractions are text, telephone numbers are
    masked.

    PostgreSQL writes a float in another way than Python does, so none is kept as a number.
    """
    text = json.dumps(changes, cls=LogEncoder, ensure_ascii=False)
    return without_numbers(json.loads(text, parse_float=str, parse_constant=str))


def _last() -> tuple[int, str]:
    """Number and hash of the newest entry; nobody else appends until this transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    entries = Entry.objects.order_by("-pk").values_list("pk", "hash")
    return entries.first() or (0, FIRST)


def _entry(
    obj: Model | Subject,
    event: str,
    *,
    by: User | None,
    at: datetime,
    changes: dict[str, Any],
    last: tuple[int, str],
) -> Entry:
    number, previous = last
    subject = subject_of(obj)
    address, request_id = present_origin()
    entry = Entry(
        pk=number + 1,
        at=at,
        by=by,
        event=event,
        object_type=subject.kind,
        object_id=subject.key,
        object_label=subject.name[:200],
        changes=changes,
        address=address,
        request_id=request_id,
        digest=chosen_digest(),
        previous_hash=previous,
    )
    entry.hash = line_of(entry).own_hash()
    return entry


def record(
    obj: Model | Subject, event: str, *, by: User | None, at: datetime, **changes: Any
) -> Entry:
    """Write one entry about `obj`; call inside the act's transaction.

    `by` nobody: the site itself.
    """
    with transaction.atomic():
        entry = _entry(obj, event, by=by, at=at, changes=canonical(changes), last=_last())
        entry.save(force_insert=True)
    return entry


def record_many(
    objs: Iterable[Model | Subject], event: str, *, by: User | None, at: datetime, **changes: Any
) -> int:
    """Write one entry for each of `objs`, alike in everything else; returns how many."""
    content = canonical(changes)
    with transaction.atomic():
        last, entries = _last(), []
        for obj in objs:
            entry = _entry(obj, event, by=by, at=at, changes=content, last=last)
            entries.append(entry)
            last = entries[-1].pk, entries[-1].hash
        Entry.objects.bulk_create(entries, batch_size=500)
    return len(entries)
