"""Writing and checking the log. Every act records itself in its own transaction."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from gongjian.audit.models import Entry

FIRST = "0" * 64
CHAIN_LOCK = 0x6A6F696E  # one writer at a time appends to the chain (PostgreSQL; SQLite has one writer anyway)


def canonical(changes: Any) -> Any:
    """JSON-safe copy in which dates and decimals are text, as they are hashed and stored."""
    return json.loads(json.dumps(changes, cls=DjangoJSONEncoder, ensure_ascii=False))


def entry_hash(entry: Entry) -> str:
    body = [
        entry.previous_hash,
        entry.at.timestamp(),
        entry.by_id,
        entry.event,
        entry.object_type,
        entry.object_id,
        entry.object_label,
        entry.changes,
    ]
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _last_hash() -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    return Entry.objects.order_by("-pk").values_list("hash", flat=True).first() or FIRST


def _entry(obj, event: str, *, by, at, changes: dict, previous: str) -> Entry:
    entry = Entry(
        at=at,
        by=by,
        event=event,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=str(obj)[:200],
        changes=canonical(changes),
        previous_hash=previous,
    )
    entry.hash = entry_hash(entry)
    return entry


def record(obj, event: str, *, by, at, **changes) -> Entry:
    """Write one entry about `obj`; call inside the act's transaction."""
    with transaction.atomic():
        entry = _entry(obj, event, by=by, at=at, changes=changes, previous=_last_hash())
        entry.save(force_insert=True)
    return entry


def record_many(objs: Iterable, event: str, *, by, at, **changes) -> int:
    """Write one entry for each of `objs`, alike in everything else; returns how many."""
    with transaction.atomic():
        previous, entries = _last_hash(), []
        for obj in objs:
            entries.append(_entry(obj, event, by=by, at=at, changes=changes, previous=previous))
            previous = entries[-1].hash
        Entry.objects.bulk_create(entries, batch_size=500)
    return len(entries)


def broken_entries() -> Iterable[Entry]:
    """Entries whose hash or link to the one before does not hold, in order; empty when the log is whole."""
    previous = FIRST
    for entry in Entry.objects.order_by("pk").iterator(chunk_size=2000):
        if entry.previous_hash != previous or entry.hash != entry_hash(entry):
            yield entry
        previous = entry.hash
