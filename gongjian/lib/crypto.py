"""The one place for cryptography: sealed text under keys that can be changed, and keyed hashes for
exact lookup.

A sealed value says how it was sealed: `v1:<algorithm>:<key id>:<base64 of nonce, text and tag>`.
The key ring is `settings.FIELD_KEYS`, `id:base64,id:base64,…`, newest first: the first key seals,
every key opens. What a value is bound to (its table and column) goes into the tag, so that it
cannot be carried to another column. ASVS 11.2.2, 11.3.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "v1"
UNREADABLE = "（无法解密）"
KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


class CannotOpen(Exception):
    """A sealed value cannot be read; the message says why, and never what was in it."""


class KeyMissing(CannotOpen):
    """Its key is not on the ring."""


class _AesGcm:
    def __init__(self, secret: bytes) -> None:
        derived = _derived(secret, b"gongjian/seal/aesgcm", hashes.SHA256(), 32)
        self._cipher = AESGCM(derived)

    def lock(self, nonce: bytes, text: bytes, bound: bytes) -> bytes:
        return self._cipher.encrypt(nonce, text, bound)

    def unlock(self, nonce: bytes, locked: bytes, bound: bytes) -> bytes:
        return self._cipher.decrypt(nonce, locked, bound)


class _Sm4Gcm:
    """SM4 in GCM (GB/T 32907, GB/T 36624): 128-bit key, the tag at the end as with AES."""

    def __init__(self, secret: bytes) -> None:
        derived = _derived(secret, b"gongjian/seal/sm4gcm", hashes.SM3(), 16)
        self._key = algorithms.SM4(derived)

    def lock(self, nonce: bytes, text: bytes, bound: bytes) -> bytes:
        act = Cipher(self._key, modes.GCM(nonce)).encryptor()
        act.authenticate_additional_data(bound)
        return act.update(text) + act.finalize() + act.tag

    def unlock(self, nonce: bytes, locked: bytes, bound: bytes) -> bytes:
        act = Cipher(self._key, modes.GCM(nonce, locked[-TAG_BYTES:])).decryptor()
        act.authenticate_additional_data(bound)
        return act.update(locked[:-TAG_BYTES]) + act.finalize()


def _derived(secret: bytes, purpose: bytes, algorithm: hashes.HashAlgorithm, length: int) -> bytes:
    """A key of its own for each purpose, so that no two algorithms ever share one."""
    return HKDF(algorithm=algorithm, length=length, salt=None, info=purpose).derive(secret)


# By the id that is stored with every value.
ALGORITHMS: dict[str, type[_AesGcm] | type[_Sm4Gcm]] = {"aesgcm": _AesGcm, "sm4gcm": _Sm4Gcm}

# By what the setting CRYPTO_ALGORITHM calls them.
CHOICES = {"aes-gcm": "aesgcm", "sm4": "sm4gcm"}


@dataclass(frozen=True)
class Key:
    id: str
    secret: bytes

    @cached_property
    def ciphers(self) -> dict[str, _AesGcm | _Sm4Gcm]:
        ciphers = {}
        for name, make in ALGORITHMS.items():
            ciphers[name] = make(self.secret)
        return ciphers

    @property
    def fingerprint(self) -> str:
        """Tells two keys of one id apart and nothing else of them."""
        return _derived(self.secret, b"gongjian/fingerprint", hashes.SHA256(), 4).hex()

    @cached_property
    def index_secret(self) -> bytes:
        return _derived(self.secret, b"gongjian/blind-index", hashes.SHA256(), 32)


def parse_keys(written: str) -> tuple[list[Key], list[str]]:
    """The keys of `id:base64,…`, newest first, and what is wrong with the text, a Chinese sentence
    each.
    """
    keys: list[Key] = []
    wrong: list[str] = []
    for place, part in enumerate(filter(None, map(str.strip, written.split(","))), start=1):
        name, _, text = part.partition(":")
        if not KEY_ID.fullmatch(name):
            wrong.append(
                f"第 {place} 把密钥应写作 编号:Base64，编号为小写字母、数字和减号，最多 20 个"
            )
        elif any(name == key.id for key in keys):
            wrong.append(f"密钥编号 {name} 出现了两次")
        elif (secret := _decoded(text)) is None:
            command = f"openssl rand -base64 {KEY_BYTES}"
            wrong.append(f"密钥 {name} 应为 {KEY_BYTES} 字节随机数的 Base64（{command}）")
        elif len(set(secret)) < 8:
            wrong.append(f"密钥 {name} 太弱：应为随机生成，不能是重复的字节")
        else:
            keys.append(Key(name, secret))
    return keys, wrong if keys or wrong else ["没有密钥"]


def _decoded(text: str) -> bytes | None:
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(secret) == KEY_BYTES:
        return secret
    return None


def make_key(name: str) -> str:
    """A new key as it is written in the ring."""
    return f"{name}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


@dataclass(frozen=True)
class Ring:
    keys: tuple[Key, ...]
    algorithm: str

    @property
    def newest(self) -> Key:
        return self.keys[0]

    @cached_property
    def by_id(self) -> dict[str, Key]:
        return {key.id: key for key in self.keys}

    @property
    def head(self) -> str:
        """How every value begins that is sealed as one would be sealed now."""
        return f"{VERSION}:{self.algorithm}:{self.newest.id}:"


@lru_cache(maxsize=8)
def _ring(written: str, choice: str) -> Ring:
    keys, wrong = parse_keys(written)
    if wrong:
        raise CannotOpen("GONGJIAN_FIELD_KEYS 有误：" + "；".join(wrong))
    return Ring(tuple(keys), CHOICES[choice])


def ring() -> Ring:
    """The keys of the settings. Raises CannotOpen when they cannot be used."""
    return _ring(settings.FIELD_KEYS, settings.CRYPTO_ALGORITHM)


def key_ids() -> list[str]:
    """The keys at hand by id and fingerprint, by which a backup says what it needs to be read."""
    return sorted(f"{key.id}-{key.fingerprint}" for key in ring().keys)


def seal(text: str, bound_to: str) -> str:
    """Lock `text` under the newest key for the place `bound_to` ("table.column"); the empty text
    stays empty.
    """
    if text == "":
        return ""
    keys = ring()
    nonce = os.urandom(NONCE_BYTES)
    cipher = keys.newest.ciphers[keys.algorithm]
    locked = cipher.lock(nonce, text.encode(), f"{keys.head}{bound_to}".encode())
    return keys.head + base64.b64encode(nonce + locked).decode()


def open_sealed(sealed: str, bound_to: str) -> str:
    """The text of a sealed value.

    Raises KeyMissing without its key, CannotOpen when it was altered or moved.
    """
    if sealed == "":
        return ""
    version, algorithm, key_id, body = _parts(sealed)
    key = ring().by_id.get(key_id)
    if key is None:
        remedy = "请把它补在末尾，再运行 manage.py rotate_keys"
        raise KeyMissing(f"密钥 {key_id} 不在 GONGJIAN_FIELD_KEYS 中：{remedy}")
    try:
        raw = base64.b64decode(body, validate=True)
        bound = f"{version}:{algorithm}:{key_id}:{bound_to}".encode()
        return key.ciphers[algorithm].unlock(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound).decode()
    except (InvalidTag, ValueError) as broken:
        raise CannotOpen(
            f"{bound_to} 中有内容与密钥 {key_id} 不符：密文被改动、换了位置，或密钥不是原来那一把"
        ) from broken


def _parts(sealed: str) -> list[str]:
    parts = sealed.split(":", 3)
    if len(parts) != 4 or parts[0] != VERSION or parts[1] not in ALGORITHMS:
        raise CannotOpen("内容没有加密，或不是本系统认得的密文格式")
    return parts


def is_sealed(text: str) -> bool:
    return text.startswith(f"{VERSION}:")


def blind_index(text: str, bound_to: str) -> str:
    """A keyed hash by which an exact value is found without opening anything: `<key id>:<hex>`
    under the newest key.
    """
    return _index(ring().newest, text, bound_to)


def blind_indexes(text: str, bound_to: str) -> list[str]:
    """The hashes of a value under every key: what to look for while keys are being changed."""
    indexes = []
    for key in ring().keys:
        index = _index(key, text, bound_to)
        indexes.append(index)
    return indexes


def _index(key: Key, text: str, bound_to: str) -> str:
    message = f"{bound_to}\0{text}".encode()
    return f"{key.id}:{hmac.new(key.index_secret, message, hashlib.sha256).hexdigest()}"
