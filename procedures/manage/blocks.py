"""Sections that many forms share, ready to be put in; and copies of parts under keys of their own."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from procedures.manage.wordbook import key_from

Raw = dict[str, Any]


def _text(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


def _field(key: str, kind: str, vi: str, en: str, **more: Any) -> Raw:
    return {"key": key, "label": _text(vi, en), "type": kind, **more}


MAN_OR_WOMAN = [{"value": "male", "label": _text("Nam", "Male")}, {"value": "female", "label": _text("Nữ", "Female")}]
OWNER: Raw = {
    "key": "owner", "title": _text("Người yêu cầu", "Applicant"),
    "fields": [
        _field("full_name", "text", "Họ, chữ đệm, tên", "Full name", required=True, max_length=200, registry="population.full_name"),
        _field("personal_id", "person_id", "Số định danh cá nhân", "Personal identification number", required=True, registry="population.personal_id"),
        _field("birth_date", "date", "Ngày sinh", "Date of birth", required=True, max="today", registry="population.birth_date"),
        _field("gender", "choice", "Giới tính", "Gender", required=True, choices=MAN_OR_WOMAN, registry="population.gender"),
        _field("residence", "address", "Nơi thường trú", "Permanent residence", required=True, registry="population.residence"),
        _field("phone", "phone", "Số điện thoại", "Phone number", required=True, registry="account.phone", autocomplete="tel"),
    ],
}  # fmt: skip
ADDRESS: Raw = {
    "key": "place", "title": _text("Địa chỉ", "Address"),
    "fields": [
        _field("same_as_residence", "yes_no", "Địa chỉ này có phải là nơi thường trú không?", "Is this the permanent residence?", required=True),
        _field("address", "address", "Địa chỉ", "Address", required=True, when={"field": "same_as_residence", "is": False}),
    ],
}  # fmt: skip
REPRESENTATIVE: Raw = {
    "key": "representative", "title": _text("Người đại diện", "Representative"),
    "fields": [
        _field("has_representative", "yes_no", "Có người đại diện làm thay không?", "Is there a representative?", required=True),
        _field("representative_name", "text", "Họ, chữ đệm, tên người đại diện", "Representative’s full name", required=True, when={"field": "has_representative", "is": True}),
        _field("representative_id", "person_id", "Số định danh của người đại diện", "Representative’s personal identification number", required=True, when={"field": "has_representative", "is": True}),
        _field("representative_phone", "phone", "Số điện thoại của người đại diện", "Representative’s phone number", when={"field": "has_representative", "is": True}),
        _field("mandate", "file", "Giấy ủy quyền", "Power of attorney", required=True, accept=["pdf", "jpg", "png"], max_mb=10, when={"field": "has_representative", "is": True}),
    ],
}  # fmt: skip
DOCUMENT: Raw = {
    "key": "document", "title": _text("Giấy tờ đã được cấp", "Document already issued"),
    "fields": [
        _field("document_number", "text", "Số giấy", "Document number", required=True, max_length=100),
        _field("document_date", "date", "Ngày cấp", "Date of issue", required=True, max="today"),
        _field("document_office", "text", "Nơi cấp", "Issuing authority", required=True, max_length=300),
        _field("document_copy", "file", "Bản chụp giấy", "Copy of the document", accept=["pdf", "jpg", "png"], max_mb=10),
    ],
}  # fmt: skip
DECLARATION: Raw = {
    "key": "promise", "title": _text("Cam đoan", "Declaration"),
    "fields": [
        _field("truth", "declaration", "Tôi cam đoan những điều khai trên là đúng sự thật và chịu trách nhiệm trước pháp luật.", "I declare that what I have stated is true and accept responsibility before the law.", required=True),
    ],
}  # fmt: skip
BLOCKS: Mapping[str, tuple[str | Promise, Raw]] = {
    "owner": (gettext_lazy("Người yêu cầu: họ tên, số định danh, ngày sinh, giới tính, nơi ở, điện thoại"), OWNER),
    "address": (gettext_lazy("Địa chỉ: như nơi thường trú, hoặc địa chỉ khác"), ADDRESS),
    "representative": (gettext_lazy("Người đại diện: họ tên, số định danh, điện thoại, giấy ủy quyền"), REPRESENTATIVE),
    "document": (gettext_lazy("Giấy tờ đã được cấp: số, ngày, nơi cấp, bản chụp"), DOCUMENT),
    "declaration": (gettext_lazy("Cam đoan"), DECLARATION),
}


def keys_of(raw: Mapping[str, Any]) -> set[str]:
    """The keys of all sections and fields of a form; tables have keys of their own inside."""
    return set(_keys(raw))


def _keys(raw: Mapping[str, Any]) -> Iterator[str]:
    for section in (raw.get("form") or {}).get("sections") or []:
        for one in (section, *(section.get("fields") or [])):
            if isinstance(one, Mapping):
                yield str(one.get("key") or "")


def freed(part: Mapping[str, Any], taken: set[str]) -> Raw:
    """A copy of a section or field whose keys nobody else has, with its own conditions led to the new keys."""
    made, renamed, known = copy.deepcopy(dict(part)), {}, set(taken)
    for one in (made, *(made.get("fields") or [] if made.get("type") != "group" else [])):
        key = str(one.get("key") or "")
        renamed[key] = one["key"] = key_from(key, known) if key in known else key
        known.add(one["key"])
    renamed_in(made, renamed)
    return made


def renamed_in(value: Any, names: Mapping[str, str]) -> None:
    """Leads every {"field": …} in a part to the new name of its field, in place."""
    if isinstance(value, list):
        for one in value:
            renamed_in(one, names)
    elif isinstance(value, dict):
        asked = value.get("field")
        if isinstance(asked, str):
            outer, dot, inner = asked.partition(".")
            value["field"] = f"{names.get(outer, outer)}{dot}{inner}"
        for one in value.values():
            renamed_in(one, names)
