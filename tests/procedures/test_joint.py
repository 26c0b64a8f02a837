"""Liên thông: one filing makes dossiers at several authorities, exactly once, and what fails alone fails alone."""

import datetime
from typing import Any

import pytest

from portal.actions import NotPossible
from portal.models import AuditEntry, OutboxRow, Tenant, User
from portal.moments import now, today, travel
from portal.tenancy import inside
from procedures.actions import agreements, crossings, drafts, intake, joint
from procedures.models import Agreement, Attachment, Crossing, Dossier, JointFiling, Message, Offering, PartDossier
from procedures.workflow import NotAllowed
from tests.cast import Cast
from tests.linking import CARD, carried, dossier_of, filed_jointly, filled, granted, packaged, part

pytestmark = pytest.mark.django_db


@pytest.fixture
def offering(cast: Cast, tenant: Tenant) -> Offering:
    return packaged(cast)


@pytest.fixture
def filing(cast: Cast, offering: Offering, an: User) -> JointFiling:
    found = filed_jointly(offering, an)
    carried(cast)
    return found


def born(cast: Cast, filing: JointFiling) -> Dossier:
    people = cast.people
    dossier = granted(dossier_of(filing, "birth"), people["binh"], people["chi"], people["dung"])
    carried(cast)
    return dossier


def test_one_form_begins_the_parts_that_wait_for_nothing(filing: JointFiling, an: User) -> None:
    assert [row.state for row in filing.rows.all()] == ["open", "waiting", "waiting"]
    birth = dossier_of(filing, "birth")
    assert (birth.state, birth.owner_id, birth.submitter_id) == ("submitted", an.pk, an.pk)
    assert birth.answers["full_name"] == "Nguyễn Bảo Ngọc"
    assert Attachment.objects.get(dossier=birth).field_key == "notice"
    assert [event.step for event in birth.events.all()] == ["submit", "join"]


def test_the_form_itself_is_nobodys_dossier_and_is_changed_no_more(filing: JointFiling, an: User) -> None:
    form = filing.form
    assert (form.state, form.event_count, form.number) == ("draft", 0, "")
    with pytest.raises(NotAllowed):
        drafts.save_answers(form, {"child": "Tên khác"})
    # Who begins again gets a new form, not the filed one.
    assert drafts.start(form.procedure.offerings.get(), an).pk != form.pk


def test_a_done_part_gives_its_result_to_those_that_wait_for_it(cast: Cast, filing: JointFiling) -> None:
    born(cast, filing)
    assert [row.state for row in filing.rows.all()] == ["done", "open", "open"]
    home = dossier_of(filing, "home")
    paper = Attachment.objects.get(dossier=home, field_key="certificate")
    assert paper.name == "ket-qua-birth.pdf" and paper.status == "quarantined"
    with inside(cast.other_tenant):
        card = dossier_of(filing, "card")
        assert card.answers["full_name"] == "Nguyễn Bảo Ngọc" and card.answers["kind"] == "under six"
        assert Attachment.objects.get(dossier=card).sha256 == paper.sha256
        assert Attachment.objects.get(dossier=card).path.startswith(cast.other_tenant.slug)


def test_pressed_twice_it_is_one_filing(cast: Cast, offering: Offering, an: User) -> None:
    draft = filled(offering, an)
    joint.file(draft, an, "key")
    joint.file(Dossier.objects.get(pk=draft.pk), an, "key")
    carried(cast)
    assert JointFiling.objects.count() == 1
    assert Dossier.objects.filter(joint_code=draft.reference).exclude(pk=draft.pk).count() == 1


def test_a_message_that_comes_twice_makes_one_dossier(cast: Cast, filing: JointFiling) -> None:
    born(cast, filing)
    sent = Crossing.objects.select_related("partner").get(direction="out", kind="part.open", partner=cast.other_tenant)
    again = crossings.deliver(crossings._letter(sent, cast.tenant), cast.other_tenant)
    assert again.taken
    with inside(cast.other_tenant):
        assert Dossier.objects.filter(joint_code=filing.form.reference).count() == 1
    # The control: another message for the same part is not the same message, and is refused for what it asks.
    told = crossings.Letter("another", cast.tenant, sent.agreement, sent.kind, sent.body)
    assert not crossings.deliver(told, cast.other_tenant).taken
    with inside(cast.other_tenant):
        assert Dossier.objects.filter(joint_code=filing.form.reference).count() == 1


def test_a_lost_answer_is_asked_for_again_and_nothing_is_doubled(cast: Cast, filing: JointFiling) -> None:
    born(cast, filing)
    sent = Crossing.objects.get(direction="out", kind="part.open", partner=cast.other_tenant)
    Crossing.objects.filter(pk=sent.pk).update(state="waiting", settled_at=None)
    crossings.carry(sent.pk)
    sent.refresh_from_db()
    assert sent.state == "taken"
    with inside(cast.other_tenant):
        assert PartDossier.objects.count() == 1


def test_without_an_agreement_nothing_comes_over_and_it_is_written_down(cast: Cast, offering: Offering) -> None:
    body = {"filing": "X", "part": "card", "procedure": CARD, "answers": {}}
    with inside(cast.other_tenant):
        before = Dossier.objects.count()
    receipt = crossings.deliver(
        crossings.Letter("stranger", cast.tenant, "ZZZZ-ZZZZ", "part.open", body), cast.other_tenant
    )
    assert not receipt.taken
    with inside(cast.other_tenant):
        assert Dossier.objects.count() == before
        assert AuditEntry.objects.get(action="crossing.refuse").facts["of"] == cast.tenant.slug


def test_an_agreement_opens_one_direction_only(cast: Cast, offering: Offering) -> None:
    """Knowing the code is not enough: the bridge tells who sends, and this side is the one that sends by it."""
    body = {"filing": "X", "part": "card", "procedure": CARD, "answers": {}}
    code = Agreement.objects.get().code
    backwards = crossings.Letter("m", cast.other_tenant, code, "part.open", body)
    assert not crossings.deliver(backwards, cast.tenant).taken
    assert "Không có thỏa thuận" in Crossing.objects.get(message="m").reason
    assert not PartDossier.objects.exists()


def test_an_ended_agreement_lets_nothing_new_over_and_the_rest_goes_on(
    cast: Cast, filing: JointFiling, an: User
) -> None:
    held = Agreement.objects.get()
    with inside(cast.other_tenant):
        agreements.end(Agreement.objects.get(code=held.code), cast.people["giang"], reason="Đổi hệ thống")
    carried(cast)
    held.refresh_from_db()
    assert (held.state, held.reason) == ("ended", "Đổi hệ thống")
    born(cast, filing)
    assert [row.state for row in filing.rows.all()] == ["done", "open", "blocked"]
    assert Message.objects.filter(occasion="joint_stopped", recipient=an).count() == 1
    with inside(cast.other_tenant):
        assert not PartDossier.objects.exists()


def test_the_receiver_refuses_what_was_ended_there_but_not_heard_of_here(cast: Cast, filing: JointFiling) -> None:
    with inside(cast.other_tenant):
        Agreement.objects.update(state="ended")
    born(cast, filing)
    assert part(filing, "card").state == "failed"
    assert part(filing, "home").state == "open"
    with inside(cast.other_tenant):
        assert AuditEntry.objects.filter(action="crossing.refuse").count() == 1
        assert Crossing.objects.get(direction="in", kind="part.open").state == "refused"


@pytest.mark.parametrize(
    ("terms", "state"), [({"fields": {CARD: ["full_name"]}}, "failed"), ({}, "open")], ids=["not-agreed", "agreed"]
)
def test_only_the_agreed_questions_go_over(
    cast: Cast, tenant: Tenant, an: User, terms: dict[str, object], state: str
) -> None:
    filing = filed_jointly(packaged(cast, **terms), an)
    carried(cast)
    born(cast, filing)
    assert part(filing, "card").state == state


def test_an_authority_that_is_away_for_a_day_gets_it_when_it_is_back(cast: Cast, filing: JointFiling) -> None:
    other = cast.other_tenant
    with inside(cast.tenant):
        Tenant.objects.filter(pk=other.pk).update(is_active=False)
        born(cast, filing)
        assert part(filing, "card").state == "sent" and part(filing, "home").state == "open"
        start = now()
        for hour in range(1, 26):
            with travel(start + crossings.LONGEST_WAIT * hour):
                carried(cast, cast.tenant)
        sent = Crossing.objects.get(direction="out", kind="part.open", partner=other)
        assert sent.state == "waiting" and sent.attempts > 20
        assert not OutboxRow.objects.exclude(given_up_at=None).exists()
        Tenant.objects.filter(pk=other.pk).update(is_active=True)
        with travel(start + crossings.LONGEST_WAIT * 27):
            carried(cast)
        assert part(filing, "card").state == "open"
    with inside(other):
        assert PartDossier.objects.count() == 1


def test_a_part_that_fails_stops_only_what_waits_for_it(cast: Cast, filing: JointFiling, an: User) -> None:
    intake.refuse(dossier_of(filing, "birth"), cast.people["binh"], reason="Sai nơi", clause="Đ 1", remedy="Nộp lại")
    carried(cast)
    assert [row.state for row in filing.rows.all()] == ["failed", "blocked", "blocked"]
    assert part(filing, "birth").problem == "Sai nơi"
    filing.refresh_from_db()
    assert filing.closed_at is not None


def test_the_loss_of_one_of_two_leaves_the_other(cast: Cast, filing: JointFiling) -> None:
    born(cast, filing)
    people = cast.people
    intake.refuse(dossier_of(filing, "home"), people["binh"], reason="Thiếu", clause="Đ 1", remedy="Nộp lại")
    carried(cast)
    assert [row.state for row in filing.rows.all()] == ["done", "failed", "open"]


def test_an_old_word_never_covers_a_newer_one(cast: Cast, filing: JointFiling) -> None:
    row = part(filing, "birth")
    old = {**row.told, "number": row.told_number, "state": "returned", "outcome": "granted"}
    crossings.deliver(crossings.Letter("late", cast.tenant, "", "part.status", old), cast.tenant)
    assert part(filing, "birth").state == "open"
    newer = {**old, "number": row.told_number + 1}
    crossings.deliver(crossings.Letter("new", cast.tenant, "", "part.status", newer), cast.tenant)
    assert part(filing, "birth").state == "done"


def test_a_word_about_a_part_that_another_has_is_refused(cast: Cast, filing: JointFiling) -> None:
    body = {"filing": filing.form.reference, "part": "birth", "number": 99, "state": "returned", "outcome": "granted"}
    receipt = crossings.deliver(crossings.Letter("false", cast.other_tenant, "", "part.status", body), cast.tenant)
    assert not receipt.taken and part(filing, "birth").state == "open"
    assert AuditEntry.objects.filter(action="crossing.refuse").count() == 1


def test_siblings_are_told_as_far_as_the_agreement_goes(cast: Cast, filing: JointFiling) -> None:
    born(cast, filing)
    with inside(cast.other_tenant):
        told = PartDossier.objects.get().siblings
    assert [(one["title"]["vi"], one["state"]) for one in told] == [("Khai sinh", "done"), ("Thường trú", "submitted")]
    assert all(set(one) == {"title", "authority", "state", "due_at"} for one in told)


def test_siblings_stay_untold_where_that_was_not_agreed(cast: Cast, tenant: Tenant, an: User) -> None:
    filing = filed_jointly(packaged(cast, tells_siblings=False), an)
    carried(cast)
    born(cast, filing)
    with inside(cast.other_tenant):
        assert PartDossier.objects.get().siblings == []


def test_what_is_told_back_is_what_was_agreed(cast: Cast, tenant: Tenant, an: User) -> None:
    filing = filed_jointly(packaged(cast, tells_back=[]), an)
    carried(cast)
    born(cast, filing)
    told = part(filing, "card").told
    assert told["state"] == "submitted"
    assert not {"due_at", "dossier_number", "reason", "result"} & set(told)
    assert "acceptance_due_at" in part(filing, "home").told


def test_both_journals_know_what_was_agreed_and_what_went_over(cast: Cast, filing: JointFiling) -> None:
    born(cast, filing)
    ours = set(AuditEntry.objects.values_list("action", flat=True))
    with inside(cast.other_tenant):
        theirs = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"agreement.offer", "agreement.accepted", "crossing.send", "crossing.take"} <= ours
    assert {"agreement.offered", "agreement.accept", "crossing.send", "crossing.take"} <= theirs


def test_an_offer_lets_nothing_over_before_it_is_accepted(cast: Cast, tenant: Tenant, en: User) -> None:
    terms: dict[str, Any] = {
        "procedures": [CARD],
        "tells_back": [],
        "tells_siblings": False,
        "since": today(),
        "purpose": "Thử",
    }
    code = agreements.offer(en, cast.other_tenant, **terms).code
    carried(cast)
    with pytest.raises(crossings.Refused):
        agreements.in_force(code, cast.other_tenant, sends=True)
    with inside(cast.other_tenant):
        held = Agreement.objects.get()
        assert (held.code, held.sends, held.state) == (code, False, "offered")
        with pytest.raises(NotPossible, match=CARD):
            agreements.accept(held, cast.people["giang"], {})
        agreements.decline(held, cast.people["giang"], reason="Chưa sẵn sàng")
    carried(cast)
    assert Agreement.objects.get().state == "declined"


def test_an_agreement_holds_from_its_day(cast: Cast, tenant: Tenant, an: User) -> None:
    filing = filed_jointly(packaged(cast, since=today() + datetime.timedelta(days=30)), an)
    carried(cast)
    born(cast, filing)
    assert part(filing, "card").state == "blocked"
