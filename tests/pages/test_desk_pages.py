"""Feedback and cash at the desk, and that no step's page opens to a role that may not take it."""

from typing import Any

import pytest
from django.urls import reverse

from portal.models import AuditEntry, Office, Tenant, User
from portal.roles import PERMISSIONS, Role
from procedures.actions import feedback
from procedures.desk.deeds import DEEDS
from procedures.models import Feedback
from tests.forms import offered
from tests.pages.desk import filed, fresh

INBOX = "/mot-cua/phan-anh/"
ROLES = {
    "binh": Role.CLERK,
    "chi": Role.OFFICER,
    "dung": Role.HEAD,
    "ha": Role.CASHIER,
    "khoa": Role.AUDITOR,
    "en": Role.ADMINISTRATOR,
}


def said(office: Office | None, an: User) -> Feedback:
    return feedback.give(group="portal", body="Tải tệp rất chậm <b>", person=an, office=office)


def test_feedback_is_read_answered_and_leaves_the_inbox(office: Office, door: Any, an: User, binh: User) -> None:
    one, client = said(office, an), door(binh)
    assert one.reference in client.get(INBOX).content.decode()
    assert "&lt;b&gt;" in client.get(f"{INBOX}{one.reference}/").content.decode()
    assert "Lỗi:" in client.post(f"{INBOX}{one.reference}/", {"answer": " "}).content.decode()
    client.post(f"{INBOX}{one.reference}/", {"answer": "Đã sửa, xin cảm ơn."})
    one.refresh_from_db()
    assert (one.answer, one.answered_by) == ("Đã sửa, xin cảm ơn.", binh)
    assert one.reference not in client.get(INBOX).content.decode().split("notice-good")[-1].split("</div>", 1)[-1]
    assert one.reference in client.get(f"{INBOX}?answered=1").content.decode()
    assert AuditEntry.objects.filter(action="look", object=f"feedback:{one.reference}").exists()


def test_feedback_of_another_office_is_not_this_clerks(
    tenant: Tenant, door: Any, an: User, binh: User, chi: User, giang: User
) -> None:
    elsewhere = said(Office.objects.create(code="H58.99", name="Sở khác", kind="department"), an)
    anybodys = said(None, an)
    assert door(binh).get(f"{INBOX}{elsewhere.reference}/").status_code == 404
    assert door(binh).get(f"{INBOX}{anybodys.reference}/").status_code == 200
    for stranger in (an, chi, giang):
        assert door(stranger).get(INBOX).status_code == 404


def test_an_empty_inbox_and_an_empty_till_say_so(tenant: Tenant, door: Any, binh: User, cast: Any) -> None:
    assert "Không còn phản ánh nào" in door(binh).get(INBOX).content.decode()
    assert "Không có khoản nào chưa nộp" in door(cast.people["ha"]).get("/mot-cua/thu-tien/").content.decode()
    assert door(binh).get("/mot-cua/thu-tien/").status_code == 404


def test_cash_paid_for_an_online_filing_opens_the_way_to_accept(
    office: Office, door: Any, an: User, binh: User, cast: Any
) -> None:
    fee = {
        "key": "charge",
        "name": {"vi": "Lệ phí"},
        "kind": "charge",
        "amount": {"online": 10000, "counter": 20000, "post": 20000},
    }
    dossier = filed(offered(office, fees=[{**fee, "when_due": "submission"}]), an)
    accept, cash = (reverse(name, args=[dossier.reference]) for name in ("desk_accept", "desk_cash_taken"))
    assert "chưa nộp phí" in door(binh).post(accept, {"seen": 1}).content.decode()
    assert fresh(dossier).state == "submitted"
    cashier = door(cast.people["ha"])
    assert dossier.reference in cashier.get("/mot-cua/thu-tien/", {"q": "nguyen"}).content.decode()
    cashier.post(cash, {"seen": 1})
    door(binh).post(accept, {"seen": 2})
    assert fresh(dossier).state == "accepted"


@pytest.mark.parametrize("who", ROLES)
def test_no_steps_page_opens_to_a_role_that_may_not_take_it(
    office: Office, door: Any, an: User, cast: Any, who: str
) -> None:
    dossier, client = filed(offered(office), an), door(cast.people[who])
    for deed in DEEDS.values():
        expected = 200 if ROLES[who] in PERMISSIONS[deed.permission] else 404
        assert client.get(reverse(deed.name, args=[dossier.reference])).status_code == expected, deed.key
        if expected == 404:
            assert client.post(reverse(deed.name, args=[dossier.reference]), {"seen": 1}).status_code == 404, deed.key
    assert fresh(dossier).event_count == 1
