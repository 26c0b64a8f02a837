"""A session that ends in the middle of a form: a clear sentence, nothing done, and nothing that was typed is lost."""

import datetime
import html
import re
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from portal.account import open_session
from portal.models import Office, Tenant, User
from portal.moments import travel
from procedures.actions import drafts
from procedures.models import Dossier
from tests.forms import offered

HOURS = datetime.timedelta(hours=1)
WORDS = 'Dòng đầu\n"dòng" <hai>'


@pytest.fixture
def place(tenant: Tenant, office: Office, an: User) -> str:
    draft = drafts.start(offered(office), an)
    return f"/thu-tuc/{draft.procedure.code}/nop/{draft.reference}/lien-he/"


def strict(tenant: Tenant, person: User | None = None) -> Client:
    """A browser whose forms are judged as in the real world."""
    client = Client(enforce_csrf_checks=True, HTTP_HOST=tenant.host)
    if person:
        client.force_login(person, backend="portal.people.ByIdentityProvider")
    return client


def carried(page: str) -> dict[str, str]:
    found = re.findall(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in found}


def test_what_is_typed_waits_while_one_signs_in_again(place: str, door: Any, an: User) -> None:
    sent = {"phone": "0912345678", "address": WORDS}
    answer = door().post(place, sent, headers={"referer": f"http://dongthap.localhost{place}"})
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "Phiên đăng nhập đã hết" in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert carried(page) == sent
    assert door(an).post(place, carried(page)).status_code in (200, 302)
    assert Dossier.objects.get().contact_phone == "0912345678"


def test_without_anything_typed_one_goes_to_the_door_and_back_to_the_page_with_the_button(
    place: str, door: Any, tenant: Tenant
) -> None:
    page = f"http://{tenant.host}/tai-khoan/ho-so/AAAA-BBBB-CCCC/"
    answer = door().post(f"{page}nhan-ket-qua/", headers={"referer": page})
    assert answer.url == "/tai-khoan/dang-nhap/?next=%2Ftai-khoan%2Fho-so%2FAAAA-BBBB-CCCC%2F"
    elsewhere = door().post("/tai-khoan/thong-tin/", headers={"referer": "http://elsewhere.example/x/"})
    assert elsewhere.url == "/tai-khoan/dang-nhap/?next=%2Ftai-khoan%2Fthong-tin%2F"


def test_a_form_older_than_the_last_sign_in_is_offered_again(place: str, tenant: Tenant, an: User) -> None:
    client = strict(tenant, an)
    answer = client.post(place, {"address": WORDS}, headers={"origin": f"http://{tenant.host}"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert carried(page) == {"address": WORDS}
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    again = {**carried(page), "csrfmiddlewaretoken": token.group(1)}
    assert client.post(place, again, headers={"origin": f"http://{tenant.host}"}).status_code in (200, 302)


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", ""])
def test_a_strangers_form_is_never_offered(place: str, tenant: Tenant, an: User, origin: str) -> None:
    answer = strict(tenant, an).post(place, {"address": WORDS}, headers={"origin": origin} if origin else {})
    assert answer.status_code == 403
    assert carried(answer.content.decode()) == {}
    assert "Chưa thực hiện được" in answer.content.decode()


def at_work(tenant: Tenant, person: User) -> Client:
    """Signed in as people sign in, just now."""
    client = Client(HTTP_HOST=tenant.host)
    request = RequestFactory(HTTP_HOST=tenant.host).get("/")
    request.session, request.user = client.session, person
    open_session(request, person)
    request.session.save()
    client.cookies["sessionid"] = str(request.session.session_key)
    return client


def test_who_works_on_stays_signed_in_and_who_left_does_not(tenant: Tenant, an: User) -> None:
    began = timezone.now()
    client = at_work(tenant, an)
    assert "sessionid" not in client.get("/tai-khoan/").cookies
    with travel(began + HOURS):
        assert client.get("/tai-khoan/").cookies["sessionid"]["max-age"] == 7200
    with travel(began + 11 * HOURS):
        assert client.get("/tai-khoan/").status_code == 200
    with travel(began + 12.1 * HOURS):
        assert client.get("/tai-khoan/").status_code == 302
