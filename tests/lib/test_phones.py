import pytest

from gongjian.lib.phones import check_phone, mask


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13812345678", "13812345678"),
        (" 138-1234-5678 ", "13812345678"),
        ("１３８ １２３４ ５６７８", "13812345678"),
        ("+86 13812345678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("0571-63312345", "0571-63312345"),
        ("057163312345", "0571-63312345"),
        ("（0571）63312345", "0571-63312345"),
        ("0571—63312345转801", "0571-63312345-801"),
        ("0571-63312345-801", "0571-63312345-801"),
        ("010 62345678", "010-62345678"),
        ("021-62345678", "021-62345678"),
        ("0570-3312345", "0570-3312345"),
    ],
)
def test_a_number_has_one_written_form(text, number):
    assert check_phone(text) == number
    assert check_phone(number) == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1381234567", "有 10 位"),
        ("138123456789", "有 12 位"),
        ("12812345678", "不是手机号"),
        ("63312345", "没有区号"),
        ("13812345678/13912345678", "不止一个号码"),
        ("张三", "不是电话号码"),
        ("", "不是电话号码"),
        ("0571-13312345", "不是电话号码"),
        ("13812345678\n<script>", "不是电话号码"),
        ("٠٥٧١-٦٣٣١٢٣٤٥", "不是电话号码"),
        ("1" * 100_000, "位"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_phone(text)


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("0571-63312345", "0571-****2345"),
        ("0571-63312345-801", "0571-****2345"),
        ("12345", "****45"),
        ("119", "***"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_too_little_to_ring(phone, masked):
    assert mask(phone) == masked
