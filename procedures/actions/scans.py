"""Digitising papers at the counter: scans go into quarantine first, and every paper gets its description (QĐ 125/QĐ-BNV)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit, outbox
from portal.files import store
from portal.models import User
from portal.moments import now
from procedures import workflow
from procedures.actions.counter import new_paper
from procedures.models import Attachment, Dossier, GivenPaper
from procedures.models.lifecycle import State
from procedures.queries.uploads import CheckedFile
from procedures.workflow import NotAllowed


@dataclass(frozen=True)
class Described:
    """What is told of a digital copy. `digital` may name a reused one (2, 3); scans make it 1 by themselves."""

    title: str
    copy: int
    code: str = ""
    owner_id: str = ""
    summary: str = ""
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    scope: str = GivenPaper.Scope.NATION
    digital: int = GivenPaper.Digital.NO


@transaction.atomic
def add(dossier: Dossier, paper: str, title: str, files: Sequence[CheckedFile], clerk: User) -> list[Attachment]:
    """Keep scans of a paper in quarantine. The same bytes for the same paper are kept once.

    After reception it is told in the dossier's history: scanned late, by whom.
    """
    workflow.lock(dossier)
    kept = [one for one in (_kept(dossier, paper, file, clerk) for file in files) if one is not None]
    if not kept:
        return []
    if dossier.state != State.DRAFT:
        given_paper(dossier, paper, title).save()
        settle_digital(dossier, paper)
        workflow.note(dossier, "scan", clerk, paper=title, files=len(kept))
        audit.record(clerk, "dossier.scan", f"dossier:{dossier.reference}", subject=dossier.owner, files=len(kept))
    return kept


def _kept(dossier: Dossier, paper: str, file: CheckedFile, clerk: User) -> Attachment | None:
    stored = store(file.content, "attachments", file.kind)
    if Attachment.objects.filter(dossier=dossier, paper=paper, sha256=stored.sha256, removed_at=None).exists():
        return None
    made: Attachment = Attachment.objects.create(
        dossier=dossier, paper=paper, name=file.name, path=stored.path, size=stored.size, sha256=stored.sha256, kind=file.kind,
        given_by=clerk, given_at=now(), round=dossier.supplement_count,
    )  # fmt: skip
    outbox.put("scan", f"attachment-{made.pk}", {"attachment": made.pk})
    return made


@transaction.atomic
def take_back(dossier: Dossier, attachment: Attachment) -> None:
    """A scan that was wrong, before the dossier is received; later ones stay for ever."""
    workflow.lock(dossier)
    if dossier.state != State.DRAFT:
        raise NotAllowed(_("Hồ sơ đã tiếp nhận nên bản quét không xóa được; hãy quét thêm bản đúng."))
    attachment.removed_at = now()
    attachment.save(update_fields=["removed_at"])


def given_paper(dossier: Dossier, paper: str, title: str) -> GivenPaper:
    """The row of a paper, a new one where it was not counted at reception."""
    known = GivenPaper.objects.filter(dossier=dossier, paper=paper).first()
    return known or new_paper(dossier, paper, title, {}, scanned=False)


def settle_digital(dossier: Dossier, paper: str) -> None:
    """Digitised while it has a scan that was not found infected; what is reused stays so."""
    good = Attachment.objects.filter(dossier=dossier, paper=paper, removed_at=None)
    there = good.exclude(status=Attachment.Status.INFECTED).exists()
    rows = GivenPaper.objects.filter(
        dossier=dossier, paper=paper, digital__in=(GivenPaper.Digital.NO, GivenPaper.Digital.SCANNED)
    )
    rows.update(digital=GivenPaper.Digital.SCANNED if there else GivenPaper.Digital.NO)


@transaction.atomic
def describe(dossier: Dossier, paper: str, clerk: User, told: Described) -> GivenPaper:
    """Say what a digital copy is; who said it last is kept, and that it was said stands in the log."""
    row = given_paper(dossier, paper, told.title)
    for name in ("title", "copy", "code", "owner_id", "summary", "valid_from", "valid_until", "scope", "digital"):
        setattr(row, name, getattr(told, name))
    row.described_by, row.described_at = clerk, now()
    row.save()
    settle_digital(dossier, paper)
    audit.record(clerk, "paper.describe", f"dossier:{dossier.reference}", subject=dossier.owner, paper=paper)
    return row
