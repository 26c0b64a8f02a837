"""A procedure that uses everything a definition can say."""

from datetime import date
from typing import Any

from procedures.schema.definition import Definition, parse
from procedures.schema.fields import Context

TODAY = date(2026, 11, 22)
COMMUNES = {"28306": "82", "28360": "82", "00070": "01"}
NOW = Context(today=TODAY, communes=COMMUNES)


def vi(text: str, en: str = "") -> dict[str, str]:
    return {"vi": text, "en": en} if en else {"vi": text}


def one(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": vi(f"Trường {key}"), "type": kind, **more}


def section(key: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"key": key, "title": vi(f"Phần {key}"), "fields": list(fields), **more}


def bare(*sections: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The least that a definition must say, with these sections."""
    return {
        "code": "1.001612",
        "name": vi("Đăng ký hộ kinh doanh", "Register a household business"),
        "sector": {"key": "business_registration", "name": vi("Hộ kinh doanh")},
        "government_level": "commune",
        "form": {"sections": list(sections)},
        **more,
    }


def made(*sections: dict[str, Any], **more: Any) -> Definition:
    return parse(bare(*sections, **more))


def household() -> dict[str, Any]:
    """Household business: conditions, a repeating group, a computed field, cases, papers and three kinds of fee."""
    return bare(_owner(), _business(), _closing()) | {
        "audience": ["citizen", "household_business"],
        "life_events": ["doing_business"],
        "keywords": ["ho kinh doanh"],
        "summary": vi("Thành lập hộ kinh doanh."),
        "steps": [vi("Nộp hồ sơ"), vi("Nhận kết quả")],
        "decision_no": "1/QĐ",
        "channels": ["online", "counter", "post"],
        "time": {"online": {"amount": 3, "unit": "working_day"}, "counter": {"amount": 5, "unit": "working_day"}},
        "clock": {
            "trigger": "accepted_and_paid",
            "cutoff": "15:00",
            "supplement_mode": "restart",
            "max_supplements": 2,
        },
        "cases": [
            {
                "key": "many",
                "name": vi("Nhiều thành viên"),
                "when": {"field": "founder", "is": "family"},
                "papers": ["request", "consent"],
                "time": {"amount": 7, "unit": "working_day"},
            },
            {"key": "default", "name": vi("Một người"), "when": None, "papers": ["request", "identity", "lease"]},
        ],
        "papers": [
            {"key": "request", "name": vi("Giấy đề nghị"), "originals": 1, "blank_form": True},
            {"key": "consent", "name": vi("Văn bản ủy quyền"), "copies": 1},
            {"key": "identity", "name": vi("Giấy tờ tùy thân"), "present_only": True, "replaced_by": "population"},
            {"key": "lease", "name": vi("Hợp đồng thuê"), "copies": 1, "when": {"field": "rents", "is": True}},
            {"key": "poverty", "name": vi("Xác nhận hộ nghèo"), "copies": 1, "mandatory": False},
        ],
        "fees": _fees(),
        "legal_basis": [{"number": "168/2025/NĐ-CP", "title": vi("Về đăng ký doanh nghiệp")}],
        "results": [{"key": "certificate", "name": vi("Giấy chứng nhận"), "code": "KQ.G12.001041"}],
        "result_template": {"title": vi("Giấy"), "lines": [{"label": vi("Tên"), "value": "full_name"}]},
        "route": [
            {"key": "examine", "name": vi("Thẩm định"), "role": "officer", "hours": 16},
            {"key": "sign", "name": vi("Ký"), "role": "head", "hours": 8, "excluded": True},
        ],
        "agencies": {"competent": vi("Ủy ban nhân dân cấp xã")},
        "retention_years": 10,
        "x_source": "made up",
    }


def _owner() -> dict[str, Any]:
    return section(
        "owner",
        one("full_name", "text", required=True, max_length=200, registry="population.full_name"),
        one("birth_date", "date", required=True, max="today", registry="population.birth_date"),
        one("gender", "choice", choices=_choices("male", "female"), registry="population.gender"),
        one("personal_id", "person_id", required=True, registry="population.personal_id"),
        one("phone", "phone"),
        one("email", "email"),
        one("home", "address", required=True),
    )


def _business() -> dict[str, Any]:
    columns = (
        one("full_name", "text", required=True),
        one("share", "money", required=True),
        one("has_tax_code", "yes_no"),
        one("tax_code", "business_code", when={"field": "has_tax_code", "is": True}, required=True),
    )
    return section(
        "business",
        one("founder", "choice", required=True, choices=_choices("person", "family")),
        one(
            "members", "group", when={"field": "founder", "is": "family"}, required=True, max_items=3, fields=[*columns]
        ),
        one("rents", "yes_no"),
        one("landlord", "text", when={"field": "rents", "is": True}, required=True),
        one("workers", "number", min=0, max=50),
        one("rooms", "number", min=1),
        one("areas", "computed", formula={"multiply": [{"field": "rooms"}, 20]}),
        one("notes", "long_text", max_length=2000),
    )


def _closing() -> dict[str, Any]:
    return section(
        "closing",
        one("poor", "yes_no"),
        one("photos", "file", paper="lease", max_items=2),
        one("about", "info"),
        one("truth", "declaration", required=True),
    )


def _choices(*values: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": vi(value)} for value in values]


def _fees() -> list[dict[str, Any]]:
    return [
        {
            "key": "registration",
            "name": vi("Lệ phí đăng ký", "Registration charge"),
            "kind": "charge",
            "amount": {"online": 25000, "counter": 50000, "post": 50000},
            "exempt": [{"when": {"field": "poor", "is": True}, "name": vi("Hộ nghèo"), "proof": "poverty"}],
        },
        {
            "key": "rooms",
            "name": vi("Phí thẩm định phòng"),
            "kind": "fee",
            "amount": {"base": 100_000, "each": 2_000_000, "of": "rooms", "cap": 12_000_000},
            "when": {"field": "rooms", "filled": True},
            "when_due": "request",
        },
        {
            "key": "extract",
            "name": vi("Phí trích lục"),
            "kind": "fee",
            "amount": {"each": 8000, "of": "copies"},
            "when_due": "return",
        },
    ]


def good_answers() -> dict[str, Any]:
    return {
        "full_name": "Nguyễn Thị An",
        "birth_date": "1990-05-12",
        "gender": "female",
        "personal_id": "082190001234",
        "phone": "0912345678",
        "home": {"province": "82", "commune": "28306", "street": "12 Nguyễn Huệ"},
        "founder": "family",
        "members": [
            {"full_name": "Trần Văn Bình", "share": 5_000_000, "has_tax_code": True, "tax_code": "0100233488"},
            {"full_name": "Lê Thị Chi", "share": 1_000, "has_tax_code": False},
        ],
        "rents": False,
        "rooms": 3,
        "areas": 60,
        "notes": "Dòng một\nDòng hai",
        "photos": ["7"],
        "truth": True,
    }
