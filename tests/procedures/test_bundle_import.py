"""Bundles in and out: procedure by procedure, again and again, without loss, without a query for each."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from jsonschema import Draft202012Validator

from portal import audit
from portal.models import AuditEntry, Office, Tenant, User
from portal.tenancy import inside
from procedures.actions import bundles, catalogue
from procedures.models import Procedure, ProcedureVersion, SearchWord
from procedures.schema import bundle
from tests.forms import definition, offered, text
from tests.procedures.real import converted, needs_data, packed
from tests.procedures.schema_samples import bare, household, vi

Door = Callable[..., Client]


def named(number: int, **changes: Any) -> dict[str, Any]:
    return bare(code=f"7.{number:06d}") | {"name": vi(f"Thủ tục thử số {number}"), "form": None, **changes}


def effects(plan: bundles.Plan) -> list[str]:
    return [entry.effect for entry in plan.entries]


def test_new_changed_same_and_refused_are_told_apart(tenant: Tenant, en: User) -> None:
    bundles.take_in(packed(named(1), named(2)), en)
    plan = bundles.take_in(packed(named(1), named(2, keywords=["khác"]), named(3), named(4, channels=["fax"])), en)
    assert effects(plan) == ["same", "changed", "new", "refused"]
    assert [entry.version for entry in plan.entries] == [1, 2, 1, 0]
    assert [fault.place for fault in plan.all_faults] == ["procedures[3].channels[0]"]
    assert sorted(Procedure.objects.values_list("code", flat=True)) == ["7.000001", "7.000002", "7.000003"]


def test_what_is_published_together_is_what_is_published_one_by_one(
    tenant: Tenant, other_tenant: Tenant, en: User
) -> None:
    raws = [household(), named(1), named(2, keywords=["từ khóa"], life_events=["family"])]
    bundles.take_in(packed(*raws), en)
    together = _kept(en)
    with inside(other_tenant):
        for raw in raws:
            catalogue.publish(raw)
        assert _kept(None) == together


def _kept(actor: User | None) -> list[object]:
    left_out = {"id", "tenant_id", "current_id", "offices"}
    procedures = [
        {k: v for k, v in row.items() if k not in left_out} for row in Procedure.objects.order_by("code").values()
    ]
    words = list(SearchWord.objects.order_by("procedure__code", "word").values_list("procedure__code", "word", "place"))
    rows = ProcedureVersion.objects.order_by("procedure__code")
    versions = list(rows.values_list("procedure__code", "number", "definition", "open_dossiers", "effective_from"))
    current = list(Procedure.objects.order_by("code").values_list("code", "current__number"))
    assert set(rows.values_list("published_by", flat=True)) == {actor.pk if actor else None}
    return [procedures, words, versions, current]


def test_an_import_is_in_the_journal_procedure_by_procedure_and_the_chain_holds(tenant: Tenant, en: User) -> None:
    with inside(tenant):
        bundles.take_in(packed(*(named(number) for number in range(5))), en)
    entries = AuditEntry.objects.filter(action="procedure.publish")
    assert sorted(entries.values_list("object", flat=True)) == [f"procedure:7.00000{number}" for number in range(5)]
    assert {(entry.actor_id, entry.actor_role, entry.facts["version"]) for entry in entries} == {
        (en.pk, "administrator", 1)
    }
    assert audit.first_break() is None


def test_taking_in_twice_is_once(tenant: Tenant, en: User) -> None:
    content = packed(*(named(number) for number in range(5)))
    bundles.take_in(content, en)
    before = (ProcedureVersion.objects.count(), AuditEntry.objects.count())
    plan = bundles.take_in(content, en)
    assert set(effects(plan)) == {"same"}
    assert (ProcedureVersion.objects.count(), AuditEntry.objects.count()) == before


def test_an_import_that_was_broken_off_goes_on(tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "goi.json"
    file.write_text(packed(*(named(number) for number in range(25))), encoding="utf-8")
    monkeypatch.setattr(bundles, "AT_ONCE", 10)
    publish, parts = bundles.publish, list[Any]()

    def break_off(entries: Any, actor: User | None) -> None:
        if len(parts) == 2:
            raise KeyboardInterrupt
        parts.append(entries)
        publish(entries, actor)

    monkeypatch.setattr(bundles, "publish", break_off)
    with pytest.raises(KeyboardInterrupt):
        call_command("import_catalogue", str(file), "--tenant", tenant.slug, stdout=io.StringIO())
    assert Procedure.objects.count() == 20
    monkeypatch.setattr(bundles, "publish", publish)
    told = io.StringIO()
    call_command("import_catalogue", str(file), "--tenant", tenant.slug, stdout=told)
    assert Procedure.objects.count() == 25
    assert [told.getvalue().count(word) for word in (" same\n", " new\n")] == [20, 5]


def test_who_was_faster_with_one_of_them_loses_nothing(
    tenant: Tenant, en: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = bundles.plan_for(packed(named(1), named(2)))
    catalogue.publish(named(2, keywords=["của người khác"]))

    def collide(*_: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(catalogue, "publish_new", collide)
    bundles.publish(plan.to_publish, en)
    assert ProcedureVersion.objects.filter(procedure__code="7.000001").count() == 1
    assert ProcedureVersion.objects.filter(procedure__code="7.000002").count() == 2


def test_what_was_withdrawn_comes_back_as_its_next_version(tenant: Tenant, en: User) -> None:
    bundles.take_in(packed(named(1)), en)
    catalogue.withdraw(Procedure.objects.get(), en, reason="Bãi bỏ")
    plan = bundles.take_in(packed(named(1)), en)
    assert [(entry.effect, entry.version) for entry in plan.entries] == [("changed", 2)]
    assert Procedure.objects.get().current is not None


def test_whole_means_that_one_refused_procedure_stops_all(tenant: Tenant, en: User) -> None:
    with pytest.raises(bundles.Unsound, match="channels"):
        bundles.take_in(packed(named(1), named(2, channels=["fax"])), en, whole=True)
    assert not Procedure.objects.exists()


def test_a_test_case_that_fails_and_advice_that_stops_are_refused(tenant: Tenant, en: User) -> None:
    trial = {"key": "t", "name": text("Phí"), "given": {}, "expects": {"fee": 5}}
    never_over = {"clock": {"silence_is_consent": True}, "channels": ["online"], "time": None}
    plan = bundles.take_in(packed(definition(trials=[trial]), named(1, **never_over), named(2)), en)
    assert effects(plan) == ["refused", "refused", "new"]
    assert [fault.place for fault in plan.all_faults] == ["procedures[0].trials.t", "procedures[1].clock"]


# Round trip


def test_out_and_in_and_out_again_are_the_same_bytes(
    tenant: Tenant, other_tenant: Tenant, office: Office, en: User
) -> None:
    offered(office)
    bundles.take_in(packed(household(), named(1)), en)
    first = bundles.as_text(bundles.given_out())
    with inside(other_tenant):
        assert set(effects(bundles.take_in(first, None))) == {"new"}
        second = bundles.as_text(bundles.given_out())
    assert second == first
    assert set(effects(bundles.plan_for(second))) == {"same"}
    assert list(Draft202012Validator(bundle.schema()).iter_errors(json.loads(second))) == []


@needs_data
@pytest.mark.parametrize("kind", ["yenbai", "database"])
def test_real_procedures_survive_the_round_trip(tenant: Tenant, en: User, kind: str) -> None:
    raws = {one.code: one.definition for one in converted(kind)}
    assert set(effects(bundles.take_in(packed(*raws.values()), en))) == {"new"}
    given = {raw["code"]: raw for raw in json.loads(bundles.as_text(bundles.given_out()))["procedures"]}
    assert given == raws


@needs_data
def test_the_national_list_is_taken_in_as_records_of_level_one(tenant: Tenant, tmp_path: Path, door: Door) -> None:
    """The first two hundred of them; all 1,800 are measured in `make bench`."""
    file = tmp_path / "goi.json"
    file.write_text(packed(*(one.definition for one in converted("national")[:200])), encoding="utf-8")
    told = io.StringIO()
    call_command("import_catalogue", str(file), "--tenant", tenant.slug, stdout=told)
    assert told.getvalue().count(" new\n") == 200
    assert set(Procedure.objects.values_list("level", flat=True)) == {1}
    page = door().get(reverse("procedure", args=["1.000010"]))
    assert page.status_code == 200 and "Đăng kiểm" in page.content.decode()


def test_new_procedures_cost_no_query_each(tenant: Tenant, en: User) -> None:
    counts = []
    for few, many in ((0, 1), (10, 13), (100, 150)):
        plan = bundles.plan_for(packed(*(named(number) for number in range(few, many))))
        with CaptureQueriesContext(connection) as seen, inside(tenant):
            bundles.publish(plan.to_publish, en)
        counts.append(len(seen))
    assert counts[-2] == counts[-1]


def test_planning_costs_the_same_for_three_and_for_fifty(tenant: Tenant, en: User) -> None:
    bundles.take_in(packed(*(named(number) for number in range(60))), en)
    counts = []
    for size in (3, 50):
        content = packed(*(named(number) for number in range(size)), *(named(100 + number) for number in range(size)))
        with CaptureQueriesContext(connection) as seen:
            bundles.plan_for(content)
        counts.append(len(seen))
    assert counts[0] == counts[1] == 1


# Wrong input

ENVELOPE = '{"format": "motcua-bundle", "version": 1, "procedures": %s}'
NO_BUNDLES = [
    "", "{", "null", "7", '"x"', "[]", "{}", "NaN", "[" * 100_000, '{"a":' * 5_000,
    '{"format": "motcua-bundle", "version": 2, "procedures": []}', ENVELOPE % "{}", ENVELOPE % "null",
    ENVELOPE % '[{"code": NaN}]', ENVELOPE % '[{"code": "1", "code": "2"}]', ENVELOPE % ("1" * 5000),
    '{"format": "motcua-bundle", "version": 1, "procedures": [], "format": "motcua-bundle"}',
]  # fmt: skip


@pytest.mark.parametrize("content", NO_BUNDLES, ids=lambda content: content[:40])
def test_what_is_no_bundle_is_told_in_a_sentence_and_changes_nothing(tenant: Tenant, en: User, content: str) -> None:
    with pytest.raises(bundles.Unsound) as refused:
        bundles.take_in(content, en)
    assert all(fault.sentence.endswith(".") for fault in refused.value.plan.all_faults)
    assert not Procedure.objects.exists()


def field(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": vi(key), "type": "text", **more}


def form(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"key": "a", "title": vi("A"), "fields": list(fields)}]}


def nested(depth: int) -> Any:
    made: Any = {"field": "x", "filled": True}
    for _ in range(depth):
        made = {"not": made}
    return made


BROKEN = [
    ({"code": "1/2"}, "code"),
    ({"code": "x" * 31}, "code"),
    ({"name": "trần"}, "name"),
    ({"name": {"vi": ""}}, "name"),
    ({"name": {"vi": "a" * 1201}}, "name.vi"),
    ({"sector": {"key": "a", "name": {"vi": "a" * 201}}}, "sector.name.vi"),
    ({"summary": {"vi": "a" * 20_001}}, "summary.vi"),
    ({"x_note": "a\x00b"}, "x_note"),
    ({"summary": {"vi": "\ud800"}}, "summary.vi"),
    ({"unknown": 1}, ""),
    ({"papers": [{"key": "a", "name": vi("a")}] * 2}, "papers"),
    ({"form": form(field("a"), field("a"))}, "form.sections"),
    ({"form": form(*(field(f"f{number}") for number in range(1001)))}, "form.sections[0].fields"),
    ({"form": form(field("a", when={"field": "b", "filled": True}), field("b", when={"field": "a", "filled": True}))}, "form"),
    ({"form": form(field("a", when={"field": "nowhere", "filled": True}))}, "form.sections[0].fields[0].when"),
    ({"form": form(field("a"), field("b", when=nested(200)))}, ""),
    ({"form": form(field("n", type="number"), field("c", type="computed", formula={"divide": [1, {"field": "n"}]}))}, None),
    ({"form": form(field("c", type="computed", formula={"divide": [1, 0]}))}, None),
    ({"fees": [{"key": "a", "name": vi("a"), "kind": "fee", "amount": -1}]}, None),
    ({"fees": [{"key": "a", "name": vi("a"), "kind": "fee", "amount": {"each": 5, "of": "nowhere"}}], "channels": ["online"]}, None),
    ({"time": {"online": {"amount": 10**6, "unit": "hour"}}}, None),
    ({"route": [{"key": "a", "name": vi("a"), "role": "boss"}]}, "route[0].role"),
    ({"legal_basis": [{"number": 7}]}, "legal_basis[0].number"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place"), BROKEN, ids=lambda value: str(value)[:60])
def test_a_broken_procedure_is_refused_at_its_place_and_stops_no_other(
    tenant: Tenant, en: User, change: dict[str, Any], place: str | None
) -> None:
    plan = bundles.take_in(packed(named(1) | change, named(2)), en)
    assert effects(plan) == ["refused", "new"]
    places = [fault.place for fault in plan.all_faults]
    assert all(one.startswith("procedures[0]") for one in places)
    assert place is None or any(
        one in (f"procedures[0].{place}".rstrip("."), f"procedures[0].{place}[0]") for one in places
    ), places
    assert all(fault.sentence.strip() for fault in plan.all_faults)


def test_labels_of_ten_thousand_characters_and_five_hundred_fields_are_kept_and_shown(
    tenant: Tenant, office: Office, en: User, an: User, door: Door
) -> None:
    fields = [field(f"f{number}") for number in range(499)] + [field("long") | {"label": vi("Nhãn " * 2000)}]
    large = definition("7.000500", form=form(*fields), result_template=None)
    assert effects(bundles.take_in(packed(large), en)) == ["new"]
    catalogue.offer(Procedure.objects.get(), office, online_open=True)
    page = door(an).get(reverse("procedure", args=["7.000500"]))
    assert page.status_code == 200 and Procedure.objects.get().level >= 3
    blank = door().get(reverse("blank_form_pdf", args=["7.000500"]))
    assert blank.status_code == 200 and blank.content.startswith(b"%PDF")


def test_the_page_publishes_a_bundle_that_grows_when_it_is_sent(tenant: Tenant, en: User, door: Door) -> None:
    """Vietnamese triples in an encoded form: the confirmation travels as it is."""
    content = packed(*(named(number, summary=vi("ờ" * 19_000)) for number in range(30)))
    assert 1.6e6 < len(content.encode()) < 2e6
    page = door(en).post(reverse("manage_bundle"), {"checked": content}, follow=True)
    assert "Đã công bố 30 thủ tục." in page.content.decode()
    shown = door(en).get(reverse("manage_bundle")).content.decode()
    assert 'enctype="multipart/form-data"' in shown


def test_all_or_nothing_by_command(tenant: Tenant, tmp_path: Path) -> None:
    file = tmp_path / "goi.json"
    file.write_text(packed(named(1), named(2)), encoding="utf-8")
    told = io.StringIO()
    call_command("import_catalogue", str(file), "--tenant", tenant.slug, "--all-or-nothing", stdout=told)
    assert told.getvalue() == "7.000001 v1 new\n7.000002 v1 new\n"
    file.write_text(packed(named(3), named(4, channels=["fax"])), encoding="utf-8")
    with pytest.raises(CommandError, match="Nothing was taken in"):
        call_command("import_catalogue", str(file), "--tenant", tenant.slug, "--all-or-nothing", stdout=told)
    assert Procedure.objects.count() == 2
