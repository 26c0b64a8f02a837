"""Procedures: what is open where, versions, bundles by page and by command."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import AuditEntry, Office, Tenant, User
from procedures.actions import bundles, catalogue
from procedures.models import Offering, Procedure, ProcedureVersion
from procedures.schema import bundle
from tests.forms import definition, offered, text

Door = Callable[..., Client]


def packed(*definitions: dict[str, Any]) -> str:
    return json.dumps(bundle.pack(list(definitions)), ensure_ascii=False)


def upload(content: str | bytes) -> dict[str, Any]:
    raw = content if isinstance(content, bytes) else content.encode()
    return {"file": SimpleUploadedFile("goi.json", raw, content_type="application/json")}


def test_what_is_opened_at_an_office_sets_the_level_and_is_told_of(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    offering = offered(office)
    address = reverse("manage_offering", args=["1.999001", office.code])
    page = door(en).post(address, {"blank_forms": "on", "returns_online": "on"}, follow=True).content.decode()
    assert "mức độ 2" in page and "Chưa mở nhận trực tuyến" in page
    assert Offering.objects.get(pk=offering.pk).level == 2
    assert AuditEntry.objects.get(action="offering.change").facts["online_open"] is False


def test_an_office_is_added_to_a_procedure_once(tenant: Tenant, door: Door, en: User, office: Office) -> None:
    offered(office)
    heir = Office.objects.create(code="H58.31", name="Phường Long Thuận", kind="commune")
    browser, address = door(en), reverse("manage_offering_add", args=["1.999001"])
    assert office.name not in browser.get(address).content.decode()
    browser.post(address, {"office": heir.pk, "blank_forms": "on", "online_open": "on"})
    assert Offering.objects.get(office=heir).online_open
    assert "<title>Lỗi:" in browser.post(address, {"office": heir.pk}).content.decode()


def test_a_bundle_is_checked_first_and_published_after(tenant: Tenant, door: Door, en: User, office: Office) -> None:
    offered(office)
    content = packed(definition(), definition("1.999002"), definition("1.999003"))
    browser = door(en)
    page = browser.post(reverse("manage_bundle"), upload(content)).content.decode()
    assert "Gói hợp lệ" in page and "Không thay đổi" in page and page.count("Thủ tục mới") == 2
    assert Procedure.objects.count() == 1
    page = browser.post(reverse("manage_bundle"), {"checked": content}, follow=True).content.decode()
    assert "Đã công bố 2 thủ tục." in page
    assert Procedure.objects.count() == 3
    assert AuditEntry.objects.filter(action="procedure.publish", actor=en).count() == 2


def test_a_changed_procedure_gets_a_new_version_and_the_old_one_stays(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    offered(office)
    door(en).post(reverse("manage_bundle"), {"checked": packed(definition(name=text("Tên mới")))})
    assert list(ProcedureVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    old = door(en).get(reverse("manage_version", args=["1.999001", 1])).content.decode()
    assert "Phiên bản 1" in old and "Đang dùng" not in old
    assert door(en).get(reverse("manage_version", args=["1.999001", 3])).status_code == 404


def test_a_fault_is_told_at_its_place_and_stops_no_other_procedure(tenant: Tenant, door: Door, en: User) -> None:
    content = packed(definition("1.999002"), definition(channels=["teleport"]))
    page = door(en).post(reverse("manage_bundle"), upload(content)).content.decode()
    assert "<title>Lỗi:" in page and "procedures[1].channels" in page and "Không nhận" in page
    assert not Procedure.objects.exists()
    page = door(en).post(reverse("manage_bundle"), {"checked": content}, follow=True).content.decode()
    assert "Đã công bố 1 thủ tục." in page and "Không nhận 1 thủ tục có chỗ sai." in page
    assert [procedure.code for procedure in Procedure.objects.all()] == ["1.999002"]


def test_where_every_procedure_has_a_fault_there_is_nothing_to_publish(tenant: Tenant, door: Door, en: User) -> None:
    page = door(en).post(reverse("manage_bundle"), upload(packed(definition(channels=["teleport"])))).content.decode()
    assert "Gói này chưa công bố được" in page and 'name="checked"' not in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{not json", "không phải là JSON hợp lệ"),
        (b"[" * 100_000, "không phải là JSON hợp lệ"),
        (b"\xff\xfe\x00", "không phải là văn bản UTF-8"),
        (b"", "Lỗi:"),
        (b"[]", "Lỗi:"),
        (b'{"format": "motcua-bundle", "version": 1, "procedures": ' + b"[" * 900 + b"]" * 900 + b"}", "Lỗi:"),
        (b" " * (2 * 1024 * 1024 + 1), "lớn hơn 2 MB"),
    ],
)
def test_what_is_no_bundle_is_told_in_a_sentence(
    tenant: Tenant, door: Door, en: User, content: bytes, sentence: str
) -> None:
    page = door(en).post(reverse("manage_bundle"), upload(content))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not Procedure.objects.exists()


def test_what_one_downloads_can_be_taken_in_and_changes_nothing(
    tenant: Tenant, door: Door, en: User, office: Office
) -> None:
    offered(office)
    answer = door(en).get(reverse("manage_bundle_file"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="catalogue.json"'
    assert [entry.effect for entry in bundles.plan_for(answer.content.decode()).entries] == [bundles.SAME]
    assert door(en).get(reverse("manage_procedure_file", args=["9.999999"])).status_code == 404


def test_the_list_costs_the_same_for_two_and_for_thirty(tenant: Tenant, door: Door, en: User, office: Office) -> None:
    browser = door(en)
    browser.get(reverse("manage_procedures"))
    counts = []
    for codes in (range(2), range(2, 30)):
        for number in codes:
            offered(office, f"1.{800000 + number}")
        with CaptureQueriesContext(connection) as seen:
            page = browser.get(reverse("manage_procedures")).content.decode()
        counts.append(len(seen))
    assert "30 thủ tục" in page
    assert counts[0] == counts[1]


def test_pages_follow_each_other_without_loss(tenant: Tenant, door: Door, en: User, office: Office) -> None:
    for number in range(45):
        catalogue.publish(definition(f"1.{800000 + number}"))
    browser = door(en)
    first = browser.get(reverse("manage_procedures")).content.decode()
    second = browser.get(reverse("manage_procedures"), {"after": "1.800039"}).content.decode()
    assert "after=1.800039" in first
    assert "1.800039" in first and "1.800040" not in first
    assert "1.800040" in second and "1.800044" in second and 'rel="next"' not in second


# Commands


def run(*words: str) -> str:
    told = io.StringIO()
    call_command(*words, stdout=told)
    return told.getvalue()


def test_export_and_import_by_command(tenant: Tenant, office: Office, tmp_path: Path) -> None:
    offered(office)
    file = tmp_path / "goi.json"
    file.write_text(run("export_catalogue", "--tenant", "dongthap"), encoding="utf-8")
    assert run("import_catalogue", str(file), "--tenant", "dongthap") == "1.999001 v1 same\n"
    file.write_text(packed(definition(name=text("Khác")), definition("1.999002")), encoding="utf-8")
    assert (
        run("import_catalogue", str(file), "--tenant", "dongthap", "--dry-run")
        == "1.999001 v2 changed\n1.999002 v1 new\n"
    )
    assert ProcedureVersion.objects.count() == 1
    run("import_catalogue", str(file), "--tenant", "dongthap")
    assert ProcedureVersion.objects.count() == 3


@pytest.mark.parametrize("extra", [["--dry-run"], ["--all-or-nothing"]])
def test_a_bad_procedure_fails_in_words_and_nothing_changes(tenant: Tenant, tmp_path: Path, extra: list[str]) -> None:
    file = tmp_path / "goi.json"
    file.write_text(packed(definition("1.999002"), definition(channels=["teleport"])), encoding="utf-8")
    told = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("import_catalogue", str(file), "--tenant", "dongthap", *extra, stdout=told)
    assert "procedures[1].channels" in told.getvalue() + str(failed.value)
    assert not Procedure.objects.exists()


def test_a_bad_procedure_stops_no_other_and_the_command_fails_all_the_same(tenant: Tenant, tmp_path: Path) -> None:
    file, told = tmp_path / "goi.json", io.StringIO()
    file.write_text(packed(definition("1.999002"), definition(channels=["teleport"])), encoding="utf-8")
    with pytest.raises(CommandError, match="1 of 2 procedures were refused"):
        call_command("import_catalogue", str(file), "--tenant", "dongthap", stdout=told)
    assert told.getvalue().splitlines()[0] == "1.999002 v1 new"
    assert told.getvalue().splitlines()[1].startswith("1.999001 refused procedures[1].channels")
    assert [procedure.code for procedure in Procedure.objects.all()] == ["1.999002"]


@pytest.mark.parametrize("extra", [[], ["--dry-run"], ["--all-or-nothing"]])
def test_a_bad_file_or_tenant_fails_in_words(tenant: Tenant, tmp_path: Path, extra: list[str]) -> None:
    file = tmp_path / "goi.json"
    file.write_text("{not json", encoding="utf-8")
    with pytest.raises(CommandError, match="There is no tenant nowhere"):
        run("import_catalogue", str(file), "--tenant", "nowhere", *extra)
    with pytest.raises(CommandError, match="cannot be read"):
        run("import_catalogue", str(tmp_path / "absent.json"), "--tenant", "dongthap", *extra)
    with pytest.raises(CommandError, match="không phải là JSON"):
        run("import_catalogue", str(file), "--tenant", "dongthap", *extra)
