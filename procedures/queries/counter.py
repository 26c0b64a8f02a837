"""What the counter asks: what a clerk is typing in, whether the person has asked for the same already, papers and their scans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from portal.crypto import keyed_hash
from portal.models import User
from portal.moments import HERE, now
from procedures.clock import NoWorkingTime
from procedures.models import Attachment, CounterIntake, Dossier, GivenPaper, Offering
from procedures.queries.answers import required_papers
from procedures.queries.clocks import shown_calendar
from procedures.queries.uploads import BadFile, CheckedFile, check_file
from procedures.queries.worklist import OPEN, rows_for

SCAN_KINDS = ("pdf", "jpg", "png")
MOST_PAGES = 500
MOST_SHOWN = 20
# Intakes whose dossier was received: with its number, or as the form of a linked filing, which has none.
RECEIVED = ~Q(dossier__number="") | ~Q(dossier__joint_code="")
Fact = dict[str, Any]


def own_intake(clerk: User, key: str) -> CounterIntake:
    """What this clerk is typing in; a colleague's does not exist."""
    rows = CounterIntake.objects.select_related(
        "dossier__version", "dossier__procedure__current", "dossier__office", "ticket"
    )
    found = rows.filter(clerk=clerk, key=key).first()
    if found is None:
        raise Http404
    return found


def unfinished(clerk: User) -> list[CounterIntake]:
    """What the clerk left half typed, the newest first."""
    rows = CounterIntake.objects.filter(clerk=clerk, done_at=None).select_related("dossier__procedure")
    return list(rows.order_by("-saved_at")[:MOST_SHOWN])


def of_visit(clerk: User, visit: str) -> list[Dossier]:
    """The dossiers of one person that were registered in one go, in their order."""
    keys = CounterIntake.objects.filter(clerk=clerk, visit=visit).filter(RECEIVED).order_by("begun_at", "pk")
    rows = Dossier.objects.filter(pk__in=list(keys.values_list("dossier_id", flat=True)))
    found = {row.pk: row for row in rows.select_related("procedure", "office", "receiving_office", "version")}
    return [found[pk] for pk in keys.values_list("dossier_id", flat=True)]


def similar(clerk: User, offering: Offering, personal_id: str, name: str, phone: str) -> list[Dossier]:
    """Open dossiers of the same person for the same procedure, as far as this clerk may see them."""
    same = Q(pk__in=[])
    if personal_id:
        same |= Q(contact_id_hash=keyed_hash(personal_id, "dossier_id"))
    if phone and name:
        same |= Q(contact_phone_hash=keyed_hash(phone, "dossier_phone"), owner_name=name)
    if not (personal_id or (phone and name)):
        return []
    rows = rows_for(clerk).filter(same, state__in=OPEN, procedure=offering.procedure)
    return list(rows.only("reference", "number", "state", "submitted_at", "tenant_id").order_by("-submitted_at")[:5])


def closed_now(offering: Offering) -> Any:
    """When the office opens next, if it is closed at this moment; None while it works."""
    at = now()
    try:
        opens = shown_calendar(offering.office, at).next_opening(at)
    except NoWorkingTime:
        return None
    return None if opens <= at else opens.astimezone(HERE)


def check_scan(upload: "UploadedFile[bytes]") -> CheckedFile:
    """A scan of one or many pages. Raises BadFile with what to do."""
    checked = check_file(upload, SCAN_KINDS, settings.UPLOAD_MAX_MB)
    if checked.kind == "pdf":
        pages = _pages(upload)
        if pages > MOST_PAGES:
            told = {"pages": pages, "most": MOST_PAGES}
            raise BadFile(
                _("Tệp có %(pages)s trang; mỗi tệp nhận nhiều nhất %(most)s trang. Hãy tách thành nhiều tệp.") % told
            )
    upload.seek(0)
    return checked


def _pages(upload: "UploadedFile[bytes]") -> int:
    upload.seek(0)
    try:
        return len(PdfReader(upload).pages)
    except PyPdfError:
        return 0


@dataclass(frozen=True)
class Held:
    """A paper of a dossier: as handed in (None where it was not counted) and its scans."""

    key: str
    title: str
    given: GivenPaper | None = None
    files: list[Attachment] = field(default_factory=list)

    @property
    def scanned(self) -> bool:
        return any(one.status != Attachment.Status.INFECTED for one in self.files)


def held_papers(dossier: Dossier) -> list[Held]:
    """Every paper that the dossier needs or that was handed in, with its scans."""
    return held_of(dossier, Attachment.objects.filter(dossier=dossier, removed_at=None))


def held_of(dossier: Dossier, given: Iterable[Attachment]) -> list[Held]:
    """The same with files that were read already."""
    language = get_language() or "vi"
    rows = {row.paper: row for row in GivenPaper.objects.filter(dossier=dossier)}
    files: dict[str, list[Attachment]] = {}
    for one in given:
        if one.paper:
            files.setdefault(one.paper, []).append(one)
    titles = {p.key: p.name.read(language) for p in required_papers(dossier) if not p.replaced and not p.present_only}
    titles |= {key: row.title for key, row in rows.items() if row.described_at or key not in titles}
    return [Held(key, title, rows.get(key), files.get(key, [])) for key, title in titles.items()]


def held_paper(dossier: Dossier, key: str) -> Held:
    found = next((one for one in held_papers(dossier) if one.key == key), None)
    if found is None:
        raise Http404
    return found


def scans_of(dossier: Dossier) -> Mapping[str, list[Attachment]]:
    """The scans of a draft at the counter, by paper."""
    found: dict[str, list[Attachment]] = {}
    for one in Attachment.objects.filter(dossier=dossier, removed_at=None):
        found.setdefault(one.paper, []).append(one)
    return found
