"""What a head has to sign, what waits for a device, and how a batch goes on."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404

from portal.models import User
from procedures.models import Dossier, DossierEvent, Paper, Signing, SigningBatch, SigningItem
from procedures.models.lifecycle import TIME, State
from procedures.queries.dossiers import completed, desk_dossiers
from procedures.queries.lists import last_steps_of_heads

PER_PAGE = 100


def list_to_sign(head: User) -> list[Dossier]:
    """Drafted results that stand at a step of heads, at the offices where this person decides; the most urgent first."""
    rows = desk_dossiers(head, "dossier.decide").filter(Q(state=State.PROCESSING) & last_steps_of_heads())
    rows = rows.exclude(Q(owner=head) | Q(submitter=head)).select_related("assignee").order_by("due_at", "pk")
    return [completed(row) for row in rows.defer("answers")[: PER_PAGE * 2] if row.proposal][:PER_PAGE]


def chosen(head: User, references: list[str]) -> list[Dossier]:
    return [row for row in list_to_sign(head) if row.reference in set(references)]


def signing_of(head: User, pk: int) -> Signing:
    """A paper that this head began to sign; anybody else's is not there."""
    row = Signing.objects.filter(pk=pk, head=head).select_related("dossier", "about").first()
    if row is None:
        raise Http404
    row.dossier = completed(row.dossier)
    return row


def waiting_for_device(head: User) -> list[Signing]:
    return list(
        Signing.objects.filter(head=head, state__in=Signing.OPEN).select_related("dossier").order_by("begun_at")
    )


def _unsigned_consents(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Decided by silence, and the paper that says so is not signed yet."""
    own = OuterRef("pk")
    consent = DossierEvent.objects.filter(dossier=own, step="decide", actor_role=TIME)
    signed = Paper.objects.filter(dossier=own, kind=Paper.Kind.RESULT, revoked_at=None).exclude(signed_at=None)
    return rows.filter(Exists(consent), ~Exists(signed), state=State.DONE)


def is_unsigned_consent(dossier: Dossier) -> bool:
    """As the database has it; whoever acts on it holds the dossier's lock."""
    return _unsigned_consents(Dossier.objects.filter(pk=dossier.pk)).exists()


def consents_to_sign(head: User) -> list[Dossier]:
    """At the offices where this person decides, oldest first; each with its open signing as `waiting`, if it has one."""
    rows = _unsigned_consents(desk_dossiers(head, "dossier.decide")).exclude(Q(owner=head) | Q(submitter=head))
    own = Prefetch("signings", Signing.objects.filter(state__in=Signing.OPEN), to_attr="waiting")
    return [
        completed(row) for row in rows.defer("answers").prefetch_related(own).order_by("decided_at", "pk")[:PER_PAGE]
    ]


def batch_of(head: User, key: str) -> SigningBatch:
    found = SigningBatch.objects.filter(key=key, head=head).first()
    if found is None:
        raise Http404
    return found


def batches_of(head: User) -> list[SigningBatch]:
    """The last ones, each with how many papers it has and how many are done."""
    rows = SigningBatch.objects.filter(head=head).annotate(
        many=Count("items"), left=Count("items", filter=Q(items__state=SigningItem.State.WAITING))
    )
    return list(rows.order_by("-confirmed_at")[:5])


def items_of(batch: SigningBatch) -> list[SigningItem]:
    return list(SigningItem.objects.filter(batch=batch).select_related("dossier", "paper"))


def begun_at(dossier: Dossier) -> Signing | None:
    """A paper of this dossier that has its number and waits for its signature."""
    if dossier.state not in (State.PROCESSING, State.RETURNED):
        return None
    return Signing.objects.filter(dossier=dossier, state__in=Signing.OPEN).select_related("head").first()
