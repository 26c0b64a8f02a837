"""The public catalogue: lists by words and by filter, and what an office opens of a procedure."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import get_language

from portal.kept import by_version
from portal.moments import now, today
from portal.queries import open_offices
from portal.text import fold, sort_key
from procedures.models import Dossier, Offering, Procedure
from procedures.queries import finding
from procedures.queries.facets import Asked, Choices, choices_among, kinds
from procedures.queries.finding import Hits, search
from procedures.queries.kinds import AUDIENCES, INFORMATION, LIFE_EVENTS, PART, SCHEMES, WHOLE
from procedures.queries.popularity import USED_WITHIN

__all__ = ["AUDIENCES", "INFORMATION", "LIFE_EVENTS", "PART", "SCHEMES", "WHOLE"]

PAGE = 20
# Suggestions while typing go over a telephone's network with each key: 2 KB at most.
SUGGESTED, LONGEST_TITLE = 6, 110
SHOWN = ("code", "name", "name_en", "sector_name", "sector_name_en", "level")


@dataclass(frozen=True)
class Wanted:
    """What a visitor asks the catalogue for; all of it stands in the address."""

    words: str = ""
    event: str = ""
    sector: str = ""
    audience: str = ""
    level: int = 0
    office: str = ""
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        return bool(self.event or self.sector or self.audience or self.level or self.office)


@dataclass(frozen=True)
class Listed:
    """A procedure in a list."""

    code: str
    title: str
    sector_title: str
    level: int
    scheme: str | Promise


@dataclass(frozen=True)
class Found:
    """A page of a list. `corrected`: found for these words instead of those typed; `instead`: words that would find more."""

    procedures: list[Listed]
    total: int
    page: int = 1
    corrected: str = ""
    instead: str = ""
    choices: Choices = field(default_factory=Choices)

    @property
    def has_more(self) -> bool:
        return self.page * PAGE < self.total


def published() -> QuerySet[Procedure]:
    """With `partial`: whether some office that offers it stops short of the whole service (`_listed`)."""
    short = Offering.objects.filter(procedure=OuterRef("pk"), office__in=open_offices()).exclude(lacks="")
    rows = Procedure.objects.filter(current__isnull=False).only(*SHOWN)
    return rows.annotate(partial=Exists(short))


def find(wanted: Wanted) -> Found:
    """With words: the best first. Without: the whole list in the order of the alphabet. Few queries, however many there are."""
    offices = by_version(("open offices", today()), lambda: {office.code: office for office in open_offices()})
    office = offices.get(wanted.office)
    where = office.pk if office else -1 if wanted.office else None
    hits = search(wanted.words) if fold(wanted.words) else None
    asked = Asked(wanted.event, wanted.sector, wanted.audience, wanted.level, where)
    choices = choices_among(kinds().among(hits.keys) if hits else kinds(), asked, offices.values())
    rows = published_page(_filtered(wanted, where), hits, wanted)
    found = Found([_listed(row) for row in rows], choices.total, wanted.page, choices=choices)
    return replace(found, corrected=hits.corrected, instead=hits.instead) if hits else found


def published_page(rows: QuerySet[Procedure], hits: Hits | None, wanted: Wanted) -> list[Any]:
    """The rows of one page, in order."""
    start = (wanted.page - 1) * PAGE
    if hits is None:
        order = "ordered_en" if get_language() == "en" else "ordered"
        keys = list(rows.order_by(order, "pk").values_list("pk", flat=True)[start : start + PAGE])
    else:
        fitting = set(rows.filter(pk__in=hits.keys).values_list("pk", flat=True)) if wanted.is_filtered else None
        keys = [key for key in hits.keys if fitting is None or key in fitting][start : start + PAGE]
    by_key = published().in_bulk(keys)
    return [by_key[key] for key in keys if key in by_key]


def _listed(row: Any) -> Listed:
    """A row of `published()`: the whole service only where every office gives it wholly."""
    whole = row.level == 4 and not row.partial
    scheme = WHOLE if whole else PART if row.level >= 3 else INFORMATION
    return Listed(row.code, row.title, row.sector_title, row.level, SCHEMES[scheme])


def _filtered(wanted: Wanted, office: int | None) -> QuerySet[Procedure]:
    rows = Procedure.objects.filter(current__isnull=False)
    if wanted.event:
        rows = rows.filter(life_events__contains=[wanted.event])
    if wanted.sector:
        rows = rows.filter(sector=wanted.sector)
    if wanted.audience:
        rows = rows.filter(audience__contains=[wanted.audience])
    if wanted.level:
        rows = rows.filter(level=wanted.level)
    return rows if office is None else rows.filter(offices__contains=[office])


@dataclass(frozen=True)
class LifeEvent:
    key: str
    name: str | Promise
    count: int


def life_events() -> list[LifeEvent]:
    """Situations of life, with how many procedures this authority has for each."""
    found = choices_among(kinds(), Asked()).events
    return [LifeEvent(one.value, one.title, one.count) for one in found]


@dataclass(frozen=True)
class Used:
    procedures: list[Listed]
    counted: bool


def most_used(limit: int = 6) -> Used:
    """What people had accepted most in the last months; filled up with what can be done online, and alone where nothing was."""
    recent = Dossier.objects.filter(accepted_at__gte=now() - USED_WITHIN).values("procedure")
    times = recent.annotate(times=Count("pk")).order_by("-times", "procedure")
    keys = list(times.values_list("procedure", flat=True)[:limit])
    used = published().in_bulk(keys)
    more = published().exclude(pk__in=keys).order_by("-level", "code")[: limit - len(keys)] if len(keys) < limit else []
    return Used([_listed(row) for row in [*(used[key] for key in keys if key in used), *more]], bool(keys))


def procedure_by_code(code: str) -> Procedure:
    found = Procedure.objects.select_related("current").filter(code=code, current__isnull=False).first()
    if found is None:
        raise Http404
    return found


def offerings_of(procedure: Procedure) -> list[Offering]:
    """Where it is done today; dissolved offices keep their past elsewhere."""
    rows = Offering.objects.filter(procedure=procedure, office__in=open_offices()).select_related("office")
    return sorted(rows, key=lambda offering: sort_key(offering.office.title))


def scheme_of_offering(offering: Offering) -> str:
    if offering.level == 4 and not offering.lacks:
        return WHOLE
    return PART if offering.level >= 3 else INFORMATION


def near(words: str, limit: int = 3) -> list[Listed]:
    """The least unlike ones, to suggest where nothing was found."""
    keys = finding.near(words, limit)
    rows = published().in_bulk(keys)
    return [_listed(rows[key]) for key in keys if key in rows]


def published_codes() -> list[str]:
    return list(Procedure.objects.filter(current__isnull=False).order_by("code").values_list("code", flat=True))


def suggest(words: str) -> list[tuple[str, str]]:
    """Code and name of what the words that are being typed may become."""
    keys = search(words, still_typing=True).keys[:SUGGESTED]
    rows = Procedure.objects.filter(current__isnull=False).only("code", "name", "name_en").in_bulk(keys)
    return [(rows[key].code, rows[key].title[:LONGEST_TITLE]) for key in keys if key in rows]
