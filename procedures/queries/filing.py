"""The way through a draft: which pages it has, how far each has come, which comes next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from portal.models import User
from portal.moments import today
from portal.queries import open_offices
from procedures.models import Attachment, Dossier, Offering, SupplementRequest
from procedures.models.lifecycle import State
from procedures.queries.answers import check_form, context_for
from procedures.queries.conditions import settled
from procedures.queries.dossiers import first_of, known
from procedures.queries.profiles import profile_of
from procedures.schema.conditions import Answers
from procedures.schema.form import Section
from procedures.schema.settle import scope
from procedures.schema.validate import check

OWNER, CONTACT, CHECK = "chu-ho-so", "lien-he", "kiem-tra"
# From so many sections on, a form is a list of tasks: one sees how far each has come and goes where one likes.
LONG_FORM = 6
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
    found = first_of(mine)
    return known(found, person) if found else None


def files_for_other(dossier: Dossier) -> bool:
    return dossier.owner_kind == Dossier.OwnerKind.CITIZEN and dossier.owner_id != dossier.submitter_id


def pages_of(dossier: Dossier) -> list[Page]:
    """On whose behalf (where it is not oneself), the sections that apply, how to be reached, the check."""
    on_behalf = dossier.owner_kind != Dossier.OwnerKind.CITIZEN or files_for_other(dossier)
    first = [Page(OWNER, _("Chủ hồ sơ"))] if on_behalf else []
    seen = scope(dossier.answers, profile_of(dossier))
    sections = [page for section in sections_of(dossier, seen) for page in _pages(section, seen)]
    return [*first, *sections, Page(CONTACT, _("Liên hệ và nhận kết quả")), Page(CHECK, _("Kiểm tra và nộp"))]


def sections_of(dossier: Dossier, seen: Answers | None = None) -> list[Section]:
    """The sections that apply."""
    asked = scope(dossier.answers, profile_of(dossier)) if seen is None else seen
    return [one for one in dossier.version.parsed.sections if settled(one.when, (), asked) is True]


def _pages(section: Section, seen: Answers) -> Iterator[Page]:
    """A section is a page, or each of its questions is one where it says so."""
    if not section.one_question_per_page:
        yield Page(section.key, section.title, section)
        return
    for one in section.fields:
        if settled(one.when, (), seen) is True:
            key = page_key(section, one.key)
            yield Page(key, section.title, replace(section, key=key, fields=(one,)))


def page_key(section: Section, field: str) -> str:
    """The page on which a field of a section is asked."""
    return f"{section.key}.{field}" if section.one_question_per_page else section.key


def is_long(dossier: Dossier) -> bool:
    return len(dossier.version.parsed.sections) >= LONG_FORM


def page_after(dossier: Dossier, key: str) -> Page:
    """The next page; the last one is the check. A question that its own answer took away leads on from its section."""
    pages = pages_of(dossier)
    place = next((number for number, page in enumerate(pages) if page.key == key), None)
    if place is None:
        section = key.partition(".")[0]
        place = max(
            (n for n, page in enumerate(pages) if page.key.partition(".")[0] == section), default=len(pages) - 2
        )
    return pages[min(place + 1, len(pages) - 1)]


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


TODO, DOING, DONE = "todo", "doing", "done"


def progress_of(dossier: Dossier) -> list[tuple[Page, str]]:
    """Every page but the check, and how far it has come; a section of many pages counts once."""
    context = context_for(dossier, today())
    first = [(page, _state_of(dossier, page)) for page in pages_of(dossier) if page.key in (OWNER, CONTACT)]
    seen = scope(dossier.answers, profile_of(dossier))
    told = []
    for section in sections_of(dossier, seen):
        page = next(_pages(section, seen), None)
        if page is not None:
            judged = check(section, dossier.answers, context=context)
            told.append((Page(page.key, section.title, section), _how_far(judged.answers, judged.messages)))
    at = 1 if first and first[0][0].key == OWNER else 0
    return [*first[:at], *told, *first[at:]]


def _state_of(dossier: Dossier, page: Page) -> str:
    if page.key == OWNER:
        return DOING if owner_missing(dossier) else DONE
    return DONE if dossier.contact_phone else TODO


def _how_far(answers: Answers, messages: Mapping[str, object]) -> str:
    if not messages:
        return DONE
    return DOING if answers else TODO


def owner_missing(dossier: Dossier) -> bool:
    """Somebody files for another, and the other is not named yet or gave no mandate."""
    if not dossier.owner_name or not dossier.contact_id:
        return True
    return files_for_other(dossier) and not mandates(dossier)


def mandates(dossier: Dossier) -> list[Attachment]:
    return list(Attachment.objects.filter(dossier=dossier, field_key="", paper=MANDATE, removed_at=None))


def not_given(dossier: Dossier) -> list[str]:
    """Papers that the open request asks for and that have no file of its round; what is mended on the form needs none."""
    asked = SupplementRequest.objects.filter(dossier=dossier, answered_at=None).last()
    if asked is None:
        return []
    rows = Attachment.objects.filter(dossier=dossier, round=asked.round, removed_at=None)
    given = set(rows.values_list("paper", flat=True))
    wanted = (one for one in asked.papers if not one.get("form"))
    return [one["name"] for one in wanted if (one.get("paper") or one["name"][:100]) not in given]


def wrong_answers(dossier: Dossier) -> dict[str, list[tuple[Section, str, object]]]:
    """What is still wrong, by section: (section, path, message)."""
    form = dossier.version.parsed.form
    found: dict[str, list[tuple[Section, str, object]]] = {}
    for path, message in check_form(dossier, today()).items():
        key = path.split(".")[0]
        section = form.section_of(key)
        found.setdefault(page_key(section, key), []).append((section, path, message))
    return found


def online_offerings(code: str) -> list[Offering]:
    """Where a procedure can be filed online today."""
    rows = Offering.objects.filter(procedure__code=code, level__gte=3, online_open=True, office__in=open_offices())
    rows = rows.filter(procedure__current__isnull=False)
    return list(rows.select_related("procedure__current", "office").order_by("office__name"))


def begun_drafts(person: User, code: str) -> list[Dossier]:
    rows = Dossier.objects.filter(submitter=person, procedure__code=code, state=State.DRAFT, joint_code="")
    return list(rows.select_related("office", "procedure").order_by("-saved_at"))
