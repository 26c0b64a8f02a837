"""Issued papers as files: the signed one as it was signed, every other rendered from what it said when it was issued."""

import re
from typing import Any

from django.utils.dateparse import parse_datetime

from portal import pdf
from portal.files import read_stored
from procedures.models import Dossier, Paper

TEMPLATES = {
    Paper.Kind.SUBMISSION: "receipt_submission",
    Paper.Kind.SLIP_01: "slip_01",
    Paper.Kind.SLIP_02: "slip_02",
    Paper.Kind.SLIP_03: "slip_03",
    Paper.Kind.SLIP_04: "slip_04",
    Paper.Kind.SLIP_05: "slip_05",
    Paper.Kind.TRACE: "trace",
    Paper.Kind.RETURN: "return_receipt",
    Paper.Kind.RESULT: "result",
    Paper.Kind.REFUSAL: "refusal_decision",
    Paper.Kind.REVOCATION: "revocation",
}
# Slips: each is signed by the organisation's certificate soon after it was issued, and is Vietnamese whoever reads it.
SEALED = (
    Paper.Kind.SLIP_01, Paper.Kind.SLIP_02, Paper.Kind.SLIP_03, Paper.Kind.SLIP_04, Paper.Kind.SLIP_05, Paper.Kind.TRACE, Paper.Kind.RETURN,
)  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[0-9:.]*(Z|[+-]\d\d:\d\d)")


def submission_receipt(dossier: Dossier) -> Paper | None:
    """What was received when it was submitted, or filed as linked procedures."""
    return Paper.objects.filter(dossier=dossier, kind=Paper.Kind.SUBMISSION).first()


def pdf_of(paper: Paper) -> bytes:
    """The paper as PDF, the same bytes each time it is opened."""
    if paper.path:
        return read_stored(paper.path)
    return rendered(paper)


def rendered(paper: Paper, *, language: str = "", **more: Any) -> bytes:
    """The paper from what it says; `more` is said besides (the seal), a `language` other than its own is a translation."""
    own = "vi" if paper.kind in SEALED else paper.dossier.language
    told = _told({**paper.data, **more})
    return pdf.render(TEMPLATES[Paper.Kind(paper.kind)], told, language=language or own, at=paper.issued_at)


def file_name(paper: Paper) -> str:
    """What the file is called on the reader's own machine: no personal data in it."""
    return f"{TEMPLATES[Paper.Kind(paper.kind)]}-{paper.number or paper.dossier.reference}.pdf".replace("/", "-")


def _told(value: Any) -> Any:
    """Moments were kept as text in UTC; papers show the clock of Việt Nam."""
    if isinstance(value, dict):
        return {key: _told(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_told(inner) for inner in value]
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return parse_datetime(value)
    return value


def printed(template: str, data: dict[str, Any]) -> bytes:
    """A paper that is not kept: for the folder, for a look."""
    return pdf.render(template, data, language="vi")


def editions_of(dossier: Dossier) -> list[dict[str, Any]]:
    """The papers in use, newest first, each with the editions that it replaced; two queries however many there are."""
    rows = list(dossier.papers.defer("data").select_related("issued_by").order_by("-issued_at", "-pk"))
    older: dict[int, list[Paper]] = {}
    for paper in rows:
        if paper.replaced_by_id:
            older.setdefault(paper.replaced_by_id, []).append(paper)
    return [{"paper": paper, "older": _chain(paper, older)} for paper in rows if not paper.replaced_by_id]


def _chain(paper: Paper, older: dict[int, list[Paper]]) -> list[Paper]:
    """An edition before the next, however often it was made again."""
    found = list(older.get(paper.pk, ()))
    for one in found:
        found.extend(older.get(one.pk, ()))
    return found
