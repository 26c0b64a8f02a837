"""The catalogue for programs: linked data judged by shapes, stable addresses, a sitemap, a feed of changes."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import pytest
from pyshacl import validate
from rdflib import Graph, Namespace, URIRef

from portal import middleware
from portal.models import Office, Tenant, User
from portal.moments import now, travel
from procedures.actions import catalogue
from procedures.models import Offering, ProcedureVersion
from procedures.public import open_data
from procedures.public.sitemaps import Addresses
from procedures.queries import linked
from procedures.schema.definition import Span
from tests.conftest import Door
from tests.forms import definition, text
from tests.pages.public import asked, publish

CODE = "1.001612"
URL = f"/thu-tuc/{CODE}/"
HOST = "http://dongthap.localhost"
SHAPES = Path(__file__).parent / "cpsv-ap.shapes.ttl"
CV, CPSV, DCT = (
    Namespace(one) for one in ("http://data.europa.eu/m8g/", "http://purl.org/vocab/cpsv#", "http://purl.org/dc/terms/")
)
# rdflib and pyshacl call names of their own that they mean to drop.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
ATOM = "{http://www.w3.org/2005/Atom}"
FEES = [
    {"key": "charge", "name": text("Lệ phí"), "kind": "charge", "amount": {"online": 25000, "counter": 50000, "post": 50000}},
    {"key": "copy", "name": text("Phí bản sao"), "kind": "fee", "amount": {"each": 2000, "of": "copies"}},
]  # fmt: skip


@pytest.fixture
def offering(office: Office) -> Offering:
    return publish(
        office, CODE, "Đăng ký thành lập hộ kinh doanh", fees=FEES, life_events=["doing_business", "papers"],
        time={"online": {"amount": 5, "unit": "working_day"}, "counter": {"amount": 8, "unit": "hour"}, "post": {"amount": 1, "unit": "month"}},
        keywords=["hộ kinh doanh"],
    )  # fmt: skip


def streamed(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def read(content: bytes | str) -> Graph:
    """Offline: the context stands in the document itself."""
    told = json.loads(content)
    assert isinstance(told["@context"], dict)
    return Graph().parse(data=json.dumps(told), format="json-ld")


def faults(graph: Graph) -> str:
    sound, _report, words = validate(graph, shacl_graph=str(SHAPES), inference="none", allow_warnings=False)
    return "" if sound else str(words)


def of(door: Door) -> dict[str, Any]:
    answer = door().get(f"{URL}du-lieu.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    found: dict[str, Any] = answer.json()
    return found


def test_a_procedure_is_a_public_service_by_the_shapes_of_cpsv_ap(offering: Offering, door: Door) -> None:
    graph = read(door().get(f"{URL}du-lieu.jsonld").content)
    assert faults(graph) == ""
    me = URIRef(next(str(s) for s in graph.subjects() if str(s).endswith("#dich-vu")))
    for predicate, count in (
        (CV.hasChannel, 3), (CV.hasCost, 6), (CV.hasInputType, 1), (CPSV.produces, 1), (CV.hasLegalResource, 1), (CV.isGroupedBy, 2), (CV.hasCompetentAuthority, 1),
    ):  # fmt: skip
        assert len(list(graph.objects(me, predicate))) == count, predicate
    assert str(graph.value(me, CV.processingTime)) == "P1M"


PLANTED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "identifier": lambda node: node.pop("identifier"),
    "title": lambda node: node.pop("name"),
    "description": lambda node: node.pop("description"),
    "hasCompetentAuthority": lambda node: node.pop("hasCompetentAuthority"),
    "processingTime": lambda node: node.update(processingTime={"@value": "5 ngày", "@type": "xsd:string"}),
    "hasChannel": lambda node: node.update(hasChannel=[{"id": "urn:x", "type": "Cost", "identifier": "1"}]),
    "hasValue": lambda node: node["hasCost"][0].update(hasValue={"@value": "hai", "@type": "xsd:string"}),
    "prefLabel": lambda node: node["hasCompetentAuthority"].pop("label"),
    "spatial": lambda node: node["hasCompetentAuthority"].pop("spatial"),
    "Output": lambda node: node["produces"][0].pop("name"),
    "isGroupedBy": lambda node: node["isGroupedBy"][0].update(type="Concept", label={"vi": "x"}),
    "LinguisticSystem": lambda node: node.update(language="urn:tieng-viet"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_fault_in_the_data_is_found_by_the_shapes(offering: Offering, door: Door, name: str) -> None:
    """The control."""
    node = of(door)
    PLANTED[name](node)
    assert faults(read(json.dumps(node)))


@pytest.mark.parametrize(
    ("span", "said"),
    [(Span(3, "working_day"), "P3D"), (Span(15, "calendar_day"), "P15D"), (Span(8, "hour"), "PT8H"), (Span(2, "month"), "P2M"), (Span(0, "working_day"), "P1D")],
)  # fmt: skip
def test_times_are_durations(span: Span, said: str) -> None:
    assert linked.duration(span) == said


def test_an_amount_is_told_only_where_it_is_one_number_for_everybody(offering: Offering, door: Door) -> None:
    costs = {cost["identifier"]: cost for cost in of(door)["hasCost"]}
    assert costs[f"{CODE}/charge/online"]["hasValue"] == "25000.0"
    assert "hasValue" not in costs[f"{CODE}/copy/online"]
    assert "2.000" in costs[f"{CODE}/copy/online"]["description"]["vi"]


def test_both_languages_are_told_whatever_the_page_speaks(offering: Offering, door: Door) -> None:
    browser = door()
    browser.cookies["language"] = "en"
    content = browser.get(f"{URL}du-lieu.jsonld").json()
    assert content["hasChannel"][0]["description"] == {"vi": "5 ngày làm việc", "en": "5 working days"}


def test_every_procedure_stands_in_the_whole_file_and_it_is_sound(
    office: Office, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_data, "AT_ONCE", 2)
    for number in range(5):
        publish(office, f"1.90000{number}", f"Thủ tục {number}", fees=FEES)
    answer = door().get("/du-lieu/thu-tuc.jsonld")
    content = streamed(answer)
    graph = read(content)
    assert faults(graph) == ""
    assert sorted(
        str(o) for s in graph.subjects(None, CPSV.PublicService) for o in graph.objects(s, DCT.identifier)
    ) == [f"1.90000{n}" for n in range(5)]


def test_an_authority_without_procedures_has_a_sound_empty_file(tenant: Tenant, door: Door) -> None:
    assert json.loads(streamed(door().get("/du-lieu/thu-tuc.jsonld")))["@graph"] == []


def test_the_whole_file_is_made_in_pieces_of_a_few_questions(
    office: Office, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory and transaction are those of one piece, however many there are."""
    monkeypatch.setattr(open_data, "AT_ONCE", 2)
    for number in range(6):
        publish(office, f"1.90000{number}", f"Thủ tục {number}")
    answer = door().get("/du-lieu/thu-tuc.jsonld")
    with asked() as questions:
        first = next(iter(cast(Any, answer).streaming_content))
    assert len(questions) == 1 and first.count(b'"PublicService"') == 2 + 1, "two, and the context"


def test_a_program_that_has_the_file_is_told_so(offering: Offering, door: Door) -> None:
    for address in ("/du-lieu/thu-tuc.jsonld", "/du-lieu/thu-tuc.csv"):
        tag = door().get(address)["ETag"]
        assert door().get(address, headers={"If-None-Match": tag}).status_code == 304
    catalogue.publish(definition("1.900009"))
    middleware._tenants.clear()
    assert door().get("/du-lieu/thu-tuc.csv", headers={"If-None-Match": tag}).status_code == 200


def test_the_table_holds_a_line_for_each(offering: Offering, office: Office, door: Door) -> None:
    publish(office, "1.900001", "=1+1")
    rows = list(csv.DictReader(io.StringIO(streamed(door().get("/du-lieu/thu-tuc.csv")).decode("utf-8-sig"))))
    assert [(row["code"], row["name"]) for row in rows] == [
        (CODE, "Đăng ký thành lập hộ kinh doanh"),
        ("1.900001", "'=1+1"),
    ]
    assert rows[0]["linked_data"].endswith(f"{URL}du-lieu.jsonld") and rows[0]["level"] == "3"


def test_the_data_of_one_authority_are_not_anothers(offering: Offering, door: Door, other_tenant: Tenant) -> None:
    there = door(at=other_tenant)
    assert there.get(f"{URL}du-lieu.jsonld").status_code == 404
    assert CODE.encode() not in streamed(there.get("/du-lieu/thu-tuc.jsonld"))
    assert CODE.encode() not in there.get("/thu-tuc/thay-doi.atom").content


def test_the_entry_for_catalogues_of_data_is_sound(offering: Offering, door: Door) -> None:
    graph = read(door().get("/du-lieu/danh-muc.jsonld").content)
    assert faults(graph) == ""
    broken = door().get("/du-lieu/danh-muc.jsonld").json()
    broken["dataset"][0].pop("publisher")
    assert "publisher" in faults(read(json.dumps(broken)))


def test_the_page_of_open_data_names_files_licence_and_day(offering: Offering, door: Door) -> None:
    page = door().get("/du-lieu/").content.decode()
    for told in (
        "/du-lieu/thu-tuc.jsonld",
        "/du-lieu/thu-tuc.csv",
        "/api/v1/procedures/",
        "/thu-tuc/thay-doi.atom",
        "CC BY 4.0",
        "CPSV-AP 3.2",
    ):
        assert told in page, told
    assert page.count("<h1") == 1


# In the page


def block(page: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert len(found) == 1
    told: dict[str, Any] = json.loads(found[0])
    return told


def test_the_page_carries_what_search_engines_read(offering: Offering, door: Door) -> None:
    page = door().get(URL).content.decode()
    told = block(page)
    assert told["@type"] == "GovernmentService" and told["identifier"] == CODE
    assert told["availableChannel"]["serviceUrl"].endswith("/nop/")
    assert f'<link rel="alternate" type="application/ld+json" href="{URL}du-lieu.jsonld">' in page
    assert len(json.dumps(told)) < 1500


def test_hostile_words_cannot_end_the_block(office: Office, door: Door) -> None:
    hostile = "</script><script>alert(1)</script><!-- & \u2028"
    publish(office, CODE, hostile, summary=text(hostile))
    page = door().get(URL).content.decode()
    assert block(page)["name"].startswith("</script>") and "<script>alert" not in page
    graph = read(door().get(f"{URL}du-lieu.jsonld").content)
    assert any("</script>" in str(title) for title in graph.objects(None, DCT.title))


def test_a_program_that_asks_for_linked_data_is_shown_the_way(offering: Offering, door: Door) -> None:
    answer = door().get(URL, headers={"Accept": "application/ld+json"})
    assert (answer.status_code, answer["Location"]) == (303, f"{URL}du-lieu.jsonld")
    page = door().get(URL)
    assert page.status_code == 200 and "Accept" in page["Vary"].replace(",", " ").split()


def test_old_addresses_lead_on_and_what_has_ended_is_gone(offering: Offering, door: Door, en: User) -> None:
    suffixed = door().get(f"/thu-tuc/{CODE}.000.00.00.H50/")
    assert (suffixed.status_code, suffixed["Location"]) == (301, URL)
    assert door().get("/thu-tuc/9.999999.000.00.00.H50/").status_code == 404
    catalogue.withdraw(offering.procedure, en, reason="Đã bãi bỏ.")
    middleware._tenants.clear()
    gone = door().get(URL)
    assert gone.status_code == 410 and "Đã bãi bỏ." in gone.content.decode()
    assert door().get(f"{URL}du-lieu.jsonld").status_code == 404


def test_what_programs_read_asks_little(offering: Offering, door: Door) -> None:
    for address, most in (
        (f"{URL}du-lieu.jsonld", 1),
        ("/du-lieu/", 2),
        ("/du-lieu/danh-muc.jsonld", 1),
        ("/sitemap.xml", 2),
        ("/thu-tuc/thay-doi.atom", 3),
        ("/thu-tuc/thay-doi/", 3),
    ):
        with asked() as first:
            assert door().get(address).status_code == 200, address
        assert len(first) <= most, (address, first)
        with asked() as second:
            door().get(address)
        assert second == [], address


# Sitemap


def test_the_sitemap_tells_when_each_was_published(offering: Offering, door: Door) -> None:
    tree = ElementTree.fromstring(door().get("/sitemap.xml").content)  # noqa: S314
    found = {str(child[0].text): str(child[1].text) if len(child) > 1 else "" for child in tree}
    place = next(address for address in found if address and address.endswith(URL))
    version = ProcedureVersion.objects.get(procedure=offering.procedure)
    assert version.published_at and found[place] and found[place][:10] == f"{version.published_at:%Y-%m-%d}"
    assert any(address and address.endswith("/du-lieu/") for address in found)


def test_a_long_sitemap_comes_in_parts(office: Office, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Addresses, "limit", 2)
    for number in range(5):
        publish(office, f"1.90000{number}", f"Thủ tục {number}")
    index = ElementTree.fromstring(door().get("/sitemap.xml").content)  # noqa: S314
    parts = [str(one[0].text) for one in index]
    assert len(parts) == 3 and parts[2].endswith("/sitemap-3.xml")
    found = "".join(door().get(f"/sitemap-{number}.xml").content.decode() for number in (1, 2, 3))
    assert all(found.count(f"/thu-tuc/1.90000{n}/<") == 1 for n in range(5))
    assert door().get("/sitemap-4.xml").status_code == 404


# Changes


def entries(door: Door) -> list[tuple[str, str, str]]:
    feed = ElementTree.fromstring(door().get("/thu-tuc/thay-doi.atom").content)  # noqa: S314
    return [
        (str(e.findtext(f"{ATOM}id")), str(e.findtext(f"{ATOM}title")), str(e.findtext(f"{ATOM}summary"))) for e in feed.findall(f"{ATOM}entry")
    ]  # fmt: skip


@pytest.fixture
def changed(office: Office, en: User) -> Offering:
    """Published long ago, changed twice, then ended."""
    with travel(now() - timedelta(days=9)):
        made = publish(office, CODE, "Tên cũ")
    for days, told in (
        (6, {"fees": FEES, "steps": []}),
        (3, {"fees": FEES, "steps": [], "route": [{"key": "sign", "name": text("Ký"), "role": "head"}]}),
    ):
        with travel(now() - timedelta(days=days)):
            catalogue.publish(definition(CODE, name=text("Tên mới"), keywords=[], **told))
    catalogue.withdraw(made.procedure, en, reason="Đã bãi bỏ.")
    middleware._tenants.clear()
    return made


def test_the_feed_tells_in_words_what_changed_newest_first(changed: Offering, door: Door) -> None:
    assert entries(door) == [
        (f"tag:dongthap.localhost,2026:thu-tuc/{CODE}/3/withdrawn", "Tên mới", "Ngừng tiếp nhận: Đã bãi bỏ."),
        (f"tag:dongthap.localhost,2026:thu-tuc/{CODE}/3/changed", "Tên mới", "Công bố lại, nội dung công khai không đổi."),
        (f"tag:dongthap.localhost,2026:thu-tuc/{CODE}/2/changed", "Tên mới", "Thay đổi: tên thủ tục, trình tự thực hiện, phí, lệ phí."),
        (f"tag:dongthap.localhost,2026:thu-tuc/{CODE}/1/published", "Tên cũ", "Công bố thủ tục."),
    ]  # fmt: skip


def test_an_entry_keeps_its_id_when_more_happens(offering: Offering, door: Door) -> None:
    before = entries(door)
    catalogue.publish(definition(CODE, name=text("Khác")))
    middleware._tenants.clear()
    after = entries(door)
    assert after[1:] == before and len(after) == 2


def test_what_waits_for_its_day_is_not_told_before(offering: Offering, door: Door) -> None:
    catalogue.publish(definition(CODE, name=text("Ngày mai")), effective_from=now() + timedelta(days=1))
    middleware._tenants.clear()
    assert "Ngày mai" not in door().get("/thu-tuc/thay-doi.atom").content.decode()


def test_the_page_of_changes_says_the_same(changed: Offering, door: Door) -> None:
    page = " ".join(door().get("/thu-tuc/thay-doi/").content.decode().split())
    assert "Ngừng tiếp nhận: Đã bãi bỏ." in page and "Công bố thủ tục." in page and "/thu-tuc/thay-doi.atom" in page
    assert page.count("<h1") == 1
