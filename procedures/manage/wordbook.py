"""Words of the form designer: what types are called, what they are for, which registry fits which, keys from labels."""

import unicodedata
from collections.abc import Collection, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

Word = str | Promise
# Type, what it is called, and what it is for; in the order in which they are offered.
TYPES: Mapping[str, tuple[Word, Word]] = {
    "text": (gettext_lazy("Một dòng chữ"), gettext_lazy("Họ tên, nghề nghiệp, số giấy tờ")),
    "long_text": (gettext_lazy("Đoạn văn"), gettext_lazy("Trình bày, lý do, nội dung đề nghị")),
    "choice": (gettext_lazy("Chọn một"), gettext_lazy("Một trong vài câu trả lời cho sẵn")),
    "multi_choice": (gettext_lazy("Chọn nhiều"), gettext_lazy("Đánh dấu mọi câu trả lời đúng")),
    "yes_no": (gettext_lazy("Có hay không"), gettext_lazy("Câu hỏi chỉ có hai câu trả lời")),
    "date": (gettext_lazy("Ngày"), gettext_lazy("Ngày sinh, ngày cấp; có thể chỉ biết năm")),
    "number": (gettext_lazy("Số nguyên"), gettext_lazy("Số người, số bản, số phòng")),
    "decimal": (gettext_lazy("Số thập phân"), gettext_lazy("Diện tích, chiều dài, có phần lẻ")),
    "money": (gettext_lazy("Số tiền"), gettext_lazy("Đồng; được đọc lại bằng chữ")),
    "person_id": (gettext_lazy("Số định danh cá nhân"), gettext_lazy("12 chữ số, kiểm tra ngay khi nhập")),
    "business_code": (gettext_lazy("Mã số doanh nghiệp"), gettext_lazy("10 hoặc 13 chữ số, có chữ số kiểm tra")),
    "phone": (gettext_lazy("Số điện thoại"), gettext_lazy("Di động hoặc cố định")),
    "email": (gettext_lazy("Thư điện tử"), gettext_lazy("Địa chỉ nhận thư")),
    "address": (gettext_lazy("Địa chỉ"), gettext_lazy("Tỉnh, xã hoặc phường, số nhà")),
    "file": (gettext_lazy("Tệp đính kèm"), gettext_lazy("Giấy tờ chụp hoặc quét")),
    "group": (gettext_lazy("Bảng nhiều dòng"), gettext_lazy("Thành viên, ngành nghề, tài sản: mỗi dòng cùng các cột")),
    "declaration": (gettext_lazy("Cam đoan"), gettext_lazy("Một câu mà người dân đánh dấu để xác nhận")),
    "info": (gettext_lazy("Lời dẫn"), gettext_lazy("Chỉ để đọc, không có câu trả lời")),
    "computed": (gettext_lazy("Tự tính"), gettext_lazy("Tính từ các câu trả lời khác")),
}
# What only some types have; what is not named here (label, help, required, when) all have.
APPLIES: Mapping[str, tuple[str, ...]] = {
    "text": ("max_length", "registry", "autocomplete", "searchable"),
    "long_text": ("max_length",),
    "choice": ("choices", "registry"),
    "multi_choice": ("choices", "min_items", "max_items"),
    "yes_no": (),
    "date": ("precision", "min", "max", "registry"),
    "number": ("min", "max", "unit"),
    "decimal": ("min", "max", "digits", "unit"),
    "money": ("min", "max"),
    "person_id": ("accept_old", "registry"),
    "business_code": ("registry", "searchable"),
    "phone": ("registry", "autocomplete"),
    "email": ("registry", "autocomplete"),
    "address": ("registry",),
    "file": ("accept", "max_mb", "min_items", "max_items", "paper"),
    "group": ("min_items", "max_items"),
    "declaration": (),
    "info": (),
    "computed": ("gives", "formula", "joined", "starts", "days", "unit"),
}
NEVER_REQUIRED = ("info", "computed")
NOT_IN_TABLES = ("group", "file")
# Registry entry, its name, and the types of field that can take it.
REGISTRIES: Mapping[str, tuple[Word, tuple[str, ...]]] = {
    "population.full_name": (gettext_lazy("Dân cư: họ, chữ đệm, tên"), ("text",)),
    "population.personal_id": (gettext_lazy("Dân cư: số định danh"), ("person_id", "text")),
    "population.birth_date": (gettext_lazy("Dân cư: ngày sinh"), ("date",)),
    "population.gender": (gettext_lazy("Dân cư: giới tính"), ("choice",)),
    "population.residence": (gettext_lazy("Dân cư: nơi thường trú"), ("address",)),
    "business.tax_code": (gettext_lazy("Doanh nghiệp: mã số"), ("business_code", "text")),
    "business.name": (gettext_lazy("Doanh nghiệp: tên"), ("text",)),
    "business.address": (gettext_lazy("Doanh nghiệp: địa chỉ trụ sở"), ("text",)),
    "business.representative": (gettext_lazy("Doanh nghiệp: người đại diện"), ("text",)),
    "account.phone": (gettext_lazy("Tài khoản: số điện thoại"), ("phone", "text")),
    "account.email": (gettext_lazy("Tài khoản: thư điện tử"), ("email", "text")),
}
# What a browser may fill in by itself, for the person who sits in front of it.
AUTOCOMPLETE: Mapping[str, Word] = {
    "": gettext_lazy("Không"),
    "name": gettext_lazy("Họ và tên"),
    "tel": gettext_lazy("Số điện thoại"),
    "email": gettext_lazy("Thư điện tử"),
    "organization": gettext_lazy("Tên tổ chức"),
    "organization-title": gettext_lazy("Chức vụ"),
    "street-address": gettext_lazy("Địa chỉ"),
}
PRECISIONS: Mapping[str, Word] = {
    "day": gettext_lazy("Đủ ngày, tháng, năm"),
    "month": gettext_lazy("Tháng và năm là đủ"),
    "year": gettext_lazy("Chỉ năm cũng được"),
}
GIVES: Mapping[str, Word] = {
    "number": gettext_lazy("Một số nguyên"),
    "decimal": gettext_lazy("Một số thập phân"),
    "money": gettext_lazy("Một số tiền"),
    "text": gettext_lazy("Một dòng chữ"),
    "date": pgettext_lazy("trường tự tính", "Một ngày"),
}


def type_name(kind: str) -> Word:
    return TYPES[kind][0] if kind in TYPES else kind


def key_from(label: str, taken: Collection[str], fallback: str = "truong") -> str:
    """A key that nobody has to think of: “Ngày sinh” becomes ngay_sinh, a second one ngay_sinh_2."""
    plain = unicodedata.normalize("NFD", label.casefold().replace("đ", "d"))
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    stem = "_".join(letters.split()).lstrip("0123456789_")[:34].rstrip("_") or fallback
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key
