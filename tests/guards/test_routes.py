"""Every route of the resolver: declared, closed to strangers, silent about what is another's, and never broken."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from integrations import population
from portal.checks import judge_route, routes_are_declared
from portal.models import User
from portal.permissions import permission
from portal.roles import PERMISSIONS, PUBLIC
from tests.cast import Cast, open_door
from tests.guards.addresses import MISSING, Address, Ids, addresses, ask, both
from tests.guards.test_templates import inline

Door = Callable[..., Client]
# Open to everybody: a page that is to be read without signing in is added here by hand.
OPEN = {
    "home", "booking", "booking_office", "booking_one", "booking_change", "queue_board", "catalogue", "suggestions", "browse", "browse_sector", "browse_event", "guide", "checklist", "procedure", "blank_form_pdf", "blank_form_docx", "track", "verify_form", "verify", "feedback", "feedback_answer",
    "accessibility", "robots", "sitemap", "sitemap_part", "catalogue_news", "catalogue_feed", "procedure_data",
    "open_data", "open_data_catalogue", "open_data_linked", "open_data_table", "communes", "find_place", "figures", "figures_file", "theme", "set_language",
    "sign_in", "sign_in_begin", "sign_in_back", "sign_out", "vnpay_ipn", "vnpay_return", "national_confirm", "gallery", "gallery_staff",
    "api_schema", "api_docs", "api_procedures", "api_procedure", "api_form", "api_offices", "api_provinces", "api_communes", "api_nowhere",
}  # fmt: skip
# These speak to a neighbour that is not there in these tests; they say so (503).
NEIGHBOURS = {"sign_in_begin"}
# A stranger is told that nothing is there, or that this method is not served to anybody.
CLOSED = (404, 405)
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
ALL = addresses()
pytestmark = pytest.mark.django_db(databases=["default", "platform"])


@pytest.fixture(autouse=True)
def silent_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up is committed by itself, which a test inside one transaction cannot have; every page does without it."""

    def look_up(*told: object, **why: object) -> None:
        raise population.Unavailable("not there")

    monkeypatch.setattr(population, "look_up", look_up)


@pytest.fixture
def things(cast: Cast) -> tuple[Ids, Ids]:
    return both(cast)


def test_every_route_is_named_and_declares_who_may_come() -> None:
    assert routes_are_declared() == []
    assert len({a.name for a in ALL}) == len(ALL)


def test_an_undeclared_route_is_reported() -> None:
    """The control: a view without a declaration, a name that the table does not know, a route without a name."""

    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def unknown(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    unknown.permission = "everything"  # type: ignore[attr-defined]
    named, wrong, nameless = (
        path("a/", bare, name="a"),
        path("b/", unknown, name="b"),
        path("c/", permission(PUBLIC)(bare)),
    )
    assert [[told.id for told in judge_route("?", one)] for one in (named, wrong, nameless)] == [
        ["portal.E004"],
        ["portal.E004"],
        ["portal.E005"],
    ]


def test_the_open_routes_are_these_and_no_others() -> None:
    assert {a.name for a in ALL if a.is_public} == OPEN


def test_every_permission_of_the_table_opens_something() -> None:
    assert set(PERMISSIONS) - {a.permission for a in ALL} <= {"platform.view"}


def failures(client: Client, things: tuple[Ids, ...], wrong: Callable[[Address, str, HttpResponse], bool]) -> list[str]:
    """Ask every address for what is there, here and at the other authority."""
    found = []
    for address in ALL:
        for ids in things if address.identifiers else things[:1]:
            for method in address.methods:
                answer = ask(client, method, address.url(ids))
                if wrong(address, method, answer):
                    found.append(f"{method} {address.url(ids)}: {answer.status_code}")
    return sorted(found)


def is_broken(address: Address, method: str, answer: HttpResponse) -> bool:
    is_away = address.name in NEIGHBOURS and answer.status_code == 503
    return (answer.status_code >= 500 and not is_away) or is_misshapen(address, answer)


def is_misshapen(address: Address, answer: HttpResponse) -> bool:
    """A page has one heading, and neither script nor style of its own."""
    if (
        address.name.startswith("gallery")
        or "text/html" not in answer.headers.get("Content-Type", "")
        or not answer.content
    ):
        return False
    page = answer.content.decode()
    return page.count("<h1") != 1 or bool(inline(page))


def is_open_to_a_stranger(address: Address, method: str, answer: HttpResponse) -> bool:
    return is_broken(address, method, answer) or (address.is_staff and answer.status_code not in CLOSED)


def is_open_without_signing_in(address: Address, method: str, answer: HttpResponse) -> bool:
    if address.is_public:
        return is_broken(address, method, answer)
    if address.is_api:
        return answer.status_code not in (401, 403)
    return answer.status_code != 405 and not answer.headers.get("Location", "").startswith(
        "/tai-khoan/dang-nhap/?next="
    )


def test_nobody_in_particular_is_sent_to_sign_in(things: tuple[Ids, Ids], door: Door) -> None:
    assert failures(door(), things, is_open_without_signing_in) == []


def test_a_clerk_of_another_authority_finds_no_staff_page(things: tuple[Ids, Ids], door: Door, giang: User) -> None:
    assert failures(door(giang), things, is_open_to_a_stranger) == []


def test_a_citizen_finds_no_staff_page(things: tuple[Ids, Ids], door: Door, an: User) -> None:
    assert failures(door(an), things, is_open_to_a_stranger) == []


@pytest.mark.parametrize("who", ["binh", "chi", "dung", "en"])
def test_an_official_finds_the_pages_of_the_role_and_nothing_breaks(
    things: tuple[Ids, Ids], cast: Cast, who: str
) -> None:
    person = cast.people[who]
    roles = {
        "binh": "clerk",
        "chi": "officer",
        "dung": "head",
        "en": "administrator",
        "ha": "cashier",
        "khoa": "auditor",
    }

    def wrong(address: Address, method: str, answer: HttpResponse) -> bool:
        is_closed = address.is_staff and roles[who] not in PERMISSIONS[address.permission]
        return is_broken(address, method, answer) or (is_closed and answer.status_code not in CLOSED)

    assert failures(open_door(cast.tenant, person), things[:1], wrong) == []


def said(answer: HttpResponse, ids: Ids) -> tuple[object, ...]:
    """All that an answer tells, but for the address itself, the second, and the chance in a form's token."""
    body = TOKEN.sub(b"?", answer.content)
    for value in ids.values():
        body = body.replace(str(value).encode(), b"?") if isinstance(value, str) else body
    headers = {
        name: value for name, value in answer.headers.items() if name not in ("Location", "Expires", "Content-Length")
    }
    return answer.status_code, body, headers


@pytest.mark.parametrize("who", [None, "an", "binh", "dung", "en"])
def test_what_is_anothers_answers_as_what_is_missing(things: tuple[Ids, Ids], cast: Cast, who: str | None) -> None:
    """Byte for byte and header for header."""
    client = open_door(cast.tenant, cast.people[who] if who else None)
    different = []
    for address in [a for a in ALL if a.identifiers]:
        for method in ("GET", "POST"):
            for theirs, nobodys in pairs(address, things):
                one, other = ask(client, method, address.url(theirs)), ask(client, method, address.url(nobodys))
                if said(one, theirs) != said(other, nobodys) or is_broken(address, method, one):
                    different.append(
                        f"{method} {address.url(theirs)} {one.status_code} / {address.url(nobodys)} {other.status_code}"
                    )
    assert "\n".join(different) == ""


def pairs(address: Address, things: tuple[Ids, Ids]) -> list[tuple[Ids, Ids]]:
    """Another's thing and a missing one: all of the address, and only its last part below what is one's own."""
    here, there = things
    found = [(there, MISSING)]
    if len(address.identifiers) > 1:
        last = address.things()[address.identifiers[-1]]
        found.append(({**here, last: there[last]}, {**here, last: MISSING[last]}))
    return found


def test_a_page_that_tells_of_what_is_anothers_is_found(things: tuple[Ids, Ids], cast: Cast) -> None:
    """The control: at her own two authorities An's dossier does not answer as a missing one."""
    here, _there = things
    address = next(a for a in ALL if a.name == "my_dossier")
    client = open_door(cast.tenant, cast.people["an"])
    assert said(ask(client, "GET", address.url(here)), here) != said(ask(client, "GET", address.url(MISSING)), MISSING)


def test_the_things_asked_for_are_really_there(things: tuple[Ids, Ids], cast: Cast) -> None:
    """The control: an address that answers 404 to everybody would prove nothing above."""
    silent = [address for address in ALL if address.identifiers]
    for who in ("an", "en", "dung", "binh", "ha"):
        client = open_door(cast.tenant, cast.people[who])
        silent = [address for address in silent if not answers(client, address, things[0])]
    assert " ".join(address.name for address in silent) == ""


def answers(client: Client, address: Address, ids: Ids) -> bool:
    """Whether there is something here for this person: a page, a form that is wrong, a way on."""
    codes = (ask(client, method, address.url(ids)).status_code for method in address.methods)
    return any(code not in (401, 403, 404, 405) for code in codes)
