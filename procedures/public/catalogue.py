"""The catalogue: search and filters, each state of it an address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.public.caching import public_page
from procedures.public.rows import drawn, options
from procedures.queries.catalogue import AUDIENCES, LIFE_EVENTS, Found, Wanted, find, life_events, near, suggest
from procedures.queries.facets import Choice, Choices

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
    choices: list[Choice]

    @property
    def offered(self) -> list[tuple[str, str | Promise, int]]:
        """What was chosen stays in the list, though nothing fits it any more."""
        told = [(one.value, one.title, one.count) for one in self.choices]
        return told if not self.value or self.chosen else [*told, (self.value, self.value, 0)]

    @property
    def options(self) -> SafeString:
        return options(self.offered, self.value)

    @property
    def chosen(self) -> str | Promise:
        return next((one.title for one in self.choices if one.value == self.value), "")


@permission(PUBLIC)
@require_safe
@public_page(WORDS, EVENT, SECTOR, AUDIENCE, LEVEL, OFFICE, PAGE)
def catalogue(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request)
    found = find(wanted)
    selects = _selects(wanted, found.choices)
    context = {
        "section": "procedures",
        "wanted": wanted,
        "found": found,
        "selects": selects,
        "chosen": [select for select in selects if select.value],
        "rows": drawn(found.procedures),
        "near": drawn(near(wanted.words)) if wanted.words and not found.total else "",
        "events": [] if found.total else life_events(),
        "instead": _with_words(request, found.instead),
        "fewer": [(select, _without(request, select.name)) for select in selects if select.value],
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


def _selects(wanted: Wanted, choices: Choices) -> list[Select]:
    levels = [Choice(one.value, _("Mức độ %(level)s") % {"level": one.value}, one.count) for one in choices.levels]
    return [
        Select(EVENT, _("Việc trong đời"), _("Mọi việc"), wanted.event, choices.events),
        Select(SECTOR, _("Lĩnh vực"), _("Mọi lĩnh vực"), wanted.sector, choices.sectors),
        Select(AUDIENCE, _("Dành cho"), _("Mọi người"), wanted.audience, choices.audiences),
        Select(OFFICE, _("Nơi thực hiện"), _("Mọi cơ quan"), wanted.office, choices.offices),
        Select(LEVEL, _("Mức độ dịch vụ"), _("Mọi mức độ"), str(wanted.level or ""), levels),
    ]


def _pages(request: HttpRequest, found: Found) -> dict[str, str | None]:
    return {
        "before": _address(request, found.page - 1) if found.page > 1 else None,
        "after": _address(request, found.page + 1) if found.has_more else None,
    }


def _address(request: HttpRequest, page: int) -> str:
    return _at(_kept(request), page)


def _kept(request: HttpRequest) -> dict[str, str]:
    """What was asked for and chosen, without the page."""
    return {name: value for name in (WORDS, EVENT, SECTOR, AUDIENCE, LEVEL, OFFICE) if (value := _word(request, name))}


def _at(kept: dict[str, str], page: int = 1) -> str:
    query = urlencode([*kept.items(), *([(PAGE, str(page))] if page > 1 else [])])
    return f"{reverse('catalogue')}?{query}" if query else reverse("catalogue")


def _with_words(request: HttpRequest, words: str) -> str:
    return _at({**_kept(request), WORDS: words}) if words else ""


def _without(request: HttpRequest, name: str) -> str:
    """The same without one of the choices."""
    return _at({kept: value for kept, value in _kept(request).items() if kept != name})


@permission(PUBLIC)
@require_safe
@public_page(WORDS)
def suggestions(request: HttpRequest) -> HttpResponse:
    """What somebody who is typing may mean: [code, name] each, at most 2 KB."""
    words = _word(request, WORDS)
    return JsonResponse(suggest(words) if len(words) > 1 else [], safe=False, json_dumps_params={"ensure_ascii": False})
