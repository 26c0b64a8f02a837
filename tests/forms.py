"""A small procedure for tests: one section, a route of two steps, three working days."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.models import Office, User
from procedures.actions import catalogue, drafts
from procedures.models import Dossier, Offering
from procedures.queries.uploads import CheckedFile


def text(vi: str) -> dict[str, str]:
    return {"vi": vi, "en": vi}


def definition(code: str = "1.999001", **changes: Any) -> dict[str, Any]:
    three_days = {"amount": 3, "unit": "working_day"}
    base: dict[str, Any] = {
        "code": code,
        "name": text("Xác nhận thử nghiệm"),
        "sector": {"key": "civil_status", "name": text("Hộ tịch")},
        "government_level": "commune",
        "audience": ["citizen"],
        "life_events": ["family"],
        "keywords": ["xác nhận"],
        "summary": text("Một thủ tục nhỏ."),
        "steps": [text("Nộp hồ sơ"), text("Nhận kết quả")],
        "conditions": text("Không có"),
        "decision_no": "1/QĐ-UBND",
        "channels": ["online", "counter", "post"],
        "time": {"online": three_days, "counter": three_days, "post": three_days},
        "clock": {"trigger": "accepted", "counting": "legal_day", "supplement_mode": "pause", "max_supplements": 1},
        "cases": [{"key": "default", "name": text("Thông thường"), "when": None}],
        "papers": [
            {
                "key": "request",
                "name": text("Tờ khai"),
                "originals": 1,
                "copies": 0,
                "mandatory": True,
                "blank_form": True,
            }
        ],
        "form": {
            "sections": [
                {
                    "key": "owner",
                    "title": text("Người yêu cầu"),
                    "fields": [
                        {
                            "key": "full_name",
                            "label": text("Họ và tên"),
                            "type": "text",
                            "required": True,
                            "registry": "population.full_name",
                        },
                        {
                            "key": "purpose",
                            "label": text("Mục đích"),
                            "type": "choice",
                            "required": True,
                            "choices": [
                                {"value": "loan", "label": text("Vay vốn")},
                                {"value": "other", "label": text("Việc khác")},
                            ],
                        },
                        {
                            "key": "proof",
                            "label": text("Giấy tờ kèm theo"),
                            "type": "file",
                            "required": False,
                            "accept": ["pdf", "jpg", "png"],
                            "max_mb": 5,
                        },
                    ],
                }
            ]
        },
        "fees": [],
        "legal_basis": [{"number": "123/2015/NĐ-CP", "title": text("Nghị định")}],
        "results": [{"key": "certificate", "name": text("Giấy xác nhận"), "code": "KQ.G15.000001"}],
        "result_template": {
            "title": text("Giấy xác nhận"),
            "lines": [{"label": text("Họ và tên"), "value": "full_name"}],
        },
        "route": [
            {"key": "examine", "name": text("Thẩm định"), "role": "officer", "hours": 16},
            {"key": "sign", "name": text("Ký"), "role": "head", "hours": 8},
        ],
        "agencies": {"competent": text("UBND phường"), "performing": text("UBND phường")},
        "retention_years": 10,
    }
    return {**base, **changes}


def offered(office: Office, code: str = "1.999001", **changes: Any) -> Offering:
    """The test procedure, published and open online at an office."""
    version = catalogue.publish(definition(code, **changes))
    return catalogue.offer(version.procedure, office, online_open=True)


def given(dossier: Dossier, person: User, paper: str) -> None:
    """A file for a paper that was asked for."""
    drafts.attach(
        dossier, None, CheckedFile(SimpleUploadedFile("a.pdf", b"%PDF-1.4"), "a.pdf", "pdf"), person, paper=paper
    )
