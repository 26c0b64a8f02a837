"""What time does to a dossier: at its moment, once, to those whom it concerns."""

import datetime

import pytest
from django.core import mail

from portal import audit
from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from portal.outbox import relay
from procedures.actions import alarms, deadlines, drafts, intake, processing, submission, supplements
from procedures.models import Alarm, Dossier, Message
from tests.forms import offered

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def filed(tenant: Tenant, office: Office, an: User) -> Dossier:
    with travel(MONDAY):
        draft = drafts.start(offered(office), an)
        drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
        return submission.submit(draft, an, "key")


@pytest.fixture
def accepted(filed: Dossier, binh: User) -> Dossier:
    """Three working days from Monday: due on Thursday at five; sixteen hours of examining, eight of signing."""
    with travel(MONDAY + HOUR):
        return intake.accept(filed, binh)


def swept(tenant: Tenant, moment: datetime.datetime) -> list[str]:
    """What a beat at a moment did, by kind."""
    known = set(Alarm.objects.filter(effect="done").values_list("pk", flat=True))
    with travel(moment):
        deadlines.carry_out(tenant)
    return sorted(Alarm.objects.filter(effect="done").exclude(pk__in=known).values_list("kind", flat=True))


def told(person: User) -> list[str]:
    return [message.subject for message in Message.objects.filter(recipient=person, occasion="alert")]


def test_a_dossier_that_nobody_opened_is_told_to_the_head_and_to_the_citizen(
    tenant: Tenant, filed: Dossier, dung: User, an: User
) -> None:
    assert swept(tenant, MONDAY + 4 * HOUR) == []
    assert swept(tenant, MONDAY + 6.5 * HOUR) == ["unopened"]
    assert swept(tenant, MONDAY + 7 * HOUR) == []
    assert told(dung) == [f"Chưa ai mở hồ sơ {filed.reference}"]
    assert Message.objects.filter(recipient=an, occasion="unopened").count() == 1
    assert filed.events.filter(step="unopened", actor=None, actor_role="time").count() == 1


def test_a_dossier_that_somebody_opened_is_not(tenant: Tenant, filed: Dossier, binh: User, an: User) -> None:
    audit.look(binh, f"dossier:{filed.reference}", "dossier", an)
    from portal.tenancy import current_scope

    for act in current_scope().last_acts:
        act()
    current_scope().last_acts.clear()
    assert swept(tenant, MONDAY + 7 * HOUR) == []
    assert Alarm.objects.get(dossier=filed, kind="unopened").effect == "passed"


def test_the_watch_is_set_by_authority_and_office(
    tenant: Tenant, filed: Dossier, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tenant.settings, "unopened_hours_of", {office.code: 1})
    assert swept(tenant, MONDAY + 1.1 * HOUR) == ["unopened"]


def test_nought_hours_switch_the_watch_off(tenant: Tenant, filed: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tenant.settings, "unopened_hours", 0)
    assert swept(tenant, MONDAY + 7 * HOUR) == []


def test_what_is_not_answered_in_time_goes_to_the_head(tenant: Tenant, filed: Dossier, dung: User) -> None:
    assert swept(tenant, MONDAY + DAY + HOUR) == ["unanswered", "unopened"]
    assert len(told(dung)) == 2


def test_eighty_percent_warn_the_officer_and_the_due_moment_tells_the_head(
    tenant: Tenant, accepted: Dossier, binh: User, chi: User, dung: User
) -> None:
    with travel(MONDAY + 2 * HOUR):
        processing.route(accepted, binh, "examine", to=chi)
    assert swept(tenant, MONDAY + 2 * DAY) == []
    assert swept(tenant, MONDAY + 2 * DAY + 3 * HOUR) == ["step_overdue"]
    # The eight hours of signing fit in until Thursday at seven; then the date cannot be kept any more.
    assert swept(tenant, MONDAY + 3 * DAY - HOUR) == ["apology"]
    assert [subject.split(":")[0] for subject in told(dung)] == [f"Hồ sơ {accepted.number}"]
    # 29 working hours from ten on Monday: four fifths are over on Thursday at twelve past nine.
    assert swept(tenant, MONDAY + 3 * DAY + HOUR / 10) == []
    assert swept(tenant, MONDAY + 3 * DAY + HOUR / 4) == ["warning"]
    assert swept(tenant, MONDAY + 3 * DAY + 7.9 * HOUR) == []
    assert swept(tenant, MONDAY + 3 * DAY + 8.1 * HOUR) == ["overdue"]
    assert len(told(chi)) == 3 and len(told(dung)) == 2
    assert accepted.events.filter(step="overdue").count() == 1


def test_three_days_away_are_told_of_once(tenant: Tenant, accepted: Dossier, binh: User, chi: User, dung: User) -> None:
    """Warning, step and forecast are worth nothing any more once the due moment has passed: one word says it all."""
    with travel(MONDAY + 2 * HOUR):
        processing.route(accepted, binh, "examine", to=chi)
    assert swept(tenant, MONDAY + 7 * DAY) == ["overdue"]
    assert swept(tenant, MONDAY + 7 * DAY + HOUR) == []
    assert (len(told(chi)), len(told(dung))) == (1, 1)


def test_a_due_moment_that_moved_takes_its_alarms_along(
    tenant: Tenant, accepted: Dossier, binh: User, an: User
) -> None:
    swept(tenant, MONDAY + 2 * HOUR)
    with travel(MONDAY + 3 * HOUR):
        supplements.ask(accepted, binh, reason="Ảnh mờ", wanted=[{"paper": "", "name": "Bản rõ", "wanted": ""}])
    assert swept(tenant, MONDAY + 10 * DAY) == []
    waiting = Alarm.objects.filter(dossier=accepted, fired_at=None).values_list("kind", flat=True)
    assert set(waiting) == {"supplement_soon", "lapse"}
    assert swept(tenant, MONDAY + 25 * DAY) == ["supplement_soon"]
    assert Message.objects.filter(recipient=an, occasion="supplement_soon").count() == 1
    assert swept(tenant, MONDAY + 40 * DAY) == ["lapse"]


def test_one_that_fails_holds_up_no_other_and_comes_again(
    tenant: Tenant, filed: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(dossier: Dossier, alarm: Alarm) -> bool:
        raise ZeroDivisionError

    right = alarms.DEEDS[Alarm.Kind.UNOPENED]
    monkeypatch.setitem(alarms.DEEDS, Alarm.Kind.UNOPENED, broken)
    assert swept(tenant, MONDAY + DAY + HOUR) == ["unanswered"]
    assert Alarm.objects.get(kind="unopened").fired_at is None
    monkeypatch.setitem(alarms.DEEDS, Alarm.Kind.UNOPENED, right)
    with travel(MONDAY + DAY + 2 * HOUR):
        relay(tenant)
    assert Alarm.objects.get(kind="unopened").effect == "done"


def test_the_mail_to_an_official_names_no_citizen_and_leads_to_the_desk(
    tenant: Tenant, filed: Dossier, dung: User
) -> None:
    swept(tenant, MONDAY + 7 * HOUR)
    with travel(MONDAY + 8 * HOUR):
        relay(tenant)
    (sent,) = [one for one in mail.outbox if dung.email in one.to]
    assert f"/mot-cua/ho-so/{filed.reference}/" in sent.body and "Nguyễn Thị An" not in sent.body
