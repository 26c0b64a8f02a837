"""The whole life of a dossier by its actions, as every door uses them."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from payments.models import Account
from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from procedures import workflow
from procedures.actions import drafts, intake, money, processing, results, submission, supplements
from procedures.actions.submission import Incomplete
from procedures.models import Dossier, DossierEvent, Message, Offering, Paper
from procedures.workflow import NotAllowed
from tests.forms import given, offered

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def filed(offering: Offering, an: User) -> Dossier:
    with travel(MONDAY):
        draft = drafts.start(offering, an)
        drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
        return submission.submit(draft, an, "key-1")


def test_a_dossier_goes_from_form_to_signed_result(filed: Dossier, binh: User, chi: User, dung: User, an: User) -> None:
    with travel(MONDAY + datetime.timedelta(hours=1)):
        intake.accept(filed, binh)
        assert filed.number == "H58.30-261116-0001"
        assert filed.due_at == datetime.datetime(2026, 11, 19, 17, 0, tzinfo=HERE)
        processing.route(filed, binh, "examine")
    with travel(MONDAY + datetime.timedelta(days=1)):
        results.prepare(filed, chi, outcome="granted", lines=[])
        processing.route(filed, chi, "sign")
        results.decide(filed, dung)
        results.hand_over(filed, an, how="online")
    assert filed.state == "returned"
    assert [e.step for e in filed.events.all()] == [
        "submit",
        "accept",
        "route",
        "prepare",
        "route",
        "decide",
        "hand_over",
    ]
    paper = Paper.objects.get(dossier=filed, kind="result")
    assert paper.verification_code and paper.sha256 and paper.signed_at
    assert {m.occasion for m in Message.objects.filter(recipient=an)} == {"submitted", "accepted", "done", "returned"}


def test_the_same_key_again_gives_the_same_dossier(filed: Dossier, an: User) -> None:
    again = submission.submit(Dossier.objects.get(pk=filed.pk), an, "key-1")
    assert again.pk == filed.pk
    assert DossierEvent.objects.filter(dossier=filed, step="submit").count() == 1


def test_a_supplement_pauses_the_clock_and_moves_the_due_date(filed: Dossier, binh: User, an: User) -> None:
    with travel(MONDAY + datetime.timedelta(hours=1)):
        intake.accept(filed, binh)
    with travel(MONDAY + datetime.timedelta(hours=2)):
        supplements.ask(filed, binh, reason="Ảnh mờ", wanted=[{"paper": "", "name": "Bản chụp rõ", "wanted": ""}])
        assert filed.due_at is None
        assert filed.state == "supplement_requested"
    with travel(MONDAY + datetime.timedelta(days=2)):
        with pytest.raises(Incomplete) as without:
            supplements.supply(filed, an)
        assert without.value.papers == ["Bản chụp rõ"]
        given(filed, an, "Bản chụp rõ")
        supplements.supply(filed, an)
    assert filed.state == "accepted"
    # Accepted on Monday: Tuesday stood still, Wednesday, Thursday and Friday count.
    assert filed.due_at == datetime.datetime(2026, 11, 20, 17, 0, tzinfo=HERE)


def test_a_refusal_without_its_remedy_changes_nothing(filed: Dossier, binh: User) -> None:
    with pytest.raises(NotAllowed):
        intake.refuse(filed, binh, reason="Sai thẩm quyền", clause="Điều 7", remedy="")
    filed.refresh_from_db()
    assert (filed.state, filed.event_count) == ("submitted", 1)


def test_an_official_never_handles_a_dossier_of_their_own(offering: Offering, binh: User) -> None:
    draft = drafts.start(offering, binh)
    drafts.save_answers(draft, {"full_name": "Trần Văn Bình", "purpose": "loan"})
    submission.submit(draft, binh, "key-2")
    with pytest.raises(NotAllowed):
        intake.accept(draft, binh)


def test_the_database_lets_no_state_through_that_no_step_leads_to(filed: Dossier) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE procedures_dossier SET state = 'done' WHERE id = %s", [filed.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procedures_dossier SET state = 'done', last_step = 'decide', event_count = event_count + 1 WHERE id = %s",
            [filed.pk],
        )
    assert workflow.allowed(Dossier.objects.get(pk=filed.pk), filed.submitter) == {"withdraw"}  # type: ignore[arg-type]


def test_what_is_refused_is_not_paid_for_any_more(tenant: Tenant, office: Office, an: User, binh: User) -> None:
    account = Account.objects.create(office=office, provider="sandbox", terminal="THU00001")
    amount = {"online": 25000, "counter": 50000, "post": 50000}
    fee = {
        "key": "fee",
        "name": {"vi": "Lệ phí", "en": "Charge"},
        "kind": "charge",
        "amount": amount,
        "when_due": "submission",
    }
    with travel(MONDAY):
        draft = drafts.start(offered(office, code="1.999007", fees=[fee]), an)
        drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
        submission.submit(draft, an, "key-7")
        payment = money.begin_payment(draft, an, account)
        intake.refuse(draft, binh, reason="Sai thẩm quyền", clause="Điều 7", remedy="Nộp tại phường khác")
    payment.refresh_from_db()
    assert payment.state == "cancelled"


def test_filing_for_another_needs_a_name_and_a_mandate(offering: Offering, an: User) -> None:
    draft = drafts.start(offering, an)
    drafts.save_answers(draft, {"full_name": "Nguyễn Văn Cha", "purpose": "loan"})
    draft.owner, draft.owner_name, draft.contact_id = None, "Nguyễn Văn Cha", "082060001230"
    draft.save(update_fields=["owner", "owner_name", "contact_id"])
    with pytest.raises(NotAllowed, match="ủy quyền"):
        submission.submit(draft, an, "key-8")
    given(draft, an, "mandate")
    assert submission.submit(draft, an, "key-8").state == "submitted"
