"""Version drafts as wholes: begun, seen at a glance, filled from another procedure, discarded, two people at one place."""

import json
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from portal.models import Office, Tenant, User
from procedures.models import VersionDraft
from procedures.schema import parts
from tests.cast import Cast
from tests.forms import definition, offered, text

Door = Callable[..., Client]
CODE = "1.999001"


def begun(door: Door, en: User, office: Office) -> Client:
    offered(office)
    browser = door(en)
    browser.post(reverse("manage_draft_begin", args=[CODE]))
    return browser


def test_a_draft_begins_from_what_is_published_and_shows_its_parts(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    offered(office)
    browser = door(en)
    page = browser.get(reverse("manage_draft", args=[CODE])).content.decode()
    assert "Bắt đầu soạn" in page
    page = browser.post(reverse("manage_draft_begin", args=[CODE]), follow=True).content.decode()
    assert "Bắt đầu từ phiên bản 1." in page and "Võ Thị Én sửa lần cuối" in page
    assert VersionDraft.objects.get().definition == definition()


def test_a_new_procedure_begins_with_nothing_but_code_name_and_sector(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    offered(office)
    browser = door(en)
    told = {"code": "2.000001", "name": "Thủ tục chưa có", "sector": "civil_status"}
    page = browser.post(reverse("manage_draft_new"), told, follow=True).content.decode()
    assert "Thủ tục chưa có" in page and "Chưa có gì" in page
    again = browser.post(reverse("manage_draft_new"), told).content.decode()
    assert "<title>Lỗi:" in again and "Đã có thủ tục hoặc bản soạn mang mã này." in again
    assert VersionDraft.objects.count() == 1


def test_parts_of_another_procedure_take_the_place_of_ones_own(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    browser = begun(door, en, office)
    route = [{"key": "only", "name": text("Một bước"), "role": "head", "hours": 8}]
    offered(office, "1.999002", route=route, name=text("Thủ tục khác"))
    address = reverse("manage_draft_copy", args=[CODE]) + "?from=1.999002"
    assert "Thủ tục khác" in browser.get(address).content.decode()
    browser.post(address, {"part": ["manage_draft_route"]})
    made = VersionDraft.objects.get().definition
    assert made["route"] == route and made["name"] == definition()["name"]


def test_a_draft_that_is_discarded_is_gone_and_what_is_published_stays(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    browser = begun(door, en, office)
    page = browser.post(reverse("manage_draft_discard", args=[CODE]), follow=True).content.decode()
    assert "Đã bỏ bản soạn." in page and "Phiên bản 1" in page
    assert not VersionDraft.objects.exists()


def test_between_two_texts_each_difference_is_chosen(tenant: Tenant, door: Door, en: User, office: Office) -> None:
    browser = begun(door, en, office)
    draft = VersionDraft.objects.get()
    mine = {"vi": "Của tôi", "en": "Mine"}
    told = {
        "address": "name", "mine": json.dumps(mine), "seen": parts.fingerprint(draft.definition["name"]),
        "at:vi": "mine", "at:en": "theirs", "back": "/quan-tri/",
    }  # fmt: skip
    answer = browser.post(reverse("manage_draft_settle", args=[CODE]), told)
    assert answer.headers["Location"] == "/quan-tri/"
    assert VersionDraft.objects.get().definition["name"] == {"vi": "Của tôi", "en": "Xác nhận thử nghiệm"}
    page = browser.post(reverse("manage_draft_settle", args=[CODE]), told).content.decode()
    assert "Hai người cùng sửa một chỗ" in page
    assert browser.post(reverse("manage_draft_settle", args=[CODE]), {"mine": "{"}).status_code == 302


def test_those_who_only_read_find_nothing_to_press(
    tenant: Tenant, door: Door, en: User, binh: User, office: Office, cast: Cast
) -> None:
    begun(door, en, office)
    khoa = cast.people["khoa"]
    page = door(khoa).get(reverse("manage_draft", args=[CODE]))
    assert page.status_code == 200 and "Bỏ bản soạn" not in page.content.decode()
    assert door(khoa).post(reverse("manage_draft_discard", args=[CODE])).status_code == 404
    assert door(binh).get(reverse("manage_draft", args=[CODE])).status_code == 404
