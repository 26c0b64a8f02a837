"""The way through a draft: which pages it has, how far each has come, which comes next."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.models import User
from portal.moments import today
from portal.queries import open_offices
from procedures.models import Attachment, Dossier, Offering
from procedures.models.lifecycle import State
from procedures.queries.answers import check_form, context_for, profile_of
from procedures.queries.conditions import settled
from procedures.queries.dossiers import known
from procedures.schema.form import Section
from procedures.schema.settle import scope
from procedures.schema.validate import check

OWNER, CONTACT, CHECK = "chu-ho-so", "lien-he", "kiem-tra"
MANDATE = "mandate"


@dataclass(frozen=True)
class Page:
    """One page of a form. `section` is None for the pages that every form has."""

    key: str
    title: object
    section: Section | None = None


def own_draft(person: User, reference: str) -> Dossier | None:
    """What a person began to file, filed or not; nobody else's, not even that of whom it is filed for."""
    mine = Dossier.objects.filter(submitter=person, reference=reference.upper())
    found: Dossier | None = mine.select_related("version", "procedure", "office").first()
    return known(found, person) if found else None


def files_for_other(dossier: Dossier) -> bool:
    return dossier.owner_kind == Dossier.OwnerKind.CITIZEN and dossier.owner_id != dossier.submitter_id


def pages_of(dossier: Dossier) -> list[Page]:
    """On whose behalf (where it is not oneself), the sections that apply, how to be reached, the check."""
    on_behalf = dossier.owner_kind != Dossier.OwnerKind.CITIZEN or files_for_other(dossier)
    first = [Page(OWNER, _("Chủ hồ sơ"))] if on_behalf else []
    seen = scope(dossier.answers, profile_of(dossier))
    sections = [Page(s.key, s.title, s) for s in dossier.version.parsed.sections if settled(s.when, (), seen) is True]
    return [*first, *sections, Page(CONTACT, _("Liên hệ và nhận kết quả")), Page(CHECK, _("Kiểm tra và nộp"))]


def page_after(dossier: Dossier, key: str) -> Page:
    """The next page; the last one is the check."""
    pages = pages_of(dossier)
    place = next((number for number, page in enumerate(pages) if page.key == key), len(pages) - 2)
    return pages[min(place + 1, len(pages) - 1)]


def page_before(dossier: Dossier, key: str) -> Page | None:
    pages = pages_of(dossier)
    place = next((number for number, page in enumerate(pages) if page.key == key), 0)
    return pages[place - 1] if place else None


def first_open(dossier: Dossier) -> Page:
    """Where somebody who comes back goes on: the first page on which something is missing."""
    context = context_for(dossier, today())
    for page in pages_of(dossier):
        if page.key == OWNER and owner_missing(dossier):
            return page
        if page.section is not None and check(page.section, dossier.answers, context=context).messages:
            return page
        if page.key == CONTACT and not dossier.contact_phone:
            return page
    return pages_of(dossier)[-1]


def owner_missing(dossier: Dossier) -> bool:
    """Somebody files for another, and the other is not named yet or gave no mandate."""
    if not dossier.owner_name or not dossier.contact_id:
        return True
    return files_for_other(dossier) and not mandates(dossier)


def mandates(dossier: Dossier) -> list[Attachment]:
    return list(Attachment.objects.filter(dossier=dossier, field_key="", paper=MANDATE, removed_at=None))


def wrong_answers(dossier: Dossier) -> dict[str, list[tuple[Section, str, object]]]:
    """What is still wrong, by section: (section, path, message)."""
    form = dossier.version.parsed.form
    found: dict[str, list[tuple[Section, str, object]]] = {}
    for path, message in check_form(dossier, today()).items():
        section = form.section_of(path.split(".")[0])
        found.setdefault(section.key, []).append((section, path, message))
    return found


def online_offerings(code: str) -> list[Offering]:
    """Where a procedure can be filed online today."""
    rows = Offering.objects.filter(procedure__code=code, level__gte=3, online_open=True, office__in=open_offices())
    rows = rows.filter(procedure__current__isnull=False)
    return list(rows.select_related("procedure__current", "office").order_by("office__name"))


def begun_drafts(person: User, code: str) -> list[Dossier]:
    rows = Dossier.objects.filter(submitter=person, procedure__code=code, state=State.DRAFT)
    return list(rows.select_related("office", "procedure").order_by("-saved_at"))
