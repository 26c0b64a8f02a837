from collections.abc import Callable
from functools import partial

import pytest

from procedures.schema import identity
from procedures.schema.messages import CODES, Invalid, Message

person_id = partial(identity.person_id, this_year=2026)
business_code = partial(identity.business_code, this_year=2026)


def refusal(check: Callable[[str], str], raw: str) -> Message:
    with pytest.raises(Invalid) as refused:
        check(raw)
    message = refused.value.messages[""]
    assert set(message.params) == set(CODES[message.code])
    return message


@pytest.mark.parametrize(
    ("digits", "place", "gender", "year"),
    [
        ("001086012345", "Hà Nội", "male", 1986),
        ("079203004567", "Hồ Chí Minh", "male", 2003),
        ("082190000123", "Tiền Giang", "female", 1990),
        ("031304987654", "Hải Phòng", "female", 2004),
        ("096999000001", "Cà Mau", "female", 2399),
        ("001486012345", "Hà Nội", "male", 2186),
        ("555090000123", None, "male", 1990),
    ],
)
def test_a_personal_number_tells_place_gender_and_year(digits: str, place: str | None, gender: str, year: int) -> None:
    told = identity.read_person_id(digits)
    assert (told.place, told.gender, told.birth_year) == (place, gender, year)


@pytest.mark.parametrize("raw", ["082190001234", " 082 190 001 234 ", "082.190.001234", "082-190-001-234"])
def test_a_personal_number_may_be_written_with_separators(raw: str) -> None:
    assert person_id(raw) == "082190001234"


def test_an_unknown_place_is_no_reason_to_refuse() -> None:
    assert person_id("555090000123") == "555090000123"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("12345678901", Message("person_id_length", {"got": 11})),
        ("0821900012345", Message("person_id_length", {"got": 13})),
        ("311234567", Message("person_id_old")),
        ("08219000123O", Message("person_id_characters", {"given": "08219000123O"})),
        ("٠٨٢١٩٠٠٠١٢٣٤", Message("person_id_characters", {"given": "٠٨٢١٩٠٠٠١٢٣٤"})),
        ("---", Message("person_id_characters", {"given": "---"})),
        ("000123456789", Message("person_id_place", {"place": "000"})),
        ("001486012345", Message("person_id_year", {"year": 2186})),
        ("096999000001", Message("person_id_year", {"year": 2399})),
        ("082327000123", Message("person_id_year", {"year": 2027})),
    ],
)
def test_a_personal_number_that_cannot_be_is_refused_with_its_reason(raw: str, message: Message) -> None:
    assert refusal(person_id, raw) == message


def test_where_a_form_allows_it_the_number_of_an_old_card_is_taken_too() -> None:
    either = partial(person_id, accept_old=True)
    assert either("311 234 567") == "311234567"
    assert either("082190001234") == "082190001234"
    assert refusal(either, "3112345678") == Message("person_id_length_either", {"got": 10})
    assert refusal(person_id, "311234567") == Message("person_id_old")


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("0100233488", "0100233488"),
        ("0100109106", "0100109106"),
        ("0101243150", "0101243150"),
        ("0300588569", "0300588569"),
        ("0100112437", "0100112437"),
        ("0100047516", "0100047516"),
        ("0314409058", "0314409058"),
        ("0100 233 488", "0100233488"),
        ("0314409058-002", "0314409058-002"),
        ("0314409058002", "0314409058-002"),
        ("082190001234", "082190001234"),
    ],
)
def test_a_tax_code_with_the_right_check_digit_is_kept(raw: str, kept: str) -> None:
    assert business_code(raw) == kept


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("0100233480", "business_code_check"),
        ("0100000004", "business_code_check"),
        ("0314409058-000", "business_code_branch"),
        ("0314409058-02", "business_code_branch"),
        ("0314409059-002", "business_code_check"),
        ("000190001234", "business_code_check"),
        ("01002334", "business_code_length"),
        ("MST0100233488", "business_code_characters"),
    ],
)
def test_a_tax_code_that_cannot_be_is_refused(raw: str, code: str) -> None:
    assert refusal(business_code, raw).code == code


def test_no_code_begins_where_the_check_would_be_ten() -> None:
    for last in range(10):
        assert refusal(business_code, f"010010003{last}").code == "business_code_check"


@pytest.mark.parametrize("code", ["0100233488", "0101243150", "0314409058"])
def test_one_wrong_digit_of_a_tax_code_is_always_found(code: str) -> None:
    for place in range(10):
        for digit in set("0123456789") - {code[place]}:
            assert refusal(business_code, code[:place] + digit + code[place + 1 :]).code == "business_code_check"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("0912345678", "0912345678"),
        ("0912 345 678", "0912345678"),
        ("0912.345.678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("84912345678", "0912345678"),
        ("+84 (0) 912 345 678", "0912345678"),
        ("0084 912 345 678", "0912345678"),
        ("(0273) 3855 123", "02733855123"),
        ("1900 1234", "19001234"),
        ("+1 202 555 0123", "+12025550123"),
    ],
)
def test_a_phone_number_is_kept_in_one_form(raw: str, kept: str) -> None:
    assert identity.phone(raw) == kept


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("0123", Message("phone_length", {"got": 4})),
        ("091234567", Message("phone_length", {"got": 9})),
        ("09123456789", Message("phone_length", {"got": 11})),
        ("0123456789", Message("phone", {"given": "0123456789"})),
        ("không có", Message("phone", {"given": "không có"})),
        ("0912345678 gọi giờ hành chính", Message("phone", {"given": "0912345678 gọi giờ hành chính"})),
        ("+999 12345678", Message("phone", {"given": "+999 12345678"})),
        ("+1 23", Message("phone", {"given": "+1 23"})),
        ("+", Message("phone", {"given": "+"})),
        ("0" * 41, Message("phone", {"given": "0000000000000000000000000000000000000000…"})),
    ],
)
def test_a_phone_number_that_cannot_be_is_refused(raw: str, message: Message) -> None:
    assert refusal(identity.phone, raw) == message


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("an.nguyen@gmail.com", "an.nguyen@gmail.com"),
        ("An+HS@Gmail.COM", "An+HS@gmail.com"),
        ("a@b.vn", "a@b.vn"),
        ("o'hara@so-noi-vu.dongthap.gov.vn", "o'hara@so-noi-vu.dongthap.gov.vn"),
        ("an@thưviện.vn", "an@thưviện.vn"),
    ],
)
def test_a_plausible_address_is_kept(raw: str, kept: str) -> None:
    assert identity.email(raw) == kept


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("an.nguyen", "email_at"),
        ("an nguyen@gmail.com", "email"),
        ("a@b@gmail.com", "email"),
        (".an@gmail.com", "email"),
        ("an.@gmail.com", "email"),
        ("an..b@gmail.com", "email"),
        ("@gmail.com", "email"),
        ("an@gmail,com", "email"),
        ("a@" + "b" * 250 + ".vn", "email"),
        ("an@gmail", "email_domain"),
        ("an@127.0.0.1", "email_domain"),
        ("an@-b.vn", "email_domain"),
        ("an@b.v", "email_domain"),
    ],
)
def test_an_implausible_address_is_refused(raw: str, code: str) -> None:
    assert refusal(identity.email, raw).code == code


def test_a_slip_of_the_finger_gets_a_suggestion() -> None:
    assert identity.email_suggestion("an@gmail.con") == "an@gmail.com"
    assert identity.email_suggestion("an@gmail.com") is None
