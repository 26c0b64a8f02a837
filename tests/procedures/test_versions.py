"""Versions: published at once or for a day to come, called off, withdrawn, brought back; what happens to open dossiers."""

import datetime
from typing import Any

import pytest

from portal.actions import NotPossible
from portal.models import AuditEntry, Office, OutboxRow, Tenant, User
from portal.moments import midnight, now, today, travel
from portal.tenancy import inside
from procedures.actions import catalogue, deadlines, drafting, drafts, intake, moving, publication, submission
from procedures.models import Dossier, Message, Offering, Procedure, ProcedureVersion
from procedures.queries import moves, versions
from procedures.queries.catalogue import Wanted, find, procedure_by_code
from procedures.queries.figures.periods import Period
from procedures.queries.figures.reports import procedures_by_level
from procedures.queries.integrity import violations
from procedures.schema import parts
from procedures.workflow import NotAllowed
from tests.cast import Cast
from tests.forms import definition, offered, text

CODE = "1.999001"
TOMORROW = datetime.timedelta(days=1)
NOTE = {"key": "note", "label": text("Ghi chú"), "type": "text", "required": True}
FIELDS = "form.sections.owner.fields"


def with_note(**changes: Any) -> dict[str, Any]:
    """The next version: it asks one question more."""
    return parts.append(definition(**changes), FIELDS, NOTE)


def without_purpose() -> dict[str, Any]:
    return parts.remove(with_note(), f"{FIELDS}.purpose")


def procedure() -> Procedure:
    found: Procedure = Procedure.objects.select_related("current").get(code=CODE)
    return found


def number() -> int:
    current = procedure().current
    assert current is not None
    return current.number


def begun(offering: Offering, person: User) -> Dossier:
    draft = drafts.start(offering, person)
    drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
    return draft


def again(dossier: Dossier) -> Dossier:
    found: Dossier = Dossier.objects.select_related("version", "procedure__current").get(pk=dossier.pk)
    return found


@pytest.fixture
def offering(office: Office) -> Offering:
    return offered(office)


def test_a_version_for_a_day_to_come_holds_from_that_day_on_and_once(offering: Offering, en: User) -> None:
    day = midnight(today() + 3 * TOMORROW)
    waiting = catalogue.publish(with_note(), effective_from=day, person=en)
    assert waiting.is_scheduled and number() == 1
    assert versions.scheduled(CODE) == waiting and not catalogue.take_effect(waiting)
    with travel(day + datetime.timedelta(seconds=1)):
        assert [catalogue.take_effect(waiting) for _ in range(3)] == [True, False, False]
    assert procedure().current == waiting and versions.scheduled(CODE) is None


def test_a_moment_that_has_passed_is_now(offering: Offering) -> None:
    assert not catalogue.publish(with_note(), effective_from=now() - TOMORROW).is_scheduled
    assert number() == 2


def test_taking_effect_gives_the_public_pages_a_new_version(offering: Offering, tenant: Tenant) -> None:
    waiting = catalogue.publish(with_note(), effective_from=now() + TOMORROW)
    shown = Tenant.objects.filter(pk=tenant.pk).values_list("version", flat=True)
    before = shown.get()
    with travel(now() + 2 * TOMORROW):
        catalogue.take_effect(waiting)
    assert shown.get() == before + 1


def test_what_waits_gives_way_to_what_is_published_after(offering: Offering, en: User) -> None:
    waiting = catalogue.publish(with_note(), effective_from=now() + TOMORROW)
    newest = catalogue.publish(definition(conditions=text("Có")))
    waiting.refresh_from_db()
    assert waiting.withdrawn_at and procedure().current == newest and newest.number == 3
    with travel(now() + 2 * TOMORROW):
        assert not catalogue.take_effect(waiting)
    assert versions.latest(CODE) == newest


def test_the_same_again_calls_off_what_waits(offering: Offering) -> None:
    waiting = catalogue.publish(with_note(), effective_from=now() + TOMORROW)
    catalogue.publish(definition())
    waiting.refresh_from_db()
    assert waiting.withdrawn_at and catalogue.publish(definition()).number == 3


def test_what_waits_can_be_called_off(offering: Offering, en: User) -> None:
    catalogue.publish(with_note(), effective_from=now() + TOMORROW)
    catalogue.call_off(procedure(), en)
    assert versions.scheduled(CODE) is None and number() == 1
    with pytest.raises(NotPossible):
        catalogue.call_off(procedure(), en)


def test_a_withdrawn_procedure_is_neither_found_nor_filed(offering: Offering, an: User, en: User) -> None:
    draft = begun(offering, an)
    catalogue.withdraw(procedure(), en, reason="Bãi bỏ theo Quyết định 1/QĐ")
    assert find(Wanted(words="xác nhận thử nghiệm")).total == 0
    with pytest.raises(NotAllowed, match="không còn được tiếp nhận"):
        submission.submit(again(draft), an, "key")
    assert versions.ended(CODE)[1].withdrawn_because.startswith("Bãi bỏ")
    with pytest.raises(NotPossible):
        catalogue.withdraw(procedure(), en, reason="Lần nữa")


def test_open_dossiers_of_a_withdrawn_procedure_go_on(offering: Offering, an: User, binh: User, en: User) -> None:
    filed = submission.submit(begun(offering, an), an, "key")
    catalogue.withdraw(procedure(), en, reason="Bãi bỏ")
    assert intake.accept(again(filed), binh).number


def test_a_withdrawn_procedure_comes_back_by_publication(offering: Offering, an: User, en: User) -> None:
    catalogue.withdraw(procedure(), en, reason="Bãi bỏ")
    draft = drafting.begin(CODE, en)
    version = publication.publish_draft(draft, en, revision=draft.revision)
    assert version.number == 2 and procedure_by_code(CODE).current == version
    assert find(Wanted(words="xác nhận thử nghiệm")).total == 1


def test_an_older_version_comes_back_as_the_newest(offering: Offering, en: User) -> None:
    catalogue.publish(with_note())
    first = ProcedureVersion.objects.get(number=1)
    back = publication.restore(ProcedureVersion.objects.get(number=1), en)
    assert (back.number, back.restores, back.definition) == (3, 1, first.definition)
    with pytest.raises(NotPossible):
        publication.restore(first, en)


def test_publishing_a_draft_ends_it_and_says_who(cast: Cast, en: User) -> None:
    with inside(cast.tenant):
        offered(cast.office)
        draft = drafting.begin(CODE, en)
        draft = drafting.add(draft, en, FIELDS, NOTE)
        version = publication.publish_draft(draft, en, revision=draft.revision)
        assert version.published_by == en and versions.draft_of(CODE) is None
    with inside(cast.tenant):
        told = AuditEntry.objects.filter(object=f"procedure:{CODE}", action="procedure.publish")
        assert [entry.facts["version"] for entry in told.order_by("number")] == [1, 2]


def test_nobody_publishes_what_another_wrote_meanwhile_unread(offering: Offering, en: User, chi: User) -> None:
    shown = drafting.begin(CODE, en)
    drafting.add(shown, chi, FIELDS, NOTE)
    with pytest.raises(NotPossible, match="vừa sửa bản soạn"):
        publication.publish_draft(shown, en, revision=shown.revision)
    assert number() == 1


@pytest.mark.parametrize("fault", ["nothing", "faulty", "advice", "trial", "code"])
def test_what_is_not_fit_is_not_published(offering: Offering, en: User, fault: str) -> None:
    trial = {"key": "t", "name": text("Ca"), "given": {"answers": {"purpose": "loan"}}, "expects": {"fee": 5}}
    wrong: dict[str, tuple[str, Any]] = {
        "faulty": ("channels", ["by owl"]),
        "advice": ("clock.silence_is_consent", True),
        "trial": ("trials", [trial]),
        "code": ("code", "1.999002"),
    }
    draft = drafting.begin(CODE, en)
    if fault in wrong:
        address, value = wrong[fault]
        raw = parts.put(draft.definition, "time", {}) if fault == "advice" else draft.definition
        draft = drafting.change(draft, en, "", parts.put(raw, address, value), parts.fingerprint(draft.definition))
    with pytest.raises(NotPossible):
        publication.publish_draft(draft, en, revision=draft.revision)
    assert number() == 1 and versions.draft_of(CODE) is not None


def test_a_trial_that_passes_does_not_stop(offering: Offering, en: User) -> None:
    trial = {"key": "t", "name": text("Ca"), "given": {"answers": {"purpose": "loan"}}, "expects": {"fee": 0}}
    draft = drafting.add(drafting.begin(CODE, en), en, "trials", trial)
    assert publication.publish_draft(draft, en, revision=draft.revision).number == 2


def test_kept_drafts_finish_on_their_version(offering: Offering, an: User) -> None:
    draft = begun(offering, an)
    catalogue.publish(with_note())
    filed = submission.submit(again(draft), an, "key")
    assert filed.version.number == 1 and not filed.events.filter(step="move").exists()


def test_a_draft_is_led_over_and_keeps_what_fits(offering: Offering, an: User) -> None:
    draft = begun(offering, an)
    catalogue.publish(without_purpose(), open_dossiers="move")
    event = moving.lead_over(again(draft))
    draft = again(draft)
    assert draft.version.number == 2 and draft.state == "draft"
    assert draft.answers == {"full_name": "Nguyễn Thị An", moves.EARLIER: {"purpose": "loan"}}
    assert event is not None and (event.facts["lost"], event.facts["fresh"]) == (["purpose"], ["note"])
    assert "Mục đích" in event.reason and "loan" not in event.reason
    assert moving.lead_over(again(draft)) is None


@pytest.mark.parametrize(
    ("address", "value", "stays"),
    [
        ("purpose.choices", [{"value": "other", "label": text("Việc khác")}], False),
        ("purpose.type", "text", False),
        ("purpose.label", text("Để làm gì?"), True),
        ("full_name.max_length", 200, True),
    ],
)
def test_an_answer_stays_where_the_new_question_can_take_it(
    offering: Offering, an: User, address: str, value: Any, stays: bool
) -> None:
    draft = begun(offering, an)
    raw = parts.put(definition(), f"{FIELDS}.{address}", value)
    catalogue.publish(parts.remove(raw, f"{FIELDS}.purpose.choices") if value == "text" else raw, open_dossiers="move")
    moving.lead_over(again(draft))
    assert ("purpose" in again(draft).answers) is stays
    assert ("purpose" in again(draft).answers.get(moves.EARLIER, {})) is not stays


def test_what_is_filed_meets_the_new_version_even_when_no_page_came_between(offering: Offering, an: User) -> None:
    draft = begun(offering, an)
    catalogue.publish(with_note(), open_dossiers="move")
    with pytest.raises(submission.Incomplete) as lacking:
        submission.submit(again(draft), an, "key")
    assert set(lacking.value.messages) == {"note"}
    assert again(draft).version.number == 1


def test_filed_dossiers_are_led_over_until_accepted(cast: Cast, an: User, binh: User, chi: User) -> None:
    with inside(cast.tenant):
        offering = offered(cast.office)
        accepted = intake.accept(submission.submit(begun(offering, an), an, "one"), binh)
        filed = submission.submit(begun(offering, an), an, "two")
        assert moves.open_of(procedure()) == moves.Open(drafts=0, filed=1, accepted=1)
        catalogue.publish(with_note(), open_dossiers="move")
        assert OutboxRow.objects.filter(kind="move_dossiers").count() == 1
    assert [deadlines.lead_over(cast.tenant) for _ in range(2)] == [1, 0]
    with inside(cast.tenant):
        assert (again(filed).version.number, again(accepted).version.number) == (2, 1)
        event = again(filed).events.get(step="move")
        assert event.actor is None and event.from_state == event.to_state == "submitted"
        told = Message.objects.get(dossier=filed, occasion="moved")
        assert told.recipient == an and "Ghi chú" in told.body
        assert violations() == []


def test_what_is_kept_is_not_led_over(cast: Cast, an: User) -> None:
    """The control: the same publication without the choice moves nobody."""
    with inside(cast.tenant):
        filed = submission.submit(begun(offered(cast.office), an), an, "key")
        catalogue.publish(with_note(), open_dossiers="keep")
    assert deadlines.lead_over(cast.tenant) == 0
    with inside(cast.tenant):
        assert again(filed).version.number == 1


def test_a_version_that_never_held_leads_nobody_over(offering: Offering, an: User, en: User) -> None:
    draft = begun(offering, an)
    catalogue.publish(with_note(), effective_from=now() + TOMORROW, open_dossiers="move")
    catalogue.call_off(procedure(), en)
    catalogue.publish(definition(conditions=text("Có")))
    assert moving.lead_over(again(draft)) is None


def test_a_name_as_long_as_the_longest_is_published_and_listed(office: Office) -> None:
    name = ("Thủ tục cấp giấy phép " * 60)[:1094]
    catalogue.publish(definition("1.999555", name=text(name)))
    assert procedure_by_code("1.999555").name == name.strip()


def test_what_is_withdrawn_is_at_no_level(offering: Offering, office: Office, en: User) -> None:
    period = Period(today(), today() + TOMORROW)
    assert sum(procedures_by_level(period).values()) == 1
    catalogue.withdraw(procedure(), en, reason="Bãi bỏ")
    assert sum(procedures_by_level(period).values()) == 0
