"""A hundred papers signed on one confirmation: seconds from the confirmation to the last one, by the workers of the house."""

import time
import uuid

from bench import filing
from bench.output import Limit, skip, tell
from bench.people import person
from bench.sizes import Size
from portal.models import Membership, Office, Tenant, User
from portal.roles import Role
from portal.tenancy import inside
from procedures.actions import batches, catalogue, drafts, intake, processing, results, submission
from procedures.models import Dossier, Offering, Procedure, SigningBatch, SigningItem
from tests.forms import definition

CODE, SECONDS = "9.100001", 60.0
PATIENCE = 300.0


def measure(tenant: Tenant, size: Size) -> None:
    """Everyday and full: one hundred; to see that it works: three."""
    many = 100 if size.submissions > 2 else 3
    head = person("dung")
    ready = [_ready(tenant, number) for number in range(many)]
    with inside(tenant):
        rows = list(Dossier.objects.filter(pk__in=ready))
        seen = {row.reference: row.event_hash for row in rows}
        began = time.perf_counter()
        batch = batches.confirm(head, uuid.uuid4().hex, seen, rows)
    signed = _signed(tenant, batch, began)
    if signed is None:
        skip("results", "the workers did not come to an end")
        return
    with inside(tenant):
        failed = SigningItem.objects.filter(batch=batch, state=SigningItem.State.FAILED).count()
    tell(f"results.signed_{many}", "s", signed, Limit("60 s", SECONDS * many / 100), failed=failed)


def _ready(tenant: Tenant, number: int) -> int:
    """A dossier that stands before the head with its draft."""
    an, clerk, officer = person("an"), person("binh"), person("chi")
    with inside(tenant):
        offering = _offering()
        _seat(offering.office, clerk, officer)
        draft = drafts.start(offering, an)
        drafts.save_answers(draft, {"full_name": an.full_name, "purpose": "loan"})
        return _decided(draft, an, clerk, officer, number)


def _offering() -> Offering:
    """A small procedure without a fee, offered where the demo's head decides."""
    office = Office.objects.get(code=filing.OFFICE)
    known = Procedure.objects.filter(code=CODE).first() or catalogue.publish(definition(CODE)).procedure
    if not Offering.objects.filter(procedure=known, office=office).exists():
        catalogue.offer(known, office, online_open=True)
    return Offering.objects.select_related("procedure__current", "office").get(procedure=known, office=office)


def _seat(office: Office, clerk: User, officer: User) -> None:
    for who, role in ((clerk, Role.CLERK), (officer, Role.OFFICER)):
        Membership.objects.get_or_create(user=who, office=office, role=role)


def _decided(draft: Dossier, an: User, clerk: User, officer: User, number: int) -> int:
    submission.submit(draft, an, f"bench-{uuid.uuid4().hex}-{number}")
    intake.accept(draft, clerk)
    processing.route(draft, clerk, draft.version.parsed.route[-1].key)
    results.prepare(draft, officer, outcome="granted", lines=[{"label": "Họ và tên", "value": an.full_name}])
    return int(draft.pk)


def _signed(tenant: Tenant, batch: SigningBatch, began: float) -> float | None:
    while time.perf_counter() - began < PATIENCE:
        with inside(tenant):
            if not SigningItem.objects.filter(batch=batch, state=SigningItem.State.WAITING).exists():
                return time.perf_counter() - began
        time.sleep(0.2)
    return None
