"""What the tests of linked filings share: two authorities with an agreement, a package of three parts, and a postman."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal import outbox
from portal.models import Membership, OutboxRow, Tenant, User
from portal.moments import now, today
from portal.roles import Role
from portal.tenancy import inside
from procedures.actions import agreements, crossings, drafts, intake, joint, processing, results
from procedures.models import Agreement, Crossing, Dossier, JointFiling, JointPart, Offering, Package
from procedures.queries.uploads import CheckedFile
from tests.cast import Cast
from tests.forms import offered, text

FORM, BIRTH, HOME, CARD = "2.999000", "1.999001", "1.999002", "1.999003"
ERRANDS = ("crossing", "part_told")


def question(key: str, kind: str = "text", *, required: bool = True, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": text(key), "type": kind, "required": required, **more}


def form(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"key": "one", "title": text("Một"), "fields": list(fields)}]}


def file_question(key: str, *, required: bool = False, **more: Any) -> dict[str, Any]:
    return question(key, "file", required=required, accept=["pdf"], max_mb=5, **more)


def admin_of(tenant: Tenant, person: User) -> User:
    with inside(tenant):
        Membership.objects.get_or_create(user=person, office=None, role=Role.ADMINISTRATOR)
    person.__dict__.pop("_memberships_by_tenant", None)
    return person


def three_parts(agreement: str) -> list[dict[str, Any]]:
    """Birth first; then home and card, each of which takes the birth certificate as a paper."""
    return [
        {"key": "birth", "title": text("Khai sinh"), "procedure": BIRTH, "answers": {"full_name": "child", "notice": "notice"}},
        {"key": "home", "title": text("Thường trú"), "procedure": HOME, "after": ["birth"], "takes": {"birth": "certificate"},
         "answers": {"full_name": "child", "street": "street"}},
        {"key": "card", "title": text("Thẻ BHYT"), "procedure": CARD, "agreement": agreement, "after": ["birth"], "takes": {"birth": "certificate"},
         "answers": {"full_name": "child"}, "constants": {"kind": "under six"}},
    ]  # fmt: skip


def agreed(cast: Cast, **terms: Any) -> Agreement:
    """Offered by Én of Đồng Tháp and accepted over there; both sides hold it when this returns."""
    en, theirs = cast.people["en"], admin_of(cast.other_tenant, cast.people["giang"])
    told: dict[str, Any] = {
        "procedures": [CARD], "tells_back": ["due", "number", "reason", "result"], "tells_siblings": True, "since": today(), "purpose": "NĐ 63/2024/NĐ-CP",
    }  # fmt: skip
    fields = terms.pop("fields", {CARD: ["full_name", "kind", "certificate"]})
    with inside(cast.tenant):
        code = agreements.offer(en, cast.other_tenant, **{**told, **terms}).code
    carried(cast)
    with inside(cast.other_tenant):
        agreements.accept(Agreement.objects.get(code=code), theirs, fields)
    carried(cast)
    with inside(cast.tenant):
        held: Agreement = Agreement.objects.select_related("partner").get(code=code)
        return held


def packaged(cast: Cast, **terms: Any) -> Offering:
    """Three procedures and the one form that files them together, open online."""
    with inside(cast.other_tenant):
        offered(cast.other_office, CARD, form=form(question("full_name"), question("kind"), file_question("certificate", required=True)))  # fmt: skip
    with inside(cast.tenant):
        offered(cast.office, BIRTH, form=form(question("full_name"), file_question("notice")))
        offered(cast.office, HOME, form=form(question("full_name"), question("street"), file_question("certificate")))
        whole = form(question("child"), question("street"), file_question("notice", paper="request"))
        offering = offered(cast.office, FORM, form=whole, result_template=None)
    code = agreed(cast, **terms).code
    with inside(cast.tenant):
        Package.objects.create(procedure=offering.procedure, parts=three_parts(code), is_open=True)
    return offering


def filled(offering: Offering, person: User) -> Dossier:
    draft = drafts.start(offering, person)
    drafts.save_answers(draft, {"child": "Nguyễn Bảo Ngọc", "street": "12 Trương Định"})
    field = draft.version.parsed.form.index["notice"]
    drafts.attach(draft, field, CheckedFile(SimpleUploadedFile("a.pdf", b"%PDF-1.4 notice"), "a.pdf", "pdf"), person)
    return draft


def filed_jointly(offering: Offering, person: User) -> JointFiling:
    draft = joint.file(filled(offering, person), person, "key")
    found: JointFiling = JointFiling.objects.get(form=draft)
    return found


def carried(cast: Cast, *tenants: Tenant) -> None:
    """The worker's rounds, at every authority, until nothing more is due."""
    for _round in range(12):
        done = sum(_relayed(tenant) for tenant in tenants or (cast.tenant, cast.other_tenant))
        if not done:
            return


def _relayed(tenant: Tenant) -> int:
    with inside(tenant):
        rows = OutboxRow.objects.filter(kind__in=ERRANDS, done_at=None, given_up_at=None, due_at__lte=now())
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        with inside(tenant):
            row = OutboxRow.objects.get(pk=key)
        outbox._run(tenant, row)
    return len(keys)


def part(filing: JointFiling, key: str) -> JointPart:
    found: JointPart = JointPart.objects.get(filing=filing, key=key)
    return found


def dossier_of(filing: JointFiling, key: str) -> Dossier:
    """The part's dossier, inside the authority that has it."""
    found: Dossier = Dossier.objects.get(joint_code=filing.form.reference, part_of__part=key)
    return found


def granted(dossier: Dossier, clerk: User, officer: User, head: User) -> Dossier:
    intake.accept(dossier, clerk)
    processing.route(dossier, clerk, "examine", to=officer)
    results.prepare(dossier, officer, outcome="granted", lines=[{"label": "Tên", "value": dossier.owner_name}])
    return results.decide(dossier, head)


def letter(cast: Cast, crossing: Crossing) -> crossings.Letter:
    return crossings._letter(crossing, cast.tenant)
