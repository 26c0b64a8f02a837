"""The national shelf: written by the platform alone, adopted by an authority, changed there, and led into newer text."""

import io
import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connections, transaction
from django.urls import reverse

from portal.actions import NotPossible
from portal.models import Tenant, User
from portal.tenancy import inside
from procedures.actions import drafting, national, publication
from procedures.models import NationalDefinition, Procedure, VersionDraft
from procedures.queries import national as queries
from procedures.queries import versions
from procedures.schema import bundle, parts
from procedures.schema.definition import parse
from tests.cast import Cast
from tests.conftest import Door
from tests.forms import definition, text

pytestmark = pytest.mark.django_db(databases=["default", "platform"])
Shelve = Callable[..., NationalDefinition]


@pytest.fixture
def code() -> str:
    """The shelf only grows, so each test has a code of its own."""
    return f"7.{uuid.uuid4().hex[:12]}"


@pytest.fixture
def shelve(code: str) -> Shelve:
    """Put a definition on the shelf for good, as the platform does: by a connection of its own."""

    def put(**changes: Any) -> NationalDefinition:
        with ThreadPoolExecutor(1) as alone:
            alone.submit(_for_good, definition(code, **changes)).result()
        found = queries.newest_of(code)
        assert found is not None
        return found

    return put


def _for_good(raw: dict[str, Any]) -> None:
    try:
        national.put_on_shelf([parse(raw)], "Bộ Tư pháp")
    finally:
        connections.close_all()


def adopted(cast: Cast, shelved: NationalDefinition, en: User) -> Procedure:
    """Adopted and published with a change of one's own."""
    draft = drafting.adopt(shelved, en)
    known = parts.fingerprint(draft.definition["conditions"])
    draft = drafting.change(draft, en, "conditions", text("Điều kiện của tỉnh"), known)
    return publication.publish_draft(draft, en, revision=draft.revision).procedure


def test_the_same_definition_again_is_no_new_number(shelve: Shelve) -> None:
    assert [shelve().number, shelve().number, shelve(conditions=text("Mới")).number] == [1, 1, 2]


def test_the_application_cannot_write_on_the_shelf(shelve: Shelve, tenant: Tenant) -> None:
    shelved = shelve()
    for deed in (
        lambda: NationalDefinition.objects.create(code="8", number=1, definition={}, issued_by="?"),
        lambda: NationalDefinition.objects.filter(pk=shelved.pk).update(issued_by="?"),
        lambda: NationalDefinition.objects.filter(pk=shelved.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            deed()


def test_what_is_adopted_begins_as_the_ministry_wrote_it(cast: Cast, shelve: Shelve, code: str, en: User) -> None:
    shelved = shelve()
    with inside(cast.tenant):
        assert queries.not_adopted(code).count() == 1
        draft = drafting.adopt(shelved, en)
        assert draft.definition == shelved.definition and draft.national == shelved
        assert queries.not_adopted(code).count() == 0
        with pytest.raises(NotPossible):
            drafting.adopt(shelved, en)
    with inside(cast.other_tenant):
        assert queries.not_adopted(code).count() == 1


def test_each_part_says_whose_it_is(cast: Cast, shelve: Shelve, en: User) -> None:
    shelved = shelve()
    with inside(cast.tenant):
        current = adopted(cast, shelved, en).current
        assert current is not None and current.national == shelved
        found = {one.key: one for one in queries.origins(shelved, current.definition)}
        assert not found["conditions"].is_ministrys and found["papers"].is_ministrys
        changed = found["conditions"].part
        assert changed is not None and changed.rows[0].after.startswith("Điều kiện của tỉnh")


def test_newer_text_is_taken_where_nothing_was_changed_here(cast: Cast, shelve: Shelve, code: str, en: User) -> None:
    with inside(cast.tenant):
        procedure = adopted(cast, shelve(), en)
        newer = shelve(conditions=text("Điều kiện mới của bộ"), summary=text("Tóm tắt mới"))
        assert queries.newer_than(procedure.current) == newer
        draft = drafting.begin(code, en)
        found = national.lead_in(draft, en, revision=draft.revision, number=newer.number)
        assert [part.key for part in found.taken] == ["summary"] and [part.key for part in found.both] == ["conditions"]
        kept = versions.draft_of(code)
        assert kept is not None and kept.national == newer
        assert kept.definition["summary"] == text("Tóm tắt mới")
        assert kept.definition["conditions"] == text("Điều kiện của tỉnh")
        assert queries.offered(kept) is None
        assert publication.publish_draft(kept, en, revision=kept.revision).national == newer


def test_nothing_is_led_in_unseen(cast: Cast, shelve: Shelve, code: str, en: User) -> None:
    with inside(cast.tenant):
        adopted(cast, shelve(), en)
        newer = shelve(summary=text("Tóm tắt mới"))
        draft = drafting.begin(code, en)
        for revision, number in ((draft.revision + 1, newer.number), (draft.revision, newer.number + 1)):
            with pytest.raises(NotPossible):
                national.lead_in(draft, en, revision=revision, number=number)
        assert VersionDraft.objects.get(pk=draft.pk).definition == draft.definition


def test_the_command_puts_a_bundle_on_the_shelf_whole_or_not(tmp_path: Path, code: str) -> None:
    file = tmp_path / "bundle.json"

    def run(*raws: dict[str, Any], **more: Any) -> str:
        file.write_text(json.dumps(bundle.pack(list(raws))), encoding="utf-8")
        said = io.StringIO()
        call_command("import_catalogue", str(file), national=True, stdout=said, **more)
        return said.getvalue()

    sound, faulty = definition(code), definition(f"{code}b", channels=["by owl"])
    with pytest.raises(CommandError, match="Nothing was put"):
        run(sound, faulty)
    run(sound, dry_run=True)
    assert queries.newest_of(code) is None
    assert run(sound, issued_by="Bộ Tư pháp") == f"{code} n1 new\n"
    assert run(sound) == f"{code} n1 same\n"
    with pytest.raises(CommandError):
        call_command("import_catalogue", str(file))


def test_en_adopts_from_the_page_and_sees_whose_each_part_is(
    cast: Cast, shelve: Shelve, code: str, en: User, door: Door
) -> None:
    shelve(name=text(f"Thủ tục <b>{code}</b>"))
    page = door(en)

    def read(name: str, *more: Any) -> str:
        answer = page.get(reverse(name, args=more), {"q": code} if not more else {})
        assert answer.status_code == 200
        return str(answer.content.decode())

    shown = read("manage_national")
    assert f"Thủ tục &lt;b&gt;{code}" in shown and "Bộ Tư pháp" in shown
    assert "Người yêu cầu" in read("manage_national_one", code)
    assert page.post(reverse("manage_national_adopt", args=[code])).headers["Location"] == reverse(
        "manage_draft", args=[code]
    )
    assert "Không có thủ tục nào" in read("manage_national")
    with inside(cast.tenant):
        draft = versions.draft_of(code)
        assert draft is not None
        draft = drafting.change(draft, en, "conditions", text("Riêng tỉnh"), parts.fingerprint(text("Không có")))
        publication.publish_draft(draft, en, revision=draft.revision)
    shown = read("manage_procedure", code)
    assert "sửa tại đây" in shown and "từ bộ" in shown and "Riêng tỉnh" in shown
    shelve(name=text(f"Thủ tục <b>{code}</b>"), summary=text("Bộ viết lại"), conditions=text("Bộ đổi"))
    assert "Bộ đã ban hành bản số 2" in read("manage_procedure", code)
    with inside(cast.tenant):
        draft = drafting.begin(code, en)
    assert reverse("manage_draft_national", args=[code]) in read("manage_draft", code)
    shown = read("manage_draft_national", code)
    assert "Bộ viết lại" in shown and "Cả hai bên cùng sửa" in shown and "Bộ đổi" in shown
    told = {"revision": draft.revision, "number": 2}
    said = page.post(reverse("manage_draft_national", args=[code]), told, follow=True).content.decode()
    assert "Giữ nguyên phần sửa tại đây: Điều kiện thực hiện." in said
    said = page.post(reverse("manage_draft_national", args=[code]), told, follow=True).content.decode()
    assert "Không có bản mới của bộ" in said
