"""Whether a dossier is to be led over to a newer version of its procedure, and what of its answers fits there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from portal.moments import today
from procedures.models import Dossier, DossierEvent, OpenDossiers, Procedure, ProcedureVersion
from procedures.models.lifecycle import FINAL, State
from procedures.queries.answers import context_for
from procedures.schema.definition import Definition
from procedures.schema.form import Field
from procedures.schema.validate import check

# Until somebody has accepted it, nobody has judged a dossier by its version.
MOVABLE = (State.DRAFT, State.SUBMITTED)
# Where answers are kept that the newer version does not ask for; no question can have this key.
EARLIER = "_earlier"
# An answer that is not there yet is no answer that does not fit.
STILL_MISSING = frozenset(
    {"required", "required_choice", "required_choices", "required_date", "required_file", "declaration", "rows_min", "files_min"}
)  # fmt: skip


def in_force() -> Q:
    """Versions that hold or held: neither waiting for their day nor called off before it."""
    return Q(effective_from=None) | Q(took_effect_at__isnull=False)


def target_of(dossier: Dossier) -> ProcedureVersion | None:
    """The version that it is to be led over to. No query where it is on the current one."""
    procedure: Procedure = dossier.procedure
    if dossier.state not in MOVABLE or procedure.current_id in (None, dossier.version_id):
        return None
    newer = procedure.versions.filter(in_force(), number__gt=dossier.version.number, open_dossiers=OpenDossiers.MOVE)
    return procedure.current if newer.exists() else None


def newer_than(dossier: Dossier) -> ProcedureVersion | None:
    """The version in force, where a draft is finished on an older one. No query where it is on the current one."""
    procedure: Procedure = dossier.procedure
    return procedure.current if procedure.current_id not in (None, dossier.version_id) else None


def waiting() -> QuerySet[Dossier]:
    """What was filed, is not accepted yet, and is to be led over; drafts are led over when their person comes back."""
    newer = ProcedureVersion.objects.filter(
        in_force(), procedure=OuterRef("procedure"), number__gt=OuterRef("version__number"), open_dossiers=OpenDossiers.MOVE
    )  # fmt: skip
    filed: QuerySet[Dossier] = Dossier.objects.filter(state=State.SUBMITTED, procedure__current__isnull=False)
    return filed.exclude(version=F("procedure__current")).filter(Exists(newer))


@dataclass(frozen=True)
class Fit:
    """What becomes of the answers: those that stay, those that the newer version cannot take, and questions that are new."""

    kept: dict[str, Any]
    earlier: dict[str, Any]
    fresh: tuple[str, ...]


def fit(dossier: Dossier, target: ProcedureVersion) -> Fit:
    old, new = dossier.version.parsed, target.parsed
    answers = {key: value for key, value in dossier.answers.items() if key != EARLIER}
    asked = {key: value for key, value in answers.items() if _same_kind(old, new, key)}
    wrong = _wrong(dossier, new, asked)
    kept = {key: value for key, value in asked.items() if key not in wrong}
    earlier = {key: value for key, value in answers.items() if key not in kept and key in old.form.index}
    return Fit(kept, {**dossier.answers.get(EARLIER, {}), **earlier}, _fresh(old, new))


def _same_kind(old: Definition, new: Definition, key: str) -> bool:
    before, after = old.form.index.get(key), new.form.index.get(key)
    return after is not None and (before is None or before.type == after.type)


def _wrong(dossier: Dossier, new: Definition, answers: Mapping[str, Any]) -> set[str]:
    found = check(new.form, answers, context=context_for(dossier, today())).messages
    return {path.partition(".")[0] for path, message in found.items() if message.code not in STILL_MISSING}


def _fresh(old: Definition, new: Definition) -> tuple[str, ...]:
    return tuple(key for key, one in new.form.index.items() if key not in old.form.index and _is_question(one))


def _is_question(one: Field) -> bool:
    return one.answered and one.type != "computed"


def last_move(dossier: Dossier) -> DossierEvent | None:
    return dossier.events.filter(step="move").order_by("-number").first()


def withdrawn(procedure: Procedure) -> ProcedureVersion | None:
    """The version with which a procedure ended, where nothing is received any more."""
    if procedure.current_id is not None:
        return None
    found: ProcedureVersion | None = (
        procedure.versions.filter(in_force(), withdrawn_at__isnull=False).order_by("-number").first()
    )
    return found


@dataclass(frozen=True)
class Open:
    """How much of a procedure is open: begun, filed and not accepted, accepted."""

    drafts: int
    filed: int
    accepted: int


def open_of(procedure: Procedure | None) -> Open:
    if procedure is None:
        return Open(0, 0, 0)
    rows = Dossier.objects.filter(procedure=procedure).exclude(state__in=FINAL)
    rows = rows.exclude(~Q(joint_code=""), state=State.DRAFT)
    draft, filed = Q(state=State.DRAFT), Q(state=State.SUBMITTED)
    counted = rows.aggregate(
        drafts=Count("pk", filter=draft), filed=Count("pk", filter=filed), accepted=Count("pk", filter=~draft & ~filed)
    )
    return Open(**counted)
