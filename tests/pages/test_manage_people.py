"""Én gives roles and takes them; nobody else does."""

import datetime
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal import actions
from portal.models import AuditEntry, Membership, Office, Tenant, User
from portal.moments import today
from portal.people import account_of
from portal.permissions import roles_of
from portal.roles import Role
from tests.cast import Cast

Door = Callable[..., Client]
pytestmark = pytest.mark.django_db(databases=["default", "platform"])
PAGES = (
    "manage_jobs", "manage_people", "manage_person_add", "manage_offices", "manage_office_add", "manage_calendar", "manage_day_add",
    "manage_settings", "manage_settings_change", "manage_procedures", "manage_bundle", "manage_accounts", "manage_account_open",
    "manage_audit", "manage_chain", "manage_feedback",
)  # fmt: skip
NEWCOMER = {"personal_id": "082 195 004 321", "full_name": "Phan Thị Oanh", "role": "clerk", "title": "Cán bộ"}


@pytest.fixture
def khoa(cast: Cast) -> User:
    return cast.people["khoa"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_the_administrator(name: str, tenant: Tenant, door: Door, en: User) -> None:
    page = door(en).get(reverse(name))
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_clerk_and_a_clerk_of_another_authority_find_nothing(
    name: str, tenant: Tenant, door: Door, binh: User, giang: User
) -> None:
    assert door(binh).get(reverse(name)).status_code == 404
    assert door(giang).get(reverse(name)).status_code == 404
    assert door().get(reverse(name)).status_code == 302


def test_the_auditor_reads_and_changes_nothing(
    tenant: Tenant, door: Door, khoa: User, chi: User, office: Office
) -> None:
    page = door(khoa).get(reverse("manage_person", args=[chi.pk]))
    assert page.status_code == 200
    assert "Giao vai trò" not in page.content.decode()
    given = door(khoa).post(reverse("manage_role_give", args=[chi.pk]), {"role": "head", "office": office.pk})
    assert given.status_code == 404
    assert not Membership.objects.filter(user=chi, role=Role.HEAD).exists()


def test_every_page_that_the_auditor_is_led_to_opens(tenant: Tenant, door: Door, khoa: User) -> None:
    browser = door(khoa)
    page = browser.get(reverse("manage_people")).content.decode()
    for address in re.findall(r'<li><a href="(/quan-tri/[^"]*)"', page):
        if address not in (reverse("manage"), reverse("manage_links")):  # these ask the neighbours
            assert browser.get(address).status_code in (200, 302), address


def test_a_person_is_added_by_personal_id_and_linked_at_the_first_sign_in(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    added = door(en).post(reverse("manage_person_add"), {**NEWCOMER, "office": office.pk})
    person = User.objects.get(full_name="Phan Thị Oanh")
    assert added.headers["Location"] == reverse("manage_person", args=[person.pk])
    claims = Claims(subject="oanh-at-vneid", personal_id="082195004321", full_name="Phan Thị Oanh")
    signed_in = account_of(claims)
    assert signed_in.pk == person.pk
    assert signed_in.subject == "oanh-at-vneid"
    assert roles_of(signed_in) == {Role.CLERK}


class Claims:
    issuer = "http://vneid.test"
    birth_date, gender, phone, email = "1995-01-01", "female", "", ""

    def __init__(self, subject: str, personal_id: str, full_name: str) -> None:
        self.subject, self.personal_id, self.full_name = subject, personal_id, full_name


def test_a_number_that_belongs_to_somebody_else_is_refused_and_everything_typed_stays(
    tenant: Tenant, door: Door, en: User, an: User, office: Office
) -> None:
    told = {**NEWCOMER, "personal_id": an.personal_id, "office": office.pk}
    page = door(en).post(reverse("manage_person_add"), told).content.decode()
    assert "<title>Lỗi:" in page
    assert "Phan Thị Oanh" in page
    assert an.full_name not in page
    assert not Membership.objects.filter(user=an).exists()


def test_a_number_that_cannot_be_one_is_told_beside_its_field(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    page = (
        door(en)
        .post(reverse("manage_person_add"), {**NEWCOMER, "personal_id": "12345", "office": office.pk})
        .content.decode()
    )
    assert "Số định danh có 12 chữ số; bạn đã nhập 5." in page
    assert 'href="#id_personal_id"' in page


def test_a_clerk_without_an_office_and_an_administrator_at_one_are_refused(
    tenant: Tenant, door: Door, en: User, chi: User, office: Office
) -> None:
    address = reverse("manage_role_give", args=[chi.pk])
    assert "cần gắn với một đơn vị" in door(en).post(address, {"role": "clerk"}).content.decode()
    assert (
        "áp dụng cho toàn cơ quan"
        in door(en).post(address, {"role": "administrator", "office": office.pk}).content.decode()
    )
    assert Membership.objects.filter(user=chi).count() == 1


def test_a_role_given_holds_at_once_and_withdrawn_ends_at_once(
    tenant: Tenant, door: Door, en: User, chi: User, office: Office
) -> None:
    door(en).post(reverse("manage_role_give", args=[chi.pk]), {"role": "clerk", "office": office.pk})
    assert door(chi).get(reverse("worklist")).status_code == 200
    given = Membership.objects.get(user=chi, role=Role.CLERK)
    door(en).post(reverse("manage_role_withdraw", args=[chi.pk, given.pk]))
    chi.__dict__.pop("_memberships_by_tenant", None)
    assert roles_of(chi) == {Role.OFFICER}
    given.refresh_from_db()
    assert given.until == today() - datetime.timedelta(days=1)
    assert [e.action for e in AuditEntry.objects.filter(subject=chi).order_by("number")] == [
        "role.give",
        "role.withdraw",
    ]


def test_nobody_gives_up_their_own_last_administration(tenant: Tenant, door: Door, en: User) -> None:
    own = Membership.objects.get(user=en)
    page = door(en).post(reverse("manage_role_withdraw", args=[en.pk, own.pk]), follow=True).content.decode()
    assert "không thể tự bỏ vai trò quản trị cuối cùng" in page
    door(en).post(reverse("manage_role_give", args=[en.pk]), {"role": "administrator", "until": today().isoformat()})
    own.refresh_from_db()
    assert own.until is None


def test_the_last_administrator_of_an_authority_stays(tenant: Tenant, en: User, chi: User) -> None:
    second = actions.give_role(chi, Role.ADMINISTRATOR, None, actor=en)
    actions.withdraw_role(Membership.objects.get(user=en), actor=chi)
    with pytest.raises(actions.NotPossible):
        actions.withdraw_role(second, actor=en)
    second.refresh_from_db()
    assert second.until is None


def test_a_locked_account_ends_its_sessions_at_the_next_request(
    tenant: Tenant, door: Door, en: User, chi: User
) -> None:
    browser = door(chi)
    assert browser.get(reverse("worklist")).status_code == 200
    door(en).post(reverse("manage_person_lock", args=[chi.pk]), {"deed": "lock"})
    assert browser.get(reverse("worklist")).status_code == 302
    door(en).post(reverse("manage_person_lock", args=[chi.pk]), {"deed": "unlock"})
    assert browser.get(reverse("worklist")).status_code == 200


def test_whoever_works_at_another_authority_is_not_locked_by_this_one(
    tenant: Tenant, door: Door, en: User, giang: User, office: Office
) -> None:
    actions.give_role(giang, Role.CLERK, office, actor=en)
    page = door(en).post(reverse("manage_person_lock", args=[giang.pk]), {"deed": "lock"}, follow=True).content.decode()
    assert "còn giữ vai trò ở cơ quan khác" in page
    giang.refresh_from_db()
    assert giang.is_active


def test_only_people_of_this_authority_have_a_page_here(
    tenant: Tenant, door: Door, en: User, an: User, giang: User
) -> None:
    assert door(en).get(reverse("manage_person", args=[an.pk])).status_code == 404
    assert door(en).get(reverse("manage_person", args=[giang.pk])).status_code == 404


def test_people_are_found_without_diacritics_in_the_same_number_of_queries(
    tenant: Tenant, door: Door, en: User, office: Office, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    browser = door(en)
    assert "Trần Văn Bình" in browser.get(reverse("manage_people"), {"q": "tran binh"}).content.decode()
    assert "Không tìm thấy ai" in browser.get(reverse("manage_people"), {"q": "khong co"}).content.decode()
    for number in range(20):
        person = actions.add_person(en, personal_id=f"0820950{number:05d}", full_name=f"Người Thứ {number}")
        actions.give_role(person, Role.CLERK, office, actor=en)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        assert "Người Thứ 19" in browser.get(reverse("manage_people")).content.decode()
