"""Numbers and addresses that people and businesses go by: what can be checked without asking anyone."""

import re
from typing import NamedTuple

import phonenumbers

from procedures.schema.messages import Invalid
from procedures.schema.writing import told

SEPARATORS = re.compile(r"[\s.\-–—()/]+")
PHONE = re.compile(r"[+0-9\s().\-–—/]{1,40}")
VIETNAM = 84
LONGEST_EMAIL = 254
PERSONAL_DIGITS = 12
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
# Places of birth registration as they stood when the numbers were given (circular 07/2016/TT-BCA): the 63 codes outlive
# the mergers of 2025, and codes for births abroad exist besides, so an unknown one is only worth a second look.
PLACES = {
    "001": "Hà Nội",
    "002": "Hà Giang",
    "004": "Cao Bằng",
    "006": "Bắc Kạn",
    "008": "Tuyên Quang",
    "010": "Lào Cai",
    "011": "Điện Biên",
    "012": "Lai Châu",
    "014": "Sơn La",
    "015": "Yên Bái",
    "017": "Hòa Bình",
    "019": "Thái Nguyên",
    "020": "Lạng Sơn",
    "022": "Quảng Ninh",
    "024": "Bắc Giang",
    "025": "Phú Thọ",
    "026": "Vĩnh Phúc",
    "027": "Bắc Ninh",
    "030": "Hải Dương",
    "031": "Hải Phòng",
    "033": "Hưng Yên",
    "034": "Thái Bình",
    "035": "Hà Nam",
    "036": "Nam Định",
    "037": "Ninh Bình",
    "038": "Thanh Hóa",
    "040": "Nghệ An",
    "042": "Hà Tĩnh",
    "044": "Quảng Bình",
    "045": "Quảng Trị",
    "046": "Thừa Thiên Huế",
    "048": "Đà Nẵng",
    "049": "Quảng Nam",
    "051": "Quảng Ngãi",
    "052": "Bình Định",
    "054": "Phú Yên",
    "056": "Khánh Hòa",
    "058": "Ninh Thuận",
    "060": "Bình Thuận",
    "062": "Kon Tum",
    "064": "Gia Lai",
    "066": "Đắk Lắk",
    "067": "Đắk Nông",
    "068": "Lâm Đồng",
    "070": "Bình Phước",
    "072": "Tây Ninh",
    "074": "Bình Dương",
    "075": "Đồng Nai",
    "077": "Bà Rịa - Vũng Tàu",
    "079": "Hồ Chí Minh",
    "080": "Long An",
    "082": "Tiền Giang",
    "083": "Bến Tre",
    "084": "Trà Vinh",
    "086": "Vĩnh Long",
    "087": "Đồng Tháp",
    "089": "An Giang",
    "091": "Kiên Giang",
    "092": "Cần Thơ",
    "093": "Hậu Giang",
    "094": "Sóc Trăng",
    "095": "Bạc Liêu",
    "096": "Cà Mau",
}
COMMON_TYPOS = {
    "gmail.con": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.cm": "gmail.com",
    "gmail.vn": "gmail.com",
    "gamil.com": "gmail.com",
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.com.vn": "gmail.com",
    "yaho.com": "yahoo.com",
    "yahoo.con": "yahoo.com",
    "hotmail.con": "hotmail.com",
    "outlook.con": "outlook.com",
    "icloud.con": "icloud.com",
}
EMAIL = re.compile(r"[^@\s,;:<>\"()\[\]\\]{1,64}@(?P<domain>[^@\s,;:<>\"()\[\]\\]+)")
DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")


class PersonId(NamedTuple):
    """What twelve digits tell: place of birth registration, gender and year of birth (decree 137/2015, article 13)."""

    place_code: str
    place: str | None
    gender: str
    birth_year: int


def person_id(raw: str, *, this_year: int, accept_old: bool = False) -> str:
    """The twelve digits of a personal identification number; it has no check digit. Some matters of the past are known
    only by the nine digits of an old identity card: there these are taken too, and nothing can be checked of them."""
    digits = SEPARATORS.sub("", raw)
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid("person_id_characters", given=told(raw))
    if len(digits) == 9 and accept_old:
        return digits
    if len(digits) == 9:
        raise Invalid("person_id_old")
    if len(digits) != 12 and accept_old:
        raise Invalid("person_id_length_either", got=len(digits))
    if len(digits) != 12:
        raise Invalid("person_id_length", got=len(digits))
    read = read_person_id(digits)
    if read.place_code == "000":
        raise Invalid("person_id_place", place=read.place_code)
    if read.birth_year > this_year:
        raise Invalid("person_id_year", year=read.birth_year)
    return digits


def is_personal_number(digits: object) -> bool:
    """Twelve digits, which tell something of the person; the nine of an old card do not."""
    return isinstance(digits, str) and len(digits) == PERSONAL_DIGITS


def read_person_id(digits: str) -> PersonId:
    century, year = int(digits[3]), int(digits[4:6])
    return PersonId(
        place_code=digits[:3],
        place=PLACES.get(digits[:3]),
        gender="female" if century % 2 else "male",
        birth_year=1900 + 100 * (century // 2) + year,
    )


def business_code(raw: str, *, this_year: int) -> str:
    """A tax code: ten digits with a check digit, with a branch number where there is one, or (households and
    individuals since 1 July 2025) the twelve digits of a person."""
    digits = SEPARATORS.sub("", raw)
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid("business_code_characters", given=told(raw))
    if len(digits) == 12:
        return _household_code(raw, digits, this_year)
    if len(digits) not in (10, 13):
        raise Invalid("business_code_length", got=len(digits))
    if not _has_check_digit(digits[:10]):
        raise Invalid("business_code_check", given=digits)
    if len(digits) == 10:
        return digits
    if digits[10:] == "000":
        raise Invalid("business_code_branch", given=digits[10:])
    return f"{digits[:10]}-{digits[10:]}"


def _household_code(raw: str, digits: str, this_year: int) -> str:
    if re.fullmatch(r"\s*[0-9]{10}\s*-\s*[0-9]{2}\s*", raw):
        raise Invalid("business_code_branch", given=digits[10:])
    try:
        return person_id(digits, this_year=this_year)
    except Invalid as refused:
        raise Invalid("business_code_check", given=digits) from refused


def _has_check_digit(digits: str) -> bool:
    check = 10 - sum(weight * int(digit) for weight, digit in zip(TAX_WEIGHTS, digits, strict=False)) % 11
    return check == int(digits[9]) and int(digits[2:9]) != 0


def phone(raw: str) -> str:
    """A telephone number: Vietnamese ones as dialled in the country however they were written, foreign ones as +…"""
    digits = sum(character.isdigit() for character in raw)
    if not PHONE.fullmatch(raw):
        raise Invalid("phone", given=told(raw))
    try:
        parsed = phonenumbers.parse(raw, "VN")
    except phonenumbers.NumberParseException as refused:
        raise Invalid("phone", given=told(raw)) from refused
    if parsed.country_code == VIETNAM:
        return _vietnamese_phone(parsed, raw, digits)
    if not phonenumbers.is_possible_number(parsed):
        raise Invalid("phone", given=told(raw))
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _vietnamese_phone(parsed: phonenumbers.PhoneNumber, raw: str, digits: int) -> str:
    national = str(parsed.national_number)
    mobile = national[0] in "35789"
    if not phonenumbers.is_possible_number(parsed) or (mobile and len(national) != 9):
        raise Invalid("phone_length", got=digits)
    if not phonenumbers.is_valid_number(parsed):
        raise Invalid("phone", given=told(raw))
    # Service numbers such as 1900 1234 are dialled without a zero: the library knows which.
    return re.sub(r"[^0-9]", "", phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))


def email(raw: str) -> str:
    """A plausible e-mail address, its domain in lower case; whether it exists, only a message will tell."""
    found = EMAIL.fullmatch(raw)
    if "@" not in raw:
        raise Invalid("email_at", given=told(raw))
    if found is None or len(raw) > LONGEST_EMAIL or ".." in raw or raw.startswith(".") or ".@" in raw:
        raise Invalid("email", given=told(raw))
    domain = found["domain"].lower()
    if not DOMAIN.fullmatch(domain):
        raise Invalid("email_domain", domain=domain)
    return f"{raw[: found.start('domain')]}{domain}"


def email_suggestion(address: str) -> str | None:
    """The address that was probably meant, when the domain is a common slip of the finger."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{COMMON_TYPOS[domain]}" if domain in COMMON_TYPOS else None
