"""Speaks to the population registry: SOAP 1.1 inside a JSON wrapper, through the data platform."""

import json
import re
import secrets
import unicodedata
from datetime import date, datetime
from xml.etree import ElementTree

from django.conf import settings

from integrations import data_platform
from integrations.population import Address, Person, Relative
from integrations.unavailable import Unavailable
from portal import http
from portal.tenancy import known_tenant

SECONDS = 2.0
TOKEN = "/qldc/token"  # noqa: S105 -- a path
OPERATION = "TraCuuThongTinCongDan"
INTEGRATION_CODE = "037"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
QUESTION = "http://dancuquocgia.bca"

# Codes of the registry and our words for them; a code that is not here is left for the person to say.
GENDERS = {"1": "male", "2": "female"}
MARITAL = {"1": "single", "2": "married", "3": "divorced", "4": "widowed"}
# Danh mục các dân tộc Việt Nam (Quyết định 121-TCTK/PPCĐ, 1979): the largest ones.
ETHNICITIES = {
    "01": "Kinh", "02": "Tày", "03": "Thái", "04": "Hoa", "05": "Khmer", "06": "Mường", "07": "Nùng", "08": "Mông",
    "09": "Dao", "10": "Gia Rai", "11": "Ngái", "12": "Ê Đê", "13": "Ba Na", "14": "Xơ Đăng", "15": "Sán Chay", "16": "Cơ Ho",
    "17": "Chăm", "18": "Sán Dìu", "19": "Hrê", "20": "Mnông",
}  # fmt: skip


class Unreadable(ValueError):
    """An answer that is not what the registry's shape says."""


def look_up(personal_id: str, full_name: str, birth_date: date, officer: str) -> Person | None:
    budget = data_platform.Budget.of(SECONDS)
    question = _question(personal_id, full_name, birth_date, officer)
    try:
        answer = data_platform.with_tokens(settings.POPULATION_URL, lambda: _exchange(question, budget))
        person = _person(answer)
    except (http.Unreachable, http.Refused, Unreadable) as error:
        raise Unavailable("population") from error
    if person and person.personal_id != personal_id:
        raise Unavailable("population: another person's data") from None
    return person


def check() -> str:
    try:
        _tokens(data_platform.Budget.of(SECONDS))
    except (http.Unreachable, http.Refused) as error:
        raise Unavailable("population") from error
    return ""


def _tokens(budget: data_platform.Budget) -> tuple[str, str]:
    base = settings.POPULATION_URL
    platform_token = data_platform.access_token(base, budget)
    own = data_platform.kept(
        f"{base}{TOKEN}",
        lambda: http.post_json(f"{base}{TOKEN}", {}, headers={"lgspaccesstoken": platform_token}, timeout=budget.left),
        "access_token",
        "expires_in",
    )
    return platform_token, own


def _exchange(question: str, budget: data_platform.Budget) -> str:
    platform_token, own = _tokens(budget)
    wrapped = json.dumps({"accessToken": f"Bearer {own}", "lgspAccessToken": platform_token, "data": question})
    return http.post_text(
        f"{settings.POPULATION_URL}/qldc/{OPERATION}", wrapped, "application/json", timeout=budget.left
    )


def _question(personal_id: str, full_name: str, birth_date: date, officer: str) -> str:
    tenant = known_tenant()
    envelope = ElementTree.Element(f"{{{SOAP}}}Envelope")
    ElementTree.SubElement(envelope, f"{{{SOAP}}}Header")
    body = ElementTree.SubElement(envelope, f"{{{SOAP}}}Body")
    asked = ElementTree.SubElement(body, f"{{{QUESTION}}}{OPERATION}")
    fields = {
        "MaYeuCau": secrets.token_hex(16),
        "MaDVC": tenant.code if tenant else "",
        "MaTichHop": INTEGRATION_CODE,
        "MaCanBo": officer,
        "SoDinhDanh" if len(personal_id) == 12 else "SoCMND": personal_id,
        "HoVaTen": unicodedata.normalize("NFC", full_name).upper(),
    }
    for name, value in fields.items():
        ElementTree.SubElement(asked, f"{{{QUESTION}}}{name}").text = value
    born = ElementTree.SubElement(asked, f"{{{QUESTION}}}NgayThangNamSinh")
    ElementTree.SubElement(born, f"{{{QUESTION}}}NgayThangNam").text = f"{birth_date:%Y%m%d}"
    return ElementTree.tostring(envelope, encoding="unicode")


def read_xml(text: str) -> ElementTree.Element:
    """Parse SOAP. A document type is refused as SOAP 1.1 demands, and with it every entity."""
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise Unreadable("a document type in SOAP")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 -- without a document type there is nothing to expand or fetch
    except ElementTree.ParseError as error:
        raise Unreadable("not XML") from error


def _person(text: str) -> Person | None:
    collection = read_xml(text).find(".//{*}CongdanCollection")
    if collection is None:
        raise Unreadable("no CongdanCollection")
    found = collection.find("{*}CongDan")
    if found is None:
        return None
    return Person(
        personal_id=_text(found, "SoDinhDanh"),
        full_name=_name(found.find("{*}HoVaTen")),
        birth_date=_date(_text(found, "NgayThangNamSinh/{*}NgayThangNam")),
        gender=GENDERS.get(_text(found, "GioiTinh"), ""),
        ethnicity=ETHNICITIES.get(_text(found, "DanToc"), ""),
        nationality=_text(found, "QuocTich") or "VN",
        marital_status=MARITAL.get(_text(found, "TinhTrangHonNhan"), ""),
        hometown=_address(found.find("{*}QueQuan")),
        residence=_address(found.find("{*}ThuongTru")),
        current_residence=_address(found.find("{*}NoiOHienTai")),
        spouse=_relative(found.find("{*}VoChong")),
        father=_relative(found.find("{*}Cha")),
        mother=_relative(found.find("{*}Me")),
    )


def _text(element: ElementTree.Element, path: str) -> str:
    return unicodedata.normalize("NFC", (element.findtext(f"{{*}}{path}") or "").strip())


def _name(element: ElementTree.Element | None) -> str:
    """Family, middle and given name, in parts or in one; the registry writes capitals."""
    if element is None:
        return ""
    parts = [element.text or "", *(_text(element, part) for part in ("Ho", "ChuDem", "Ten"))]
    return unicodedata.normalize("NFC", " ".join(" ".join(parts).split())).title()


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 -- a day without an hour
    except ValueError as error:
        raise Unreadable("not a date") from error


def _address(element: ElementTree.Element | None) -> Address | None:
    if element is None or not len(element):
        return None
    return Address(_text(element, "MaTinhThanh"), _text(element, "MaPhuongXa"), _text(element, "ChiTiet"))


def _relative(element: ElementTree.Element | None) -> Relative | None:
    name = _name(element.find("{*}HoVaTen")) if element is not None else ""
    return Relative(name, _text(element, "SoDinhDanh")) if element is not None and name else None
