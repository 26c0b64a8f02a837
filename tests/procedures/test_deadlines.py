"""What time itself does."""

import datetime

from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from portal.outbox import relay
from procedures.actions import deadlines, drafts, intake, submission, supplements
from procedures.models import Dossier, Paper
from tests.forms import definition, offered

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)


def filed(office: Office, an: User, **changes: object) -> Dossier:
    offering = offered(office, code="1.999002", **changes)
    draft = drafts.start(offering, an)
    drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
    return submission.submit(draft, an, "key")


def test_a_supplement_that_never_comes_ends_the_dossier_once(
    tenant: Tenant, office: Office, an: User, binh: User
) -> None:
    with travel(MONDAY):
        dossier = filed(office, an)
        intake.accept(dossier, binh)
        supplements.ask(dossier, binh, reason="Ảnh mờ", wanted=[{"paper": "", "name": "Bản rõ", "wanted": ""}])
    with travel(MONDAY + datetime.timedelta(days=20)):
        assert deadlines.carry_out(tenant) == 0
    with travel(MONDAY + datetime.timedelta(days=40)):
        assert deadlines.carry_out(tenant) == 1
        assert deadlines.carry_out(tenant) == 0
    dossier.refresh_from_db()
    assert (dossier.state, dossier.last_step) == ("ended", "lapse")


def test_silence_is_consent_where_the_law_says_so_and_counts_from_the_due_moment(
    tenant: Tenant, office: Office, an: User, binh: User
) -> None:
    clock = {**definition()["clock"], "silence_is_consent": True}
    with travel(MONDAY):
        dossier = filed(office, an, clock=clock)
        intake.accept(dossier, binh)
    due = dossier.due_at
    with travel(MONDAY + datetime.timedelta(days=9)):
        assert deadlines.carry_out(tenant) == 1
        relay(tenant)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.decided_at, dossier.outcome) == ("done", due, "granted")
    assert Paper.objects.get(dossier=dossier, kind="result").signed_at is not None


def test_silence_says_nothing_where_the_law_does_not(tenant: Tenant, office: Office, an: User, binh: User) -> None:
    with travel(MONDAY):
        dossier = filed(office, an)
        intake.accept(dossier, binh)
    with travel(MONDAY + datetime.timedelta(days=9)):
        deadlines.carry_out(tenant)
    dossier.refresh_from_db()
    assert dossier.state == "accepted"
