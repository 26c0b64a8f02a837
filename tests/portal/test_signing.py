"""A signed PDF says who signed it, and one changed byte gives it away."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from portal import pdf, signing

RESULT: dict[str, Any] = {
    "agency": {"parent": "UBND TỈNH ĐỒNG THÁP", "name": "UBND PHƯỜNG GÒ CÔNG"},
    "place": "Gò Công",
    "issued_at": datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC),
    "number": "0001/2026/H58.30",
    "decided_on": datetime.date(2026, 11, 20),
    "title": "Giấy xác nhận",
    "lines": [{"label": "Họ và tên", "value": "Nguyễn Thị An"}],
    "signatory": {"position": "CHỦ TỊCH", "name": "Phạm Quốc Dũng"},
    "verification_code": "7K2M-9QPX-3D4F",
    "qr_url": "http://dongthap.localhost/xac-thuc/7K2M-9QPX-3D4F/",
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def own_keys(keys: Path, settings: Any) -> None:
    settings.SIGNING_KEYS = keys


@pytest.fixture
def signed() -> bytes:
    key = signing.agency_key("Tỉnh Đồng Tháp", "Phường Gò Công")
    return signing.sign(pdf.render("result", RESULT), signer=key, reason="0001", location="Gò Công")


def test_a_signed_result_is_valid_and_names_its_office(signed: bytes) -> None:
    found = signing.verify(signed)
    assert found.is_valid
    assert found.signer == "Phường Gò Công"


def test_a_flipped_byte_anywhere_is_found(signed: bytes) -> None:
    missed = []
    for place in range(20, len(signed), len(signed) // 80):
        changed = bytearray(signed)
        changed[place] ^= 1
        if signing.verify(bytes(changed)).is_valid:
            missed.append(place)
    assert missed == []


def test_what_is_added_after_the_signature_is_found(signed: bytes) -> None:
    assert not signing.verify(signed + b"\n% more").is_valid


def test_the_certificate_of_another_authority_is_not_trusted(signed: bytes, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS = tmp_path
    found = signing.verify(signed)
    assert found.is_intact
    assert not found.is_trusted


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7 broken"])
def test_what_is_no_signed_pdf_is_simply_not_signed(content: bytes) -> None:
    assert signing.verify(content) == signing.Verification(is_signed=False)
    assert not signing.verify(pdf.render("result", RESULT)).is_signed
