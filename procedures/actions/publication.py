"""Publishing a draft: read once more, tried, held against what is in force; then it is a version and no draft any more."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions import NotPossible
from portal.models import User
from procedures.actions import catalogue
from procedures.models import OpenDossiers, ProcedureVersion, VersionDraft
from procedures.queries import trials, versions
from procedures.queries.surroundings import surroundings_of
from procedures.schema.advice import Advice, advise
from procedures.schema.definition import Definition, DefinitionError, parse
from procedures.schema.reading import Problem
from procedures.schema.trials import Outcome


@dataclass(frozen=True)
class Judged:
    """Everything that is said of a definition before it is published; what `stops` must be mended first."""

    problems: tuple[Problem, ...] = ()
    advice: tuple[Advice, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def stops(self) -> bool:
        return bool(self.problems) or any(one.stops for one in self.advice) or bool(self.failed)

    @property
    def failed(self) -> list[Outcome]:
        return [one for one in self.outcomes if not one.passed]


class Refused(NotPossible):
    """A draft that is not fit to be published: `judged` says why, place by place."""

    def __init__(self, judged: Judged) -> None:
        self.judged = judged
        super().__init__(_("Bản soạn chưa công bố được: còn lỗi hoặc ca thử chưa đạt."))


def judge(raw: dict[str, Any], code: str) -> Judged:
    """Read, advise and run the test cases, as publication does."""
    try:
        definition = parse(raw)
    except DefinitionError as error:
        return Judged(problems=tuple(error.problems))
    return _tried(definition, code)


def _tried(definition: Definition, code: str) -> Judged:
    found = advise(definition, surroundings_of(code, definition))
    return Judged(advice=tuple(found), outcomes=tuple(trials.run_all(definition, code)))


@transaction.atomic
def publish_draft(
    draft: VersionDraft,
    person: User,
    *,
    revision: int,
    effective_from: datetime.datetime | None = None,
    open_dossiers: str = OpenDossiers.KEEP,
) -> ProcedureVersion:
    """Publish what the person saw (`revision`), and end the draft. Raises Refused, or NotPossible in words."""
    held = _held(draft, revision)
    if held.definition.get("code") != held.code:
        raise NotPossible(_("Mã trong bản soạn khác với mã của thủ tục (%(code)s).") % {"code": held.code})
    if held.procedure and held.procedure.current and held.procedure.current.definition == held.definition:
        raise NotPossible(_("Bản soạn không khác gì phiên bản đang dùng."))
    judged = judge(held.definition, held.code)
    if judged.stops:
        raise Refused(judged)
    told: dict[str, Any] = {"effective_from": effective_from, "open_dossiers": open_dossiers, "person": person}
    version = catalogue.publish(held.definition, **told, national=held.national)
    held.delete()
    return version


@transaction.atomic
def restore(
    version: ProcedureVersion,
    person: User,
    *,
    effective_from: datetime.datetime | None = None,
    open_dossiers: str = OpenDossiers.KEEP,
) -> ProcedureVersion:
    """Bring an older version back as the newest one: nothing that was published is ever undone."""
    procedure = version.procedure
    if procedure.current is not None and procedure.current.definition == version.definition:
        raise NotPossible(_("Phiên bản đang dùng không khác gì phiên bản này."))
    judged = judge(version.definition, procedure.code)
    if judged.stops:
        raise Refused(judged)
    told: dict[str, Any] = {"effective_from": effective_from, "open_dossiers": open_dossiers, "person": person}
    return catalogue.publish(version.definition, **told, national=version.national, restores=version.number)


def _held(draft: VersionDraft, revision: int) -> VersionDraft:
    """The draft, held, as the person saw it: nobody publishes another's words unread."""
    rows = VersionDraft.objects.select_for_update(of=("self",)).select_related("procedure__current", "national")
    found: VersionDraft | None = rows.filter(pk=draft.pk).first()
    if found is None:
        raise NotPossible(_("Bản soạn này vừa được công bố hoặc bị bỏ."))
    if found.revision != revision:
        by, _at = versions.last_change(found, "")
        name = by.full_name if by else ""
        raise NotPossible(_("%(name)s vừa sửa bản soạn. Hãy xem lại những gì sẽ công bố rồi bấm lại.") % {"name": name})
    return found
