"""Leading open dossiers over to a newer version of their procedure: one at a time, told to everybody whom it concerns."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from procedures import notifications, workflow
from procedures.actions.clocks import settle_acceptance_due
from procedures.models import Dossier, DossierEvent, ProcedureVersion
from procedures.models.lifecycle import State
from procedures.queries import moves
from procedures.queries.moves import EARLIER, Fit
from procedures.queries.profiles import profile_of
from procedures.schema.reading import Text


@transaction.atomic
def lead_over(dossier: Dossier) -> DossierEvent | None:
    """Lead a draft, or what was filed and nobody accepted yet, over to the version in force; None where it may stay.

    Answers that fit stay; the others are kept beside them until it is filed, and the event names their questions.
    What was asked to be paid at filing stays as it was asked.
    """
    workflow.lock(dossier)
    hold_published(dossier)
    target = moves.target_of(dossier)
    if target is None:
        return None
    before, found = dossier.version, moves.fit(dossier, target)
    _carry(dossier, target, found)
    event = workflow.note(
        dossier, "move", None, reason=_reason(before, target, found),
        before=before.number, after=target.number, lost=list(found.earlier), fresh=list(found.fresh),
    )  # fmt: skip
    if dossier.state == State.SUBMITTED:
        settle_acceptance_due(dossier)
        notifications.tell(
            dossier, "moved", lost=questions(before, found.earlier), fresh=questions(target, found.fresh)
        )
    return event


def lead_over_where_due(dossier: Dossier) -> None:
    """The same where somebody is about to change or file it; no lock where it may stay."""
    if dossier.state == State.DRAFT and moves.target_of(dossier) is not None:
        lead_over(dossier)


def hold_published(dossier: Dossier) -> None:
    """See which version is in force, and let nobody publish or withdraw until the transaction ends; filings share this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_id FROM procedures_procedure WHERE id = %s FOR SHARE", [dossier.procedure_id])
        dossier.procedure.current_id = cursor.fetchone()[0]


def _carry(dossier: Dossier, target: ProcedureVersion, found: Fit) -> None:
    dossier.version = target
    dossier.answers = {**found.kept, **({EARLIER: found.earlier} if found.earlier else {})}
    dossier.sources = {key: told for key, told in dossier.sources.items() if key not in found.earlier}
    case = target.parsed.case_for(found.kept, profile_of(dossier))
    dossier.case = case.key if case else "default"
    dossier.save(update_fields=["version", "answers", "sources", "case"])


def questions(version: ProcedureVersion, keys: Iterable[str]) -> list[Text]:
    index = version.parsed.form.index
    return [index[key].label for key in keys if key in index]


def _reason(before: ProcedureVersion, after: ProcedureVersion, found: Fit) -> str:
    """In Vietnamese, as everything that stands in the chain of events."""
    with translation.override("vi"):
        told = [_("Phiên bản %(before)s → %(after)s.") % {"before": before.number, "after": after.number}]
        lost = [label.vi for label in questions(before, found.earlier)]
        fresh = [label.vi for label in questions(after, found.fresh)]
        if lost:
            told.append(_("Không còn dùng câu trả lời của: %(questions)s.") % {"questions": "; ".join(lost)})
        if fresh:
            told.append(_("Câu hỏi mới: %(questions)s.") % {"questions": "; ".join(fresh)})
        return " ".join(told)
