"""Levels follow from what is configured: every reason, at once, with date and cause; and the checker finds what does not."""

import datetime
from typing import Any

import pytest

from payments.models import Account
from portal.models import AuditEntry, Office, Tenant, User
from portal.moments import today, travel
from portal.tenancy import inside
from procedures.actions import catalogue, levels, offices
from procedures.models import LevelChange, Offering, Procedure
from procedures.queries import shortfalls
from procedures.queries.integrity import violations
from procedures.schema.completeness import gaps
from procedures.schema.definition import parse
from procedures.tasks import settle_levels
from tests.cast import make_office
from tests.forms import definition, offered, text

FEE = {"key": "charge", "name": text("Lệ phí"), "kind": "charge", "amount": 20000}
ALL_OPEN = {"blank_forms": True, "online_open": True, "pays_online": True, "returns_online": True}


def account(office: Office | None, **told: Any) -> Account:
    known = {"provider": "vnpay", "terminal": "DEMO0001", "secret": "bí mật"}
    return Account.objects.create(office=office, **{**known, **told})


def at(offering: Offering) -> tuple[int, str]:
    offering.refresh_from_db()
    return offering.level, offering.lacks


@pytest.mark.parametrize(
    ("changes", "opened", "level", "lacks"),
    [
        ({}, {}, 4, ""),
        ({}, {"returns_online": False}, 4, "returns_online"),
        ({"fees": [FEE]}, {}, 3, "fee_account"),
        ({"fees": [FEE]}, {"pays_online": False}, 3, "pays_closed fee_account"),
        ({}, {"online_open": False}, 2, "online_closed"),
        ({"channels": ["counter"]}, {"online_open": False}, 2, "channel online_closed"),
        ({}, {"blank_forms": False}, 1, "blank_form"),
        ({"form": None, "fees": []}, {"blank_forms": False}, 1, "sections blank_form"),
        ({"audience": [], "agencies": {}}, {"blank_forms": False}, 1, "record blank_form"),
        ({"steps": [], "legal_basis": []}, {}, 4, "record"),
    ],
)
def test_every_reason_against_the_next_level_is_kept_not_only_the_first(
    office: Office, changes: dict[str, Any], opened: dict[str, bool], level: int, lacks: str
) -> None:
    if "form" in changes:
        changes = {**changes, "result_template": None, "papers": []}
    version = catalogue.publish(definition(**changes))
    offering = catalogue.offer(version.procedure, office, **{**ALL_OPEN, **opened})
    assert at(offering) == (level, lacks)


def test_what_the_public_record_leaves_out_is_named() -> None:
    assert gaps(parse(definition())) == ()
    raw = definition(audience=[], agencies={}, channels=[], steps=[], legal_basis=[], results=[])
    assert gaps(parse(raw)) == ("audience", "agency", "channels", "steps", "legal_basis", "results")


def test_a_free_procedure_needs_no_account(office: Office) -> None:
    assert at(offered(office, fees=[{**FEE, "amount": 0}])) == (4, "")


def test_an_account_that_is_opened_or_closed_moves_the_level_at_once(office: Office, en: User) -> None:
    offering = offered(office, fees=[FEE])
    told = {"provider": "vnpay", "terminal": "DEMO0001", "secret": "x"}
    opened = offices.open_account(en, office=office, **told)
    assert at(offering) == (4, "")
    offices.close_account(opened, en)
    assert at(offering) == (3, "fee_account")


def test_an_account_that_cannot_be_used_is_none(office: Office) -> None:
    """A way to pay that is switched off, or an account without its secret."""
    offering = offered(office, fees=[FEE])
    for useless in ({"provider": "gone"}, {"secret": ""}, {"is_active": False}):
        row = account(office, **useless)
        levels.settle_all()
        assert at(offering) == (3, "fee_account"), useless
        row.delete()
    account(office)
    levels.settle_all()
    assert at(offering) == (4, "")


def test_the_account_of_the_office_above_serves_and_the_authoritys_too(office: Office) -> None:
    centre = make_office("H58.90", "Trung tâm")
    office.parent = centre
    office.save()
    offering = offered(office, fees=[FEE])
    above = account(centre)
    levels.settle_all()
    assert at(offering) == (4, "")
    above.delete()
    account(None)
    levels.settle_all()
    assert at(offering) == (4, "")


def test_a_new_version_and_a_withdrawal_move_the_level(office: Office, en: User) -> None:
    offering = offered(office)
    catalogue.publish(definition(fees=[FEE]))
    assert at(offering) == (3, "fee_account")
    catalogue.withdraw(offering.procedure, en, reason="Đã bãi bỏ")
    assert at(offering) == (1, "unpublished")


def test_a_procedure_is_as_high_as_its_lowest_open_office(office: Office, en: User) -> None:
    low = make_office("H58.31", "Phường Long Thuận")
    procedure = offered(office).procedure
    catalogue.offer(procedure, low, online_open=False)
    procedure.refresh_from_db()
    assert procedure.level == 2
    offices.dissolve(low, en, closed_on=today(), successors=[office])
    procedure.refresh_from_db()
    assert procedure.level == 4


def test_an_office_that_closes_on_a_day_to_come_counts_until_then(office: Office, en: User) -> None:
    low = make_office("H58.31", "Phường Long Thuận")
    procedure = offered(office).procedure
    catalogue.offer(procedure, low, online_open=False)
    day = today() + datetime.timedelta(days=3)
    offices.dissolve(low, en, closed_on=day, successors=[office])
    procedure.refresh_from_db()
    assert procedure.level == 2
    with travel(datetime.datetime.combine(day, datetime.time(1), datetime.UTC)):
        settle_levels()
        procedure.refresh_from_db()
    assert procedure.level == 4


def test_the_history_tells_when_from_what_and_by_whom(office: Office, en: User, tenant: Tenant) -> None:
    with inside(tenant):
        procedure = offered(office, fees=[FEE]).procedure
        offices.open_account(en, office=office, provider="vnpay", terminal="DEMO0001", secret="x")
        offices.change_offering(procedure, office, en, online_open=False)
    told = shortfalls.history(procedure)
    assert [one.change.level for one in told] == [2, 4, 3]
    causes = [one.cause.facts["cause"] for one in told[:2] if one.cause]
    assert causes == ["offering.change", "account.open"]
    assert told[0].cause and told[0].cause.actor == en
    assert [str(reason) for reason in told[0].reasons] == ["Chưa mở nhận trực tuyến"]


def test_the_same_again_writes_nothing(office: Office) -> None:
    offered(office)
    before = LevelChange.objects.count(), AuditEntry.objects.filter(action="level.change").count()
    levels.settle_all()
    assert (LevelChange.objects.count(), AuditEntry.objects.filter(action="level.change").count()) == before


def test_reasons_that_change_without_the_level_are_in_the_history(office: Office) -> None:
    offering = offered(office, fees=[FEE])
    catalogue.offer(offering.procedure, office, pays_online=False)
    assert list(offering.changes.values_list("lacks", flat=True)) == ["pays_closed fee_account", "fee_account"]


def test_the_checker_agrees_with_what_was_derived(office: Office, tenant: Tenant) -> None:
    offered(office, fees=[FEE])
    assert [told for told in violations() if told.startswith("I14")] == []


@pytest.mark.parametrize("planted", [{"level": 4}, {"lacks": ""}, {"lacks": "online_closed"}, {"pays_online": False}])
def test_a_level_that_does_not_follow_is_found(office: Office, planted: dict[str, Any]) -> None:
    """The control: a level typed in, a reason left out, a switch turned past every action."""
    offering = offered(office, fees=[FEE])
    Offering.objects.filter(pk=offering.pk).update(**planted)
    assert len([told for told in violations() if told.startswith("I14 offering")]) == 1


def test_a_procedures_level_that_does_not_follow_is_found(office: Office) -> None:
    """The control."""
    procedure = offered(office).procedure
    Procedure.objects.filter(pk=procedure.pk).update(level=2)
    assert [told for told in violations() if told.startswith("I14 procedure")]


def test_an_account_closed_past_the_action_is_found(office: Office) -> None:
    """The control: the level of yesterday."""
    account(office)
    offered(office, fees=[FEE])
    Account.objects.update(is_active=False)
    assert [told for told in violations() if told.startswith("I14")]


def test_settling_all_costs_the_same_for_two_and_for_thirty(office: Office, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        offered(office, f"1.{900000 + number}", fees=[FEE])
    account(office)
    with django_assert_max_num_queries(16):
        levels.settle_all()
    assert set(Procedure.objects.values_list("level", flat=True)) == {4}
