from typing import Any

import pytest

from portal.models import Office, Tenant
from procedures.actions import catalogue
from procedures.demo import content
from procedures.queries.trials import run_all
from procedures.schema.definition import DefinitionError, parse
from tests.forms import definition, offered, text

pytestmark = pytest.mark.django_db
FEE = {"key": "copies", "name": text("Phí bản sao"), "kind": "fee", "amount": {"each": 8000, "of": "copies"}}


def tried(given: dict[str, Any], expects: dict[str, Any], **changes: Any) -> Any:
    trial = {"key": "one", "name": text("Trường hợp thử"), "given": given, "expects": expects}
    raw = definition(trials=[trial], **changes)
    return run_all(parse(raw), raw["code"])[0]


def test_a_trial_that_expects_what_happens_passes(tenant: Tenant, office: Office) -> None:
    outcome = tried(
        {"channel": "online", "on": "2026-11-19T09:00", "answers": {"purpose": "loan"}},
        {"papers": ["request"], "fee": 0, "route": ["examine", "sign"], "due": "2026-11-25T17:00", "case": "default"},
    )
    assert outcome.passed, outcome.found
    assert list(outcome.expected) == ["papers", "fee", "route", "due", "case"]
    assert str(outcome.found["due"]) == "Hạn trả: 17:00 25/11/2026"


@pytest.mark.parametrize(
    ("expects", "told"),
    [
        ({"papers": []}, "Giấy tờ: request"),
        ({"fee": 1}, "Phí, lệ phí: 0 đồng"),
        ({"route": ["sign", "examine"]}, "Quy trình: examine, sign"),
        # 24 November is a day off from 2026 on: a count that forgot it would end there.
        ({"due": "2026-11-24T17:00"}, "Hạn trả: 17:00 25/11/2026"),
        ({"case": "other"}, "Trường hợp: default"),
    ],
    ids=["papers", "fee", "route", "due", "case"],
)
def test_a_trial_that_expects_something_else_fails_and_says_what_was_found(
    tenant: Tenant, office: Office, expects: dict[str, Any], told: str
) -> None:
    outcome = tried({"on": "2026-11-19T09:00"}, expects)
    assert not outcome.passed
    assert [*outcome.failed] == [*expects]
    assert [str(sentence) for sentence in outcome.found.values()] == [told]


def test_what_is_not_asked_is_not_judged(tenant: Tenant, office: Office) -> None:
    outcome = tried({}, {"fee": None, "papers": None})
    assert outcome.passed
    assert not outcome.expected


def test_an_amount_that_is_not_known_is_not_nothing(tenant: Tenant, office: Office) -> None:
    rooms = {**FEE, "amount": {"each": 5, "of": "rooms"}}
    sections = definition()["form"]["sections"]
    sections[0]["fields"].append({"key": "rooms", "label": text("Số phòng"), "type": "number"})
    outcome = tried({"answers": {}}, {"fee": 0}, fees=[rooms], form={"sections": sections})
    assert not outcome.passed
    assert "chưa tính được" in outcome.found["fee"]


def test_the_due_date_follows_the_calendar_of_the_office_that_is_named(tenant: Tenant, office: Office) -> None:
    offered(office)
    Office.objects.create(code="H58.77", name="Công an", kind="commune", calendar="weekdays_and_saturday_morning")
    on, expects = "2026-11-19T09:00", {"due": "2026-11-23T17:00"}
    assert not tried({"on": on}, expects).passed
    assert tried({"on": on, "office": "H58.77"}, expects).passed


def test_a_broken_trial_is_told_with_its_place() -> None:
    trials = [{"key": "one", "name": text("x"), "given": {"on": "hôm qua", "colour": 1}, "expects": {"fee": -1}}] * 2
    with pytest.raises(DefinitionError) as raised:
        parse(definition(trials=trials))
    paths = {path for path, _ in raised.value.problems}
    assert {"trials[0].given", "trials[0].given.on", "trials[0].expects.fee", "trials"} <= paths


def test_trials_travel_with_the_definition(tenant: Tenant, office: Office) -> None:
    trial = {"key": "one", "name": text("x"), "given": {"answers": {"purpose": "loan"}}, "expects": {"fee": 0}}
    assert catalogue.publish(definition(trials=[trial])).parsed.raw["trials"] == [trial]


DEMO = [
    pytest.param(tenant, raw, id=f"{tenant}-{raw['code']}")
    for tenant in ("dongthap", "vhttdl")
    for bundle in content.bundles(tenant)
    for raw in bundle["procedures"]
    if raw.get("trials")
]


def test_the_main_procedures_of_the_demonstration_have_trials() -> None:
    codes = {raw.values[1]["code"] for raw in DEMO}  # type: ignore[index]
    assert codes >= {"1.001193", "1.001612", "1.013225", "1.001029", "1.004222", "9.000203"}


@pytest.mark.parametrize(("slug", "raw"), DEMO)
def test_every_trial_of_the_demonstration_passes(tenant: Tenant, slug: str, raw: dict[str, Any]) -> None:
    told = next(one for one in content.organisation()["tenants"] if one["slug"] == slug)
    for row in told["offices"]:
        known = {"name": row["name"], "kind": row["kind"], "calendar": row["calendar"]}
        Office.objects.update_or_create(code=row["code"], defaults=known)
    for outcome in run_all(parse(raw), raw["code"]):
        assert outcome.passed, (outcome.trial.key, dict(outcome.expected), dict(outcome.found))


def test_a_trial_sees_the_office_the_day_and_the_person(tenant: Tenant, office: Office) -> None:
    old = {"field": "profile.age", "gte": 60}
    cases = [{"key": "old", "name": text("Cao tuổi"), "when": old}, {"key": "default", "name": text("Khác")}]
    steps = [
        {"key": "here", "name": text("Tại đây"), "role": "officer", "when": {"field": "profile.office", "is": office.code}},
        {"key": "later", "name": text("Từ năm 2027"), "role": "head", "when": {"field": "profile.day", "gte": "2027-01-01"}},
    ]  # fmt: skip
    person = {"birth_date": "1966", "gender": "female"}
    given = {"person": person, "on": "2026-12-30T09:00", "office": office.code}
    assert tried(given, {"case": "old", "route": ["here"]}, cases=cases, route=steps).passed is False
    given["on"] = "2027-01-04T09:00"
    assert tried(given, {"case": "old", "route": ["here", "later"]}, cases=cases, route=steps).passed
