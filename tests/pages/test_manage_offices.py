"""Offices, settings, the journal, work given up, and the platform's door."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from integrations import status
from payments.models import Account
from portal import actions, audit, outbox
from portal.colours import contrast
from portal.models import AuditEntry, Office, OfficeSuccession, OutboxRow, Tenant, User
from portal.moments import now
from portal.outbox import HANDLERS
from portal.tenancy import inside
from procedures.actions import feedback
from procedures.models import Offering
from tests.cast import Cast
from tests.forms import offered

Door = Callable[..., Client]
OFFICE = {
    "code": "H58.31",
    "name": "Phường Long Thuận",
    "kind": "commune",
    "opened_on": "2025-07-01",
    "calendar": "weekdays",
}
SETTINGS = {
    "hotline": "0273 000 1022", "email": "hotro@dongthap.example", "address": "Mỹ Tho", "hours": "7:00–17:00", "entered_late_days": "3",
    "on_time_by": "moment", "brand": "#0b5a45", "brand_ink": "#ffffff", "brand_soft": "#e9f4ef", "accent": "#b0235f",
}  # fmt: skip


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The neighbours are tested elsewhere."""
    monkeypatch.setattr(status, "check", list)


def test_an_office_is_added_changed_and_its_code_stays(tenant: Tenant, door: Door, en: User, office: Office) -> None:
    door(en).post(reverse("manage_office_add"), {**OFFICE, "parent": office.pk})
    door(en).post(
        reverse("manage_office_change", args=["H58.31"]), {**OFFICE, "code": "X", "name": "Phường Long Thuận mới"}
    )
    added = Office.objects.get(code="H58.31")
    assert (added.name, added.parent) == ("Phường Long Thuận mới", None)
    assert list(AuditEntry.objects.order_by("number").values_list("action", flat=True)) == [
        "office.add",
        "office.change",
    ]


def test_a_code_that_is_taken_and_an_office_above_itself_are_refused(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    page = door(en).post(reverse("manage_office_add"), {**OFFICE, "code": office.code}).content.decode()
    assert "Mã này đã có." in page and "<title>Lỗi:" in page and "Phường Long Thuận" in page
    child = Office.objects.create(code="H58.30.01", name="Một cửa", kind="centre", parent=office)
    page = (
        door(en)
        .post(reverse("manage_office_change", args=[office.code]), {**OFFICE, "parent": child.pk})
        .content.decode()
    )
    assert "cấp trên của chính mình" in page
    office.refresh_from_db()
    assert office.parent is None


def test_a_dissolved_office_keeps_its_past_and_names_its_successors(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    offered(office)
    heir = Office.objects.create(code="H58.31", name="Phường Long Thuận", kind="commune")
    address = reverse("manage_office_dissolve", args=[office.code])
    assert (
        "kế thừa chính mình"
        in door(en).post(address, {"closed_on": "2026-07-01", "successors": [office.pk]}).content.decode()
    )
    door(en).post(address, {"closed_on": "2026-07-01", "successors": [heir.pk]})
    office.refresh_from_db()
    assert office.closed_on == datetime.date(2026, 7, 1)
    assert OfficeSuccession.objects.get(office=office).successor == heir
    assert "Phường Long Thuận" in door(en).get(reverse("manage_office", args=[office.code])).content.decode()


def test_settings_are_kept_shown_and_told_of(tenant: Tenant, door: Door, en: User) -> None:
    before = tenant.version
    door(en).post(reverse("manage_settings_change"), SETTINGS)
    kept = Tenant.objects.get(pk=tenant.pk)
    assert (kept.settings["entered_late_days"], kept.settings["on_time_by"], kept.theme["brand"]) == (
        3,
        "moment",
        "#0b5a45",
    )
    assert kept.version > before
    assert AuditEntry.objects.get(action="settings.change").facts["hotline"] == "0273 000 1022"


def test_colours_in_which_nobody_can_read_are_refused_with_their_contrast(tenant: Tenant, door: Door, en: User) -> None:
    page = door(en).post(reverse("manage_settings_change"), {**SETTINGS, "brand": "#ffd400"}).content.decode()
    assert "<title>Lỗi:" in page
    assert "cần ít nhất 4.5" in page
    assert "Mỹ Tho" in page
    assert Tenant.objects.get(pk=tenant.pk).theme == {}


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_accounts_raise_the_level_and_their_secret_is_never_shown(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    fee = {
        "key": "fee",
        "name": {"vi": "Phí", "en": "Fee"},
        "kind": "fee",
        "amount": {"online": 5000, "counter": 8000, "post": 8000},
        "when_due": "submission",
    }
    offering = offered(office, fees=[fee])
    assert Offering.objects.get(pk=offering.pk).level == 3
    told = {
        "office": office.pk,
        "provider": "vnpay",
        "terminal": "GOCONG01",
        "secret": "THE-SECRET-OF-VNPAY",
        "holder": "UBND",
    }
    page = door(en).post(reverse("manage_account_open"), told, follow=True).content.decode()
    assert "Có khóa bí mật" in page and "THE-SECRET" not in page
    assert Offering.objects.get(pk=offering.pk).level == 4
    account = Account.objects.get(terminal="GOCONG01")
    assert "THE-SECRET" not in str(AuditEntry.objects.get(action="account.open").facts)
    door(en).post(reverse("manage_account_close", args=[account.pk]))
    assert Offering.objects.get(pk=offering.pk).level == 3


def test_an_account_without_what_it_needs_is_not_opened(tenant: Tenant, door: Door, en: User) -> None:
    page = door(en).post(reverse("manage_account_open"), {"provider": "vietqr", "bank_bin": "12"}).content.decode()
    assert "<title>Lỗi:" in page and "Cách thu này cần có mục này." in page
    assert not Account.objects.exists()


def test_the_journal_is_narrowed_and_its_reading_stands_in_it(
    tenant: Tenant, door: Door, cast: Cast, en: User, an: User
) -> None:
    with inside(tenant):
        audit.look(cast.people["chi"], "dossier:ABC", "thẩm định", an)
        actions.add_office(en, code="H58.40", name="Xã", kind="commune")
    browser = door(cast.people["khoa"])
    browser.get(reverse("manage_audit"))
    page = browser.get(reverse("manage_audit"), {"person": en.pk}).content.decode()
    assert "Thêm đơn vị" in page and "dossier:ABC" not in page
    assert AuditEntry.objects.filter(actor=cast.people["khoa"], action="journal.view").count() == 2


def test_a_day_that_is_none_is_told_and_the_journal_still_shown(tenant: Tenant, door: Door, en: User) -> None:
    page = door(en).get(reverse("manage_audit"), {"first": "32/13/2026"})
    assert page.status_code == 200
    assert "<title>Lỗi:" in page.content.decode()


def test_the_chain_is_checked_on_demand(tenant: Tenant, door: Door, en: User) -> None:
    assert "Nhật ký nguyên vẹn" in door(en).get(reverse("manage_chain")).content.decode()


def test_a_broken_chain_is_told(tenant: Tenant, door: Door, en: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "first_break", lambda: 7)
    page = door(en).get(reverse("manage_chain")).content.decode()
    assert "Nhật ký đã bị sửa" in page and "Mục số 7" in page


def test_work_given_up_is_shown_and_put_back_in_line(
    tenant: Tenant, door: Door, en: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "mail", HANDLERS["mail"])
    outbox.put("mail", "message-1", {})
    OutboxRow.objects.update(given_up_at=now(), attempts=9, error="ConnectionRefusedError: mail")
    assert "ConnectionRefusedError" in door(en).get(reverse("manage_jobs")).content.decode()
    row = OutboxRow.objects.get()
    door(en).post(reverse("manage_job_again", args=[row.pk]))
    row.refresh_from_db()
    assert (row.given_up_at, row.attempts) == (None, 0)


def test_the_overview_names_what_lacks_and_who(tenant: Tenant, door: Door, en: User, silent: None) -> None:
    empty = Office.objects.create(code="H58.31", name="Phường Long Thuận", kind="commune")
    offered(empty, channels=["counter"], **_no_form())
    page = door(en).get(reverse("manage")).content.decode()
    assert "Chưa có biểu mẫu điện tử" in page
    assert "Phường Long Thuận" in page and "Lãnh đạo" in page


def _no_form() -> dict[str, Any]:
    return {"form": {"sections": []}, "result_template": None}


def test_feedback_is_counted_by_group_and_not_read_here(tenant: Tenant, door: Door, cast: Cast) -> None:
    for _time in range(2):
        feedback.give(group="payment", body="Trang thanh toán treo", person=None)
    page = door(cast.people["khoa"]).get(reverse("manage_feedback")).content.decode()
    assert "Thanh toán trực tuyến" in page and "Trang thanh toán treo" not in page
    assert page.count("payment") == 0
    assert '<td class="num">2</td>' in page


def test_the_platform_names_its_authorities_with_their_addresses(cast: Cast) -> None:
    page = Client(HTTP_HOST="localhost:8000").get("/").content.decode()
    assert 'href="http://dongthap.localhost:8000/"' in page
    assert 'href="http://vhttdl.localhost:8000/"' in page
    assert page.count("<h1") == 1
