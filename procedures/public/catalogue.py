"""The catalogue: search and filters, each state of it an address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.public.caching import public_page
from procedures.queries.catalogue import AUDIENCES, LIFE_EVENTS, Filters, Found, Wanted, filters, find, near

WORDS, EVENT, SECTOR, AUDIENCE, LEVEL, OFFICE, PAGE = (
    "q",
    "su-kien",
    "linh-vuc",
    "doi-tuong",
    "muc-do",
    "co-quan",
    "trang",
)
LONGEST = 100


@dataclass(frozen=True)
class Select:
    """One filter as a list to choose from."""

    name: str
    label: str
    everything: str
    value: str
    options: list[tuple[str, str | Promise]]

    @property
    def chosen(self) -> str | Promise:
        return dict(self.options).get(self.value, "")


@permission(PUBLIC)
@require_safe
@public_page(WORDS, EVENT, SECTOR, AUDIENCE, LEVEL, OFFICE, PAGE)
def catalogue(request: HttpRequest) -> HttpResponse:
    choices = filters()
    wanted = _wanted(request)
    found = find(wanted)
    selects = _selects(wanted, choices)
    context = {
        "section": "procedures",
        "wanted": wanted,
        "found": found,
        "selects": selects,
        "chosen": [select for select in selects if select.value],
        "near": near(wanted.words) if wanted.words and not found.total else [],
        "events": choices.events,
        **_pages(request, found),
    }
    return render(request, "public/catalogue.html", context)


def _wanted(request: HttpRequest) -> Wanted:
    """What is not among the choices is no filter; nothing typed can break the page."""
    words = _word(request, WORDS)
    event, audience = _word(request, EVENT), _word(request, AUDIENCE)
    level, page = _word(request, LEVEL), _word(request, PAGE)
    return Wanted(
        words=words,
        event=event if event in LIFE_EVENTS else "",
        sector=_word(request, SECTOR),
        audience=audience if audience in AUDIENCES else "",
        level=int(level) if level in ("1", "2", "3", "4") else 0,
        office=_word(request, OFFICE),
        page=min(int(page), 1000) if page.isascii() and page.isdecimal() and int(page) > 0 else 1,
    )


def _word(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST]


def _selects(wanted: Wanted, choices: Filters) -> list[Select]:
    levels: list[tuple[str, str | Promise]] = [
        (str(level), _("Mức độ %(level)s") % {"level": level}) for level in (4, 3, 2, 1)
    ]
    offices: list[tuple[str, str | Promise]] = [(office.code, office.title) for office in choices.offices]
    return [
        Select(EVENT, _("Việc trong đời"), _("Mọi việc"), wanted.event, choices.events),
        Select(SECTOR, _("Lĩnh vực"), _("Mọi lĩnh vực"), wanted.sector, [*choices.sectors]),
        Select(AUDIENCE, _("Dành cho"), _("Mọi người"), wanted.audience, choices.audiences),
        Select(OFFICE, _("Nơi thực hiện"), _("Mọi cơ quan"), wanted.office, offices),
        Select(LEVEL, _("Mức độ dịch vụ"), _("Mọi mức độ"), str(wanted.level or ""), levels),
    ]


def _pages(request: HttpRequest, found: Found) -> dict[str, str | None]:
    return {
        "before": _address(request, found.page - 1) if found.page > 1 else None,
        "after": _address(request, found.page + 1) if found.has_more else None,
    }


def _address(request: HttpRequest, page: int) -> str:
    kept = [
        (name, value) for name in (WORDS, EVENT, SECTOR, AUDIENCE, LEVEL, OFFICE) if (value := _word(request, name))
    ]
    query = urlencode([*kept, *([(PAGE, str(page))] if page > 1 else [])])
    return f"{reverse('catalogue')}?{query}" if query else reverse("catalogue")
