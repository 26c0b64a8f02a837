"""What is personal rests encrypted: every wide column is, or stands here with the reason why not; and the rows are looked at."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from portal.crypto import EncryptedJSONField, EncryptedTextField, Unreadable, seal
from portal.encrypting import encrypt_rows, is_sealed
from portal.models import Office, Tenant, User
from portal.tenancy import TenantOwned, as_person, inside
from procedures.actions import drafts, intake, submission, supplements, talk
from procedures.models import Dossier, Message, SupplementRequest
from tests.cast import Cast
from tests.forms import offered

OURS = ("portal", "payments", "integrations", "procedures")
# Columns as wide as a document or a sentence that are in clear, by reason.
CLEAR = {
    "what the authority publishes or how it is set up": """
        portal.tenant.theme portal.tenant.settings procedures.nationaldefinition.definition procedures.procedure.search
        procedures.procedure.life_events procedures.procedure.audience procedures.procedureversion.definition
        procedures.procedureversion.withdrawn_because procedures.versiondraft.definition procedures.officehours.week
        procedures.package.parts procedures.agreement.procedures procedures.agreement.fields procedures.agreement.tells_back
        procedures.agreement.purpose procedures.agreement.described procedures.agreement.reason procedures.feedback.answer
    """,
    "keys, places, numbers and codes, not what people said": """
        portal.outboxrow.payload procedures.book.files procedures.bulkjob.options procedures.calendarchange.stayed
        procedures.supplementrequest.fields procedures.worktransfer.given procedures.worktransfer.stayed
        procedures.paperlistitem.papers procedures.jointfiling.parts procedures.partdossier.siblings procedures.crossing.files
        procedures.crossing.reason procedures.jointpart.problem procedures.jointpart.told procedures.jointpart.result
        payments.payment.items procedures.signing.certificate procedures.signing.attributes
    """,
    "chained by hashes over what it says, and read by figures": "portal.auditentry.facts procedures.dossierevent.reason procedures.dossierevent.facts",
    "an official's reason for an act of the authority, shown with it": "procedures.extension.reason procedures.apology.reason procedures.signing.reason",
    "declared clear, to be searched by": "procedures.dossier.search",
    "a provider's words, kept as evidence letter for letter; the bank's, not the form's": "payments.callback.raw",
}  # fmt: skip


def declared() -> set[str]:
    return {name for names in CLEAR.values() for name in names.split()}


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def in_clear(found: Iterable[type[models.Model]]) -> set[str]:
    """Columns wide enough for a person's words or a document, kept as they are."""
    encrypted = (EncryptedJSONField, EncryptedTextField)
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in found
        for field in model._meta.concrete_fields
        if isinstance(field, models.JSONField | models.TextField) and not isinstance(field, encrypted)
    }


def test_every_wide_column_is_encrypted_or_says_why_not() -> None:
    assert in_clear(ours()) - declared() == set(), "encrypt it (portal/crypto.py), or say here why it may be read"
    assert declared() - in_clear(ours()) == set(), "no such column in clear any more: take it off the list"


@pytest.mark.parametrize("kind", [models.JSONField, models.TextField])
def test_a_clear_column_that_is_planted_is_found(kind: type[models.Field]) -> None:  # type: ignore[type-arg]
    """The control."""
    with isolate_apps(*OURS):
        planted = type(
            "Planted",
            (TenantOwned,),
            {"__module__": "procedures.models", "notes": kind(), "kept": EncryptedTextField()},
        )
        assert in_clear([*ours(), planted]) - declared() == {"procedures.planted.notes"}


# ---- the rows themselves ----
MARK = "Hẻm Hoa Mộc Lan 4711"
TABLES = "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'"


@pytest.fixture
def told(tenant: Tenant, office: Office, an: User, binh: User) -> Dossier:
    """A person's words at every place where one leaves some: typed, from a registry, asked, answered, written."""
    draft = drafts.start(offered(office), an)
    drafts.prefill(draft, {"purpose": "loan", "full_name": MARK}, "population")
    drafts.save_answers(draft, {"full_name": MARK, "purpose": "loan"})
    dossier = submission.submit(draft, an, "key")
    intake.accept(dossier, binh)
    talk.write(dossier, an, MARK)
    supplements.ask(dossier, binh, reason="?", wanted=[{"paper": "", "name": MARK, "wanted": MARK}])
    supplements.supply(dossier, binh, note=MARK)
    return dossier


def columns_with(mark: str) -> set[str]:
    """Every column of every tenant table in which somebody with the database open reads it."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT DISTINCT j.key FROM "{table}" t, jsonb_each_text(to_jsonb(t)) j WHERE j.value LIKE %s',  # noqa: S608
                [f"%{mark}%"],
            )
            found |= {f"{table}.{key}" for (key,) in cursor.fetchall()}
    return found


# The event tells the request with what was asked for, chained by its hash.
KNOWN = {"procedures_dossierevent.facts"}


def test_no_row_tells_what_a_person_said(told: Dossier) -> None:
    assert columns_with(MARK) <= KNOWN


def test_a_row_that_tells_is_found(told: Dossier) -> None:
    """The control: one word in clear, written past the fields."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procedures_dossier SET sources = %s WHERE id = %s", [f'{{"a": "{MARK}"}}', told.pk])
    assert "procedures_dossier.sources" in columns_with(MARK)


def test_rows_of_before_are_encrypted_in_batches_and_read_as_before(
    told: Dossier, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the migration does, broken off and begun again."""
    monkeypatch.setattr("portal.encrypting.AT_ONCE", 1)
    request = SupplementRequest.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procedures_dossier SET sources = %s", [f'{{"a": "{MARK}"}}'])
        cursor.execute("UPDATE procedures_message SET body = %s", [f"0:{MARK}"])
        cursor.execute("UPDATE procedures_supplementrequest SET note = %s", [MARK])
        sealed_before = {"body": seal(MARK, "procedures.message.body")}
        first = Message.objects.order_by("pk").values_list("pk", flat=True)[0]
        cursor.execute("UPDATE procedures_message SET body = %s WHERE id = %s", [sealed_before["body"], first])
    for table, column in (("dossier", "sources"), ("message", "body"), ("supplementrequest", "note")):
        places = {column: f"procedures.{table}.{column}"}
        assert encrypt_rows(connection, f"procedures_{table}", places, [tenant.pk]) > 0
        assert encrypt_rows(connection, f"procedures_{table}", places, [tenant.pk]) == 0, (
            "done twice it changes nothing"
        )
    assert columns_with(MARK) <= KNOWN
    request.refresh_from_db()
    assert Dossier.objects.get(pk=told.pk).sources == {"a": MARK} and request.note == MARK
    assert set(Message.objects.values_list("body", flat=True)) == {f"0:{MARK}", MARK}


def test_what_only_looks_encrypted_is_not(told: Dossier) -> None:
    place = "procedures.message.body"
    assert is_sealed(seal(MARK, place), place) and not is_sealed(seal(MARK, "procedures.letter.body"), place)
    assert not is_sealed("0:QUJD", place) and not is_sealed("Kính gửi: bà An", place)


# ---- a value belongs to its column and its tenant ----
def moved(source: Dossier, target: Dossier, column: str = "answers", into: str = "answers") -> None:
    """What somebody with the database open can do: copy what they cannot read into another row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(source.tenant_id)])
        cursor.execute(f"SELECT {column} FROM procedures_dossier WHERE id = %s", [source.pk])  # noqa: S608
        (value,) = cursor.fetchone()
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(target.tenant_id)])
        cursor.execute(f"UPDATE procedures_dossier SET {into} = %s WHERE id = %s", [value, target.pk])  # noqa: S608


@pytest.fixture
def elsewhere(told: Dossier, cast: Cast) -> Dossier:
    with inside(cast.other_tenant):
        return drafts.start(offered(cast.other_office, "1.999777"), cast.people["an"])


def test_a_value_of_another_tenant_does_not_open(told: Dossier, elsewhere: Dossier, cast: Cast) -> None:
    moved(told, elsewhere)
    with inside(cast.other_tenant), pytest.raises(Unreadable, match="another tenant"):
        Dossier.objects.get(pk=elsewhere.pk)


def test_its_name_cannot_be_changed_either(told: Dossier, elsewhere: Dossier, cast: Cast) -> None:
    moved(told, elsewhere)
    here, there = cast.tenant.pk, cast.other_tenant.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(there)])
        cursor.execute("UPDATE procedures_dossier SET answers = replace(answers, %s, %s)", [f"@{here}:", f"@{there}:"])
    with inside(cast.other_tenant), pytest.raises(Unreadable, match="does not open"):
        Dossier.objects.get(pk=elsewhere.pk)


def test_a_value_of_another_column_does_not_open(told: Dossier) -> None:
    moved(told, told, "answers", "proposal")
    with pytest.raises(Unreadable):
        Dossier.objects.get(pk=told.pk)


def test_what_is_bound_to_no_tenant_would_open_anywhere(told: Dossier, elsewhere: Dossier, cast: Cast) -> None:
    """The control, and how values of before are still read: bound to their column alone."""
    with connection.cursor() as cursor:
        old = seal('{"full_name": "?"}', "procedures.dossier.answers")
        cursor.execute("UPDATE procedures_dossier SET answers = %s WHERE id = %s", [old, told.pk])
    moved(told, elsewhere)
    with inside(cast.other_tenant):
        assert Dossier.objects.get(pk=elsewhere.pk).answers == {"full_name": "?"}


def test_a_person_reads_what_is_theirs_at_every_tenant(told: Dossier, elsewhere: Dossier, an: User) -> None:
    with as_person(an):
        assert {row.pk for row in Dossier.objects.all() if row.answers is not None} >= {told.pk, elsewhere.pk}
