"""What must hold of a tenant's rows, asked of the rows themselves; each fault names the row."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q

from portal import audit
from portal.isolation import is_tenant_owned, tenant_keys
from portal.models import AuditEntry, OutboxRow
from portal.moments import HERE
from portal.tenancy import current_tenant
from procedures.models import Dossier, DossierEvent, Message, NumberCounter, Paper, Signing, Submission
from procedures.models.lifecycle import MONEY, NOTES, TIME, State, edges
from procedures.queries.clocks import due_of
from procedures.queries.levels import differing
from procedures.workflow import event_hash

BOOKED = ("receiving_office__code", "accepted_at", "book_order")
REGISTERED = [Paper.Kind.RESULT, Paper.Kind.REFUSAL, Paper.Kind.REVOCATION]


def first_broken_event(dossier: Dossier) -> int | None:
    """The number of the first event that does not fit the dossier's chain, or None where all fit."""
    return _break(dossier, dossier.events.order_by("number"))


def _break(dossier: Dossier, events: Iterable[DossierEvent]) -> int | None:
    previous, expected = "", 1
    for event in events:
        if event.number != expected or event.previous_hash != previous or event.hash != event_hash(event):
            return expected
        previous, expected = event.hash, expected + 1
    return None if (dossier.event_count, dossier.event_hash) == (expected - 1, previous) else expected


def due_column_differs(dossier: Dossier) -> bool:
    """Whether the kept due moment is another than the clock derives anew.

    What is decided or closed keeps the moment that held then, whatever the calendar became: it is in its due changes.
    """
    if not dossier.accepted_at:
        return False
    if dossier.decided_at is None and dossier.closed_at is None:
        return due_of(dossier).moment != dossier.due_at
    last = dossier.due_changes.order_by("-since", "-pk").values_list("due_at", flat=True).first()
    return bool(last != dossier.due_at)


def one_dossier_a_key() -> Iterator[str]:
    """I2: one dossier for a client's key."""
    doubled = Submission.objects.values("person", "key").annotate(n=Count("dossier", distinct=True)).filter(n__gt=1)
    yield from (f"submission {row['person']}/{row['key']}: {row['n']} dossiers" for row in doubled)


def numbers_have_no_gap() -> Iterator[str]:
    """I3: numbers of dossiers and results without gaps or doubles, as far as the counters have counted."""
    taken: dict[str, list[int]] = defaultdict(list)
    for number in Dossier.objects.exclude(number="").values_list("number", flat=True):
        office, day, last = number.rsplit("-", 2)
        taken[f"dossier:{office}:{day}"].append(int(last))
    for number in Paper.objects.filter(kind__in=REGISTERED).exclude(number="").values_list("number", flat=True):
        last, year, office = number.split("/", 2)
        taken[f"result:{office}:{year}"].append(int(last))
    # Of a paper that waits for its signature, or given up and to be given out again.
    held = Signing.objects.filter(Q(state__in=Signing.OPEN) | Q(is_free=True)).values_list("series", "place")
    for series, place in held:
        taken[series].append(place)
    for code, at, order in Dossier.objects.exclude(book_order=None).values_list(*BOOKED):
        taken[f"book:{code}:{at.astimezone(HERE).year}"].append(order)
    counted = dict(NumberCounter.objects.values_list("series", "last"))
    for series in sorted({*taken, *counted}):
        if sorted(taken[series]) != list(range(1, counted.get(series, 0) + 1)):
            yield f"numbers {series}: {len(taken[series])} given out, counter at {counted.get(series, 0)}"


def states_follow_from_events() -> Iterator[str]:
    """I4: a state is where its last event led, every passage is in the table, every chain of hashes holds."""
    allowed = {*edges(), *((note, state, state) for note in NOTES for state in State.values)}
    for dossier in Dossier.objects.exclude(state=State.DRAFT).prefetch_related("events").iterator(chunk_size=500):
        events = sorted(dossier.events.all(), key=lambda event: event.number)
        broken, state = _break(dossier, events), str(State.DRAFT)
        if broken:
            yield f"dossier {dossier.reference}: event {broken} breaks the chain"
        for event in events:
            if event.from_state != state or (event.step, event.from_state, event.to_state) not in allowed:
                yield f"dossier {dossier.reference}: event {event.number} has no such passage"
            state = event.to_state
        if state != dossier.state:
            yield f"dossier {dossier.reference}: is {dossier.state}, its events lead to {state}"


def passages_have_an_actor() -> Iterator[str]:
    """I5: a person, time or money moved it, and it happened before it was written down."""
    nameless = DossierEvent.objects.filter(
        Q(actor=None) & ~Q(actor_role__in=[TIME, MONEY]) | Q(occurred_at__gt=F("recorded_at"))
    )
    yield from (f"event {event}" for event in nameless)


def outbox_is_done_once() -> Iterator[str]:
    """I6: nothing is both done and given up; what counts as mailed was mailed."""
    both = OutboxRow.objects.filter(done_at__isnull=False, given_up_at__isnull=False)
    yield from (f"outbox {row}: done and given up" for row in both)
    mailed = {row.payload["message"] for row in OutboxRow.objects.filter(kind="mail", done_at__isnull=False)}
    silent = Message.objects.filter(pk__in=mailed, mailed_at=None)
    yield from (f"message {message.pk}: done in the outbox and never mailed" for message in silent)


def due_columns_agree() -> Iterator[str]:
    """I11: the due moment is what calendar, pauses and rule make it."""
    rows = Dossier.objects.exclude(accepted_at=None).select_related("version", "office").iterator(chunk_size=500)
    yield from (
        f"dossier {row.reference}: due {row.due_at}, the clock says {due_of(row).moment}"
        for row in rows
        if due_column_differs(row)
    )


def references_stay_at_home() -> Iterator[str]:
    """I12: every row that a row refers to is there in the same tenant."""
    for model in [m for m in apps.get_models() if is_tenant_owned(m)]:
        for key in tenant_keys(model):
            target = key.related_model._default_manager.filter(pk=OuterRef(key.attname))
            lost = model._default_manager.exclude(**{key.attname: None}).filter(~Exists(target))
            yield from (f"{model.__name__} {row.pk}: its {key.name} is not here" for row in lost)


def levels_follow() -> Iterator[str]:
    """I14: the level that is kept is the one that follows from definition, offering, accounts and offices."""
    yield from differing()


def journal_holds() -> Iterator[str]:
    """I13: the journal's chain holds, and what was sealed outside the database still stands in it."""
    broken = audit.first_break()
    if broken is not None:
        yield f"journal: entry {broken} breaks the chain"
    for number, sealed in _sealed():
        if not AuditEntry.objects.filter(number=number, hash=sealed).exists():
            yield f"journal: entry {number} is not the one that was sealed"


def _sealed() -> Iterator[tuple[int, str]]:
    for file in sorted((settings.SEAL_FOLDER / current_tenant().slug).glob("*.jsonl")):
        for line in file.read_text().splitlines():
            told: Any = json.loads(line)["audit"]
            if told and told[0]:
                yield int(told[0]), str(told[1])


INVARIANTS: dict[str, Callable[[], Iterator[str]]] = {
    "I2": one_dossier_a_key,
    "I3": numbers_have_no_gap,
    "I4": states_follow_from_events,
    "I5": passages_have_an_actor,
    "I6": outbox_is_done_once,
    "I11": due_columns_agree,
    "I12": references_stay_at_home,
    "I13": journal_holds,
    "I14": levels_follow,
}


def violations() -> list[str]:
    """Everything that does not hold in the current tenant, with the invariant that it breaks."""
    return [f"{name} {told}" for name, ask in INVARIANTS.items() for told in ask()]
