"""A population registry of our own, in the shapes of the real one: knows the people of the demonstration."""

import unicodedata
from typing import Any
from xml.etree import ElementTree

from flask import Flask, Response, jsonify, request

from integrations.people import BY_KEY, BY_PERSONAL_ID, DemoPerson, province_of
from integrations.stand_in import Mood, Tokens, add_platform_tokens, main, new_app

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ANSWER = "http://www.mic.gov.vn/dancu/1.0"
GENDERS = {"male": "1", "female": "2"}
MARITAL = {"single": "1", "married": "2", "divorced": "3", "widowed": "4"}
ETHNICITIES = {"Kinh": "01", "Hoa": "04", "Khmer": "05"}


def make_app(mood: Mood | None = None) -> Flask:
    app = new_app(__name__, mood)
    platform_tokens, own_tokens = add_platform_tokens(app), Tokens()

    @app.post("/qldc/token")
    def token() -> Any:
        if not platform_tokens.knows(request.headers.get("lgspaccesstoken")):
            return jsonify(error="unauthorized"), 401
        return jsonify(access_token=own_tokens.issue(), token_type="Bearer", expires_in=3600)  # noqa: S106 -- a kind of token

    @app.post("/qldc/TraCuuThongTinCongDan")
    def look_up() -> Any:
        wrapper = request.get_json(silent=True) or {}
        if not platform_tokens.knows(wrapper.get("lgspAccessToken")) or not own_tokens.knows(
            wrapper.get("accessToken")
        ):
            return jsonify(error="unauthorized"), 401
        person = _asked_for(str(wrapper.get("data", "")))
        return Response(_envelope(person), content_type="text/xml; charset=utf-8")

    return app


def _asked_for(soap: str) -> DemoPerson | None:
    """The person whose id, name and birth date all match."""
    question = ElementTree.fromstring(soap)  # noqa: S314 -- a stand-in, asked by our own client on this machine
    person = BY_PERSONAL_ID.get(question.findtext(".//{*}SoDinhDanh", ""))
    if person is None or f"{person.birth_date:%Y%m%d}" != question.findtext(".//{*}NgayThangNam"):
        return None
    return person if _plain(person.full_name) == _plain(question.findtext(".//{*}HoVaTen", "")) else None


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _envelope(person: DemoPerson | None) -> bytes:
    envelope = ElementTree.Element(f"{{{SOAP}}}Envelope")
    ElementTree.SubElement(envelope, f"{{{SOAP}}}Header")
    body = ElementTree.SubElement(envelope, f"{{{SOAP}}}Body")
    collection = ElementTree.SubElement(body, f"{{{ANSWER}}}CongdanCollection")
    if person:
        _grow(ElementTree.SubElement(collection, f"{{{ANSWER}}}CongDan"), _record(person))
    return bytes(ElementTree.tostring(envelope, encoding="utf-8", xml_declaration=True))


def _grow(element: ElementTree.Element, content: dict[str, Any]) -> None:
    for name, value in content.items():
        child = ElementTree.SubElement(element, f"{{{ANSWER}}}{name}")
        if isinstance(value, dict):
            _grow(child, value)
        else:
            child.text = value


def _record(person: DemoPerson) -> dict[str, Any]:
    home = _place(person.commune, person.street)
    *family, given = person.full_name.upper().split()
    record: dict[str, Any] = {
        "SoDinhDanh": person.personal_id,
        "SoCMND": "",
        "HoVaTen": {"Ho": family[0], "ChuDem": " ".join(family[1:]), "Ten": given},
        "GioiTinh": GENDERS[person.gender],
        "DanToc": ETHNICITIES[person.ethnicity],
        "TonGiao": "00",
        "TinhTrangHonNhan": MARITAL[person.marital_status],
        "NhomMau": "00",
        "NgayThangNamSinh": {"Nam": str(person.birth_date.year), "NgayThangNam": f"{person.birth_date:%Y%m%d}"},
        "NoiDangKyKhaiSinh": _place(person.hometown or person.commune, ""),
        "QuocTich": "VN",
        "QueQuan": _place(person.hometown or person.commune, ""),
        "ThuongTru": home,
        "NoiOHienTai": home,
    }
    for name, relative in (("Cha", person.father), ("Me", person.mother), ("VoChong", person.spouse)):
        if relative:
            record[name] = _relative(relative)
    return record


def _place(commune: str, street: str) -> dict[str, str]:
    return {
        "MaTinhThanh": province_of(commune),
        "MaQuanHuyen": "",
        "MaPhuongXa": commune,
        "ChiTiet": street,
        "QuocGia": "VN",
    }


def _relative(named: str) -> dict[str, str]:
    known = BY_KEY.get(named)
    name = known.full_name if known else named
    return {"HoVaTen": name.upper(), "QuocTich": "VN", "SoDinhDanh": known.personal_id if known else "", "SoCMND": ""}


if __name__ == "__main__":
    main(make_app(), "Stand-in population registry")
