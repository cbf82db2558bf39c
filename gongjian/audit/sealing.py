"""Sealed exports: what the log said up to a night, in a file outside the database, under a seal
that chains the nights.

A night's seal is two files in AUDIT_EXPORT_DIR: `audit-2026-11-22-N.jsonl.gz` (one entry a line, N
the last number) and `audit-2026-11-22.json`, the manifest, which names it. The manifest comes last
and at once, so a job that was killed leaves nothing that counts. A seal takes in everything since
the seal before it: a missed night is caught up.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import chain as follow
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from gongjian.audit.chain import FIRST, ChainLine, exact, read_row, stored_rows
from gongjian.audit.digests import chosen_digest, hash_of, is_available, seal_of
from gongjian.audit.models import Entry
from gongjian.audit.verifying import Head, Verdict

PIECE = 1 << 20


class WrongSeal(Exception):
    """A manifest is not ours, not whole or under an unknown key; the message is a sentence."""


@dataclass(frozen=True)
class SealManifest:
    """What one seal vouches for.

    `count` 0: a quiet night, with the numbers and hashes of the seal before.
    """

    on: str
    made_at: str
    file: str
    file_hash: str
    count: int
    first_number: int
    last_number: int
    first_hash: str
    last_hash: str
    # The hash that the first entry names as its predecessor's.
    link_hash: str
    digest: str
    previous_seal: str
    key: str
    seal: str = ""

    def sealed_words(self) -> bytes:
        words = {}
        for name, value in asdict(self).items():
            if name != "seal":
                words[name] = value
        return json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _keys() -> dict[str, bytes]:
    """The keys of seals by name.

    The first one seals: AUDIT_SEAL_KEY, else of SECRET_KEY; the old ones still check.
    """
    secrets = filter(
        None, [settings.AUDIT_SEAL_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    )
    keys = []
    for secret in secrets:
        digest = salted_hmac(
            "gongjian.audit.seal", "key", secret=secret, algorithm="sha256"
        ).digest()
        keys.append(digest)
    return {hash_of(key, "sha256")[:12]: key for key in keys}


def manifest_path(on: date) -> Path:
    return settings.AUDIT_EXPORT_DIR / f"audit-{on.isoformat()}.json"


def seals() -> list[Path]:
    """The manifests that lie in the folder, oldest first."""
    return sorted(settings.AUDIT_EXPORT_DIR.glob("audit-????-??-??.json"))


def read_manifest(path: Path) -> SealManifest:
    """A manifest whose seal holds. Raises WrongSeal."""
    try:
        manifest = SealManifest(**json.loads(path.read_text(encoding="utf-8")))
        digest_known = is_available(manifest.digest)
    except (OSError, ValueError, TypeError) as wrong:
        raise WrongSeal(f"{path.name} 读不出来：文件缺失或已损坏") from wrong
    key = _keys().get(manifest.key)
    if key is None:
        raise WrongSeal(
            f"{path.name} 的封存密钥不在现用的密钥里：请把旧密钥放回 SECRET_KEY_FALLBACKS"
        )
    if not digest_known:
        raise WrongSeal(f"{path.name} 用的摘要算法 {manifest.digest} 在这台机器上不可用")
    seal = seal_of(manifest.sealed_words(), key, manifest.digest)
    if not constant_time_compare(manifest.seal, seal):
        raise WrongSeal(f"{path.name} 的封印不符：清单被改动")
    return manifest


def seal_log(on: date, *, at: datetime) -> SealManifest:
    """Export what the log gained since the last seal and seal it under the day `on`; a second time
    changes nothing.

    Raises WrongSeal when the seal before it does not hold, or the log no longer says what it
    vouches for.
    """
    path = manifest_path(on)
    if path.exists():
        return read_manifest(path)
    settings.AUDIT_EXPORT_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    earlier = []
    for seal in seals():
        if seal.name < path.name:
            earlier.append(seal)
    before = None
    if earlier:
        before = _standing(earlier[-1])
    manifest = _write_entries(on, before, at)
    dumps = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    words = dumps.encode()
    draft = _draft_of(path)
    _write_down(draft, [words])
    with suppress(FileExistsError):  # of two that seal the same night at once, the first one counts
        os.link(draft, path)
    draft.unlink()
    return read_manifest(path)


def _standing(path: Path) -> SealManifest:
    """The seal before, if the log still holds what it vouches for."""
    before = read_manifest(path)
    entries = Entry.objects.filter(pk=before.last_number, hash=before.last_hash)
    stands = entries.exists()
    if before.last_number and not stands:
        raise WrongSeal(
            f"第 {before.last_number} 条与 {path.name} 封存的不符，不再往下封存：请先执行 "
            "manage.py verify_audit"
        )
    return before


def _write_entries(on: date, before: SealManifest | None, at: datetime) -> SealManifest:
    lines = (read_row(row) for row in stored_rows(before.last_number if before else 0))
    if before:
        link = Head(before.last_number, before.last_hash)
    else:
        link = Head(0, FIRST)
    first = next(lines, None)
    counted = _CountedLines(follow([first], lines) if first else [])
    path = settings.AUDIT_EXPORT_DIR / f"audit-{on.isoformat()}"
    draft = _draft_of(path)
    _zip(draft, counted)
    if counted.last:
        last = Head(counted.last.id, counted.last.hash)
    else:
        last = link
    file = settings.AUDIT_EXPORT_DIR / f"audit-{on.isoformat()}-{last.number}.jsonl.gz"
    os.replace(draft, file)
    digest, (name, key) = chosen_digest(), next(iter(_keys().items()))
    if first:
        first_number = first.id
    else:
        first_number = link.number
    if first:
        first_hash = first.hash
    else:
        first_hash = link.hash
    manifest = SealManifest(
        on=on.isoformat(),
        made_at=exact(at),
        file=file.name,
        file_hash=_hash_of_file(file, digest),
        count=counted.count,
        first_number=first_number,
        last_number=last.number,
        first_hash=first_hash,
        last_hash=last.hash,
        link_hash=link.hash,
        digest=digest,
        previous_seal=before.seal if before else "",
        key=name,
    )
    seal = seal_of(manifest.sealed_words(), key, digest)
    return SealManifest(**{**asdict(manifest), "seal": seal})


class _CountedLines:
    """Lets lines through as text, counts them and remembers the last."""

    def __init__(self, lines: Iterable[ChainLine]) -> None:
        self.lines = lines
        self.count = 0
        self.last = None

    def __iter__(self) -> Iterator[bytes]:
        for line in self.lines:
            self.count, self.last = self.count + 1, line
            yield f"{line.to_json()}\n".encode()


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid4().hex}")


def _zip(path: Path, pieces: Iterable[bytes]) -> None:
    """The same pieces give the same bytes: no time and no name stands in the head of the file."""
    with path.open("wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
            for piece in pieces:
                file.write(piece)
        raw.flush()
        os.fsync(raw.fileno())


def _write_down(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())


def _hash_of_file(path: Path, digest: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(digest)).hexdigest()


def drop_old_seals(on: date) -> int:
    """Take away exports older than AUDIT_EXPORT_KEEP_DAYS, never the newest; returns how many.

    The log stays whole.
    """
    oldest = manifest_path(on - timedelta(days=settings.AUDIT_EXPORT_KEEP_DAYS)).name
    gone = [path for path in seals()[:-1] if path.name < oldest]
    for path in gone:
        for file in settings.AUDIT_EXPORT_DIR.glob(f"{path.stem}-*.jsonl.gz"):
            file.unlink()
        path.unlink()
    return len(gone)


def sealed_heads(verdict: Verdict | None = None) -> dict[int, str]:
    """Number and hash of the last entry of every seal that holds; those that do not are blamed in
    `verdict`.
    """
    heads: dict[int, str] = {}
    before: SealManifest | None = None
    for path in seals():
        try:
            manifest = read_manifest(path)
        except WrongSeal as wrong:
            if verdict:
                verdict.blame(str(wrong))
            before = None
            continue
        if verdict and before and manifest.previous_seal != before.seal:
            fault = (
                f"{path.name} 与前一份封存 audit-{before.on}.json 接不上：中间有封存被删除或替换"
            )
            verdict.blame(fault)
        before = manifest
        if manifest.last_number:
            heads[manifest.last_number] = manifest.last_hash
    return heads


def verify_export(path: Path) -> tuple[SealManifest, Verdict]:
    """Check one sealed export, by its manifest or its file: the seal, the file, every line.

    Raises WrongSeal.
    """
    if path.name.endswith(".jsonl.gz"):
        path = path.with_name(f"{path.name[: len('audit-2026-11-22')]}.json")
    manifest = read_manifest(path)
    verdict = Verdict()
    file = path.with_name(manifest.file)
    if not file.exists():
        raise WrongSeal(f"{file.name} 不在：封存的记录被删除或移走")
    if _hash_of_file(file, manifest.digest) != manifest.file_hash:
        verdict.blame(f"{file.name} 与清单里的摘要不符：文件被改动或已损坏")
        return manifest, verdict
    before = Head(
        manifest.first_number - 1 if manifest.count else manifest.last_number, manifest.link_hash
    )
    last = _walk_file(file, verdict, before)
    if (verdict.count, *last) != (manifest.count, manifest.last_number, manifest.last_hash):
        verdict.blame(f"{file.name} 的条数或末条与清单不符")
    return manifest, verdict


def _walk_file(file: Path, verdict: Verdict, before: Head) -> Head:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for text in lines:
            line = ChainLine(**json.loads(text))
            verdict.count += 1
            if (
                line.id != before.number + 1
                or line.previous_hash != before.hash
                or not line.holds()
            ):
                verdict.blame(f"第 {line.id} 条与前一条接不上，或内容与摘要不符")
            before = Head(line.id, line.hash)
            verdict.first = verdict.first or before
    verdict.last = before if verdict.count else None
    return before
