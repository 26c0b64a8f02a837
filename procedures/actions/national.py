"""National definitions: put on the shelf by the platform, led into an authority's draft by its administrator."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections, transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.actions import NotPossible
from portal.models import User
from portal.moments import now
from procedures.actions import bundles
from procedures.actions.bundles import Fault
from procedures.models import NationalDefinition, VersionDraft
from procedures.models.form_messages import problem_sentence
from procedures.queries.national import Offered, offered
from procedures.schema.definition import Definition

SHELF = "platform"


@dataclass(frozen=True)
class Shelved:
    code: str
    number: int
    is_new: bool


def take_in(text: str, issued_by: str = "", *, dry_run: bool = False) -> list[Shelved]:
    """Put a bundle on the shelf, all of it or nothing: what a ministry publishes is whole. Raises Unsound."""
    entries, faults = bundles.read(text)
    wrong = [Fault(one.path, problem_sentence(one)) for entry in entries for one in entry.problems]
    if faults or wrong:
        raise bundles.Unsound(bundles.Plan((), (*faults, *wrong)))
    definitions = [entry.definition for entry in entries if entry.definition is not None]
    return [] if dry_run else put_on_shelf(definitions, issued_by)


def put_on_shelf(definitions: Sequence[Definition], issued_by: str = "") -> list[Shelved]:
    """Each becomes the newest number of its code; the same text again changes nothing. Written by the platform's login."""
    with transaction.atomic(using=SHELF):
        with connections[SHELF].cursor() as cursor:
            # One at a time: numbers without gaps or doubles.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('national shelf', 0))")
        return [_put(one, issued_by) for one in definitions]


def _put(definition: Definition, issued_by: str) -> Shelved:
    rows = NationalDefinition.objects.using(SHELF).filter(code=definition.code).order_by("-number")
    last = rows.first()
    if last is not None and last.definition == definition.raw:
        return Shelved(last.code, last.number, is_new=False)
    made = NationalDefinition.objects.using(SHELF).create(
        code=definition.code, number=(last.number if last else 0) + 1, definition=dict(definition.raw),
        issued_by=(issued_by or definition.agencies.competent.vi or definition.decision_no)[:300], published_at=now(),
    )  # fmt: skip
    return Shelved(made.code, made.number, is_new=True)


@transaction.atomic
def lead_in(draft: VersionDraft, person: User, *, revision: int, number: int) -> Offered:
    """Take the ministry's newer text into a draft wherever nothing was changed here; what both changed stays, and is told.

    `revision` and `number` say what the person saw.
    """
    rows = VersionDraft.objects.select_for_update(of=("self",)).select_related("national")
    held = rows.filter(pk=draft.pk).first()
    found = offered(held) if held is not None else None
    if held is None or found is None:
        raise NotPossible(_("Không có bản mới của bộ để đưa vào."))
    if held.revision != revision or found.newer.number != number:
        raise NotPossible(_("Bản soạn hoặc bản của bộ vừa đổi. Hãy xem lại rồi bấm lại."))
    held.definition, held.national = found.merged.definition, found.newer
    held.revision, held.changed_by, held.changed_at = held.revision + 1, person, now()
    held.save(update_fields=["definition", "national", "revision", "changed_by", "changed_at"])
    kept = [one.address for one in found.merged.both]
    audit.record(person, "draft.merge", f"procedure:{held.code}", number=number, kept=kept, address="")
    return found
