"""Sealed values: altered, moved or under a lost key they are never read as something else."""

import pytest

from gongjian.lib import crypto

OLD, NEW = crypto.make_key("k2025"), crypto.make_key("k2026")
PLACE = "units_contact.phone"


@pytest.fixture(params=["aes-gcm", "sm4"])
def algorithm(request, settings):
    settings.FIELD_KEYS, settings.CRYPTO_ALGORITHM = f"{NEW},{OLD}", request.param
    return crypto.CHOICES[request.param]


def test_what_is_sealed_can_be_opened_and_says_how_it_was_sealed(algorithm):
    sealed = crypto.seal("13812345678", PLACE)
    assert sealed.startswith(f"v1:{algorithm}:k2026:")
    assert "13812345678" not in sealed
    assert crypto.open_sealed(sealed, PLACE) == "13812345678"
    assert sealed.split(":")[2] == "k2026"


def test_the_same_text_is_never_sealed_alike(algorithm):
    assert crypto.seal("13812345678", PLACE) != crypto.seal("13812345678", PLACE)


def test_the_empty_text_stays_empty(algorithm):
    assert crypto.seal("", PLACE) == crypto.open_sealed("", PLACE) == ""


def test_every_altered_character_is_noticed(algorithm):
    sealed = crypto.seal("13812345678", PLACE)
    head = sealed.rindex(":") + 1
    for place in range(head, len(sealed.rstrip("=")) - 1):
        other = "A" if sealed[place] != "A" else "B"
        with pytest.raises(crypto.CannotOpen):
            crypto.open_sealed(sealed[:place] + other + sealed[place + 1 :], PLACE)


def test_a_value_carried_to_another_column_is_refused(algorithm):
    with pytest.raises(crypto.CannotOpen, match="换了位置"):
        crypto.open_sealed(crypto.seal("13812345678", PLACE), "accounts_user.phone")


def test_a_value_whose_algorithm_or_key_was_relabelled_is_refused(algorithm):
    sealed = crypto.seal("13812345678", PLACE)
    other = {"aesgcm": "sm4gcm", "sm4gcm": "aesgcm"}[algorithm]
    for forged in (sealed.replace(algorithm, other), sealed.replace("k2026", "k2025")):
        with pytest.raises(crypto.CannotOpen):
            crypto.open_sealed(forged, PLACE)


def test_an_old_key_still_opens_and_a_removed_one_is_named(settings):
    settings.CRYPTO_ALGORITHM, settings.FIELD_KEYS = "aes-gcm", OLD
    sealed = crypto.seal("13812345678", PLACE)
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    assert crypto.open_sealed(sealed, PLACE) == "13812345678"
    settings.FIELD_KEYS = NEW
    with pytest.raises(crypto.KeyMissing, match="密钥 k2025 不在 GONGJIAN_FIELD_KEYS 中"):
        crypto.open_sealed(sealed, PLACE)


@pytest.mark.parametrize(
    "text", ["13812345678", "v1:rot13:k2026:AAAA", "v2:aesgcm:k2026:AAAA", "v1:aesgcm:k2026:"]
)
def test_what_is_no_sealed_value_is_refused(algorithm, text):
    with pytest.raises(crypto.CannotOpen):
        crypto.open_sealed(text, PLACE)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "没有密钥"),
        ("k1:AAAA", "密钥 k1 应为 32 字节随机数"),
        ("k1:not base64", "密钥 k1 应为 32 字节随机数"),
        ("k1:" + "A" * 43 + "=", "密钥 k1 太弱"),
        (f"{OLD},{OLD}", "密钥编号 k2025 出现了两次"),
        ("K_1:AAAA", "第 1 把密钥应写作"),
    ],
)
def test_weak_keys_are_named(written, said):
    assert said in "；".join(crypto.parse_keys(written)[1])


def test_a_blind_index_finds_the_same_value_in_the_same_column_only(algorithm):
    known = crypto.blind_index("13812345678", PLACE)
    assert known == crypto.blind_index("13812345678", PLACE)
    assert known in crypto.blind_indexes("13812345678", PLACE)
    assert known.startswith("k2026:")
    assert known != crypto.blind_index("13812345678", "accounts_user.phone")
    assert known != crypto.blind_index("13812345679", PLACE)
    assert len(crypto.blind_indexes("13812345678", PLACE)) == 2
