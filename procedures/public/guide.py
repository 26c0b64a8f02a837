"""One question at a time to the right procedure and case; everything that was said stands in the address, and nothing personal."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.moments import today
from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.models import Offering, Procedure
from procedures.models.form_messages import sentence
from procedures.public.caching import public_page
from procedures.queries import facets, guiding
from procedures.queries.browsing import named, shelves
from procedures.queries.catalogue import offerings_of, procedure_by_code
from procedures.queries.facets import choices_among, kinds
from procedures.queries.kinds import LIFE_EVENTS
from procedures.queries.record import channels_of
from procedures.queries.wording import CHANNEL_NAMES
from procedures.schema.definition import Definition

WHO, WHAT, SECTOR, MATTER, WHERE, HOW = "ai", "viec", "linh-vuc", "thu-tuc", "co-quan", "cach"
STEPS = (WHO, WHAT, SECTOR, MATTER, WHERE, HOW)
# Answers to the questions of a procedure itself.
OWN = "d."
OTHER = "khac"
LONGEST, MOST_ANSWERS, MOST_RADIOS = 100, 40, 12
WHOM: dict[str, tuple[str | Promise, str]] = {
    "self": (gettext_lazy("Cho tôi"), "citizen"),
    "family": (gettext_lazy("Cho người trong gia đình"), "citizen"),
    "household_business": (gettext_lazy("Cho hộ kinh doanh"), "household_business"),
    "business": (gettext_lazy("Cho công ty, doanh nghiệp"), "business"),
    "organisation": (gettext_lazy("Cho cơ quan, tổ chức"), "organisation"),
    "foreigner": (gettext_lazy("Cho người nước ngoài"), "foreigner"),
}
OWNER_KINDS = {"business": "business", "organisation": "organisation"}


@dataclass(frozen=True)
class Option:
    value: str
    title: str | Promise
    note: str = ""


@dataclass(frozen=True)
class Asked:
    """A question of the guide: what its answer is called in the address, and what can be answered."""

    name: str
    title: str | Promise
    options: list[Option] = field(default_factory=list)
    help: str = ""
    kind: str = "choice"
    value: str = ""
    error: str = ""
    can_skip: bool = False

    @property
    def is_long(self) -> bool:
        return len(self.options) > MOST_RADIOS


@dataclass(frozen=True)
class Said:
    """An answer that was given: in words, and the address at which it is asked again."""

    title: str | Promise
    answer: str | Promise
    href: str


@permission(PUBLIC)
@require_safe
@public_page(*STEPS)
def guide(request: HttpRequest) -> HttpResponse:
    told = told_by(request)
    asked = _first_question(told)
    if asked is not None:
        return _question(request, told, asked, [])
    procedure = procedure_by_code(told[MATTER])
    definition = procedure.current.parsed  # type: ignore[union-attr]
    offerings = offerings_of(procedure)
    asked = _second_question(told, procedure, definition, offerings)
    said = list(_said(told, procedure, definition, offerings))
    if asked is not None:
        return _question(request, told, asked, said, procedure)
    return render(
        request, "public/guide_outcome.html", {**outcome_of(told, procedure), "said": said, "section": "procedures"}
    )


def told_by(request: HttpRequest) -> dict[str, str]:
    """What the address says, in the order of the questions; nothing that no question asks."""
    known = {name: request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in STEPS}
    own = {
        name: str(value).replace("\x00", "").strip()[:LONGEST]
        for name, value in request.GET.items()
        if name.startswith(OWN)
    }
    return {name: value for name, value in [*known.items(), *list(own.items())[:MOST_ANSWERS]] if value}


def _question(
    request: HttpRequest,
    told: dict[str, str],
    asked: Asked | None,
    said: list[Said],
    procedure: Procedure | None = None,
) -> HttpResponse:
    before = list(_said_before(told)) if procedure is None else said
    kept = [(name, value) for name, value in told.items() if asked is None or name != asked.name]
    back = before[-1].href if before else ""
    context = {
        "asked": asked,
        "said": before,
        "kept": kept,
        "back": back,
        "procedure": procedure,
        "section": "procedures",
    }
    return render(request, "public/guide.html", context)


def address(told: dict[str, str]) -> str:
    return f"{reverse('guide')}?{urlencode(told)}" if told else reverse("guide")


def _until(told: dict[str, str], name: str) -> dict[str, str]:
    """What was said before a question: asked again, it opens all that came after it, too."""
    names = list(told)
    return {one: told[one] for one in names[: names.index(name)]} if name in told else told


def _first_question(told: dict[str, str]) -> Asked | None:
    """Who and what, until the procedure is known; an address that names it needs no more."""
    if told.get(MATTER) and Procedure.objects.filter(code=told[MATTER], current__isnull=False).exists():
        return None
    if told.get(WHO) not in WHOM:
        return Asked(WHO, _("Bạn cần làm thủ tục cho ai?"), list(_whom()))
    audience, event = WHOM[told[WHO]][1], told.get(WHAT, "")
    if event not in (*LIFE_EVENTS, OTHER):
        return Asked(WHAT, _("Việc của bạn thuộc chuyện gì?"), list(_what(audience)))
    event = "" if event == OTHER else event
    sectors = shelves(event, audience)
    known = any(one.key == told.get(SECTOR) for one in sectors)
    if not known and (not event or sum(one.count for one in sectors) > MOST_RADIOS) and len(sectors) > 1:
        return Asked(SECTOR, _("Việc đó thuộc lĩnh vực nào?"), [Option(one.key, one.title) for one in sectors])
    matters = named(sector=told.get(SECTOR, "") if known else "", event=event, audience=audience)
    return Asked(MATTER, _("Bạn muốn làm việc nào?"), [Option(one.code, one.title) for one in matters])


def _whom() -> Iterator[Option]:
    there = {one.value for one in choices_among(kinds(), facets.Asked()).audiences}
    yield from (Option(key, title) for key, (title, audience) in WHOM.items() if audience in there)


def _what(audience: str) -> Iterator[Option]:
    found = choices_among(kinds(), facets.Asked(audience=audience)).events
    yield from (Option(one.value, one.title) for one in found)
    yield Option(OTHER, _("Việc khác"))


def _second_question(
    told: dict[str, str], procedure: Procedure, definition: Definition, offerings: list[Offering]
) -> Asked | None:
    """Where, how, and what the procedure itself asks."""
    offices = {one.office.code: one for one in offerings}
    if len(offices) > 1 and told.get(WHERE) not in offices:
        options = [Option(code, one.office.title, one.office.address) for code, one in offices.items()]
        return Asked(WHERE, _("Bạn làm ở đâu?"), options, _("Chọn xã, phường hoặc cơ quan nơi bạn muốn nộp hồ sơ."))
    ways = channels_here(definition, offerings, told)
    if len(ways) > 1 and told.get(HOW) not in ways:
        return Asked(HOW, _("Bạn muốn nộp hồ sơ bằng cách nào?"), [Option(key, CHANNEL_NAMES[key]) for key in ways])
    return _own_question(told, definition, profile_of(told, channel_of(told, definition, offerings)))


def _own_question(told: dict[str, str], definition: Definition, profile: dict[str, Any]) -> Asked | None:
    given = guiding.read(definition, own(told))
    asked = guiding.next_question(definition, given, profile)
    if asked is None:
        return None
    options = [Option(value, title) for value, title in asked.options]
    message = given.wrong.get(asked.key)
    return Asked(
        name=f"{OWN}{asked.key}", title=asked.label, options=options, help=asked.help, kind=asked.kind,
        value=told.get(f"{OWN}{asked.key}", ""), error=sentence(message, asked.label) if message else "", can_skip=True,
    )  # fmt: skip


def own(told: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(OWN): value for name, value in told.items() if name.startswith(OWN)}


def channels_here(definition: Definition, offerings: list[Offering], told: dict[str, str]) -> list[str]:
    """The ways of filing that are open at the chosen office."""
    here = [one for one in offerings if told.get(WHERE) in (None, one.office.code)]
    is_online = any(one.level >= 3 for one in here)
    return [key for key, _name in channels_of(definition) if key != "online" or is_online]


def channel_of(told: dict[str, str], definition: Definition, offerings: list[Offering]) -> str:
    ways = channels_here(definition, offerings, told)
    return told[HOW] if told.get(HOW) in ways else (ways or ["counter"])[0]


def profile_of(told: dict[str, str], channel: str) -> dict[str, Any]:
    """What conditions may ask besides answers; online one signs in, so one is known."""
    kind = OWNER_KINDS.get(told.get(WHO, ""), "citizen")
    office = {"office": told[WHERE]} if told.get(WHERE) else {}
    return {
        "channel": channel,
        "owner_kind": kind,
        "verified": channel == "online",
        "day": today().isoformat(),
        **office,
    }


def _said_before(told: dict[str, str]) -> Iterator[Said]:
    titles = {WHO: _("Cho ai"), WHAT: _("Chuyện gì"), SECTOR: _("Lĩnh vực")}
    names = {one.key: one.title for one in shelves()} if SECTOR in told else {}
    for name, title in titles.items():
        value = told.get(name, "")
        answer = {
            WHO: WHOM.get(value, ("",))[0],
            WHAT: LIFE_EVENTS.get(value, _("Việc khác")),
            SECTOR: names.get(value, ""),
        }[name]
        if value and answer:
            yield Said(title, answer, address(_until(told, name)))


def _said(
    told: dict[str, str], procedure: Procedure, definition: Definition, offerings: list[Offering]
) -> Iterator[Said]:
    yield from _said_before(told)
    yield Said(_("Thủ tục"), procedure.title, address(_until(told, MATTER)))
    office = next((one.office for one in offerings if one.office.code == told.get(WHERE)), None)
    if office is not None:
        yield Said(_("Nơi nộp"), office.title, address(_without(told, WHERE)))
    if told.get(HOW) in CHANNEL_NAMES:
        yield Said(_("Cách nộp"), CHANNEL_NAMES[told[HOW]], address(_without(told, HOW)))
    for one in guiding.decisive(definition):
        value = told.get(f"{OWN}{one.key}")
        if value:
            asked = guiding.question(one)
            yield Said(asked.label, _answered(asked, value), address(_without(told, f"{OWN}{one.key}")))


def _answered(asked: guiding.Question, value: str) -> str:
    return _("Chưa rõ") if value == guiding.SKIPPED else dict(asked.options).get(value, value)


def _without(told: dict[str, str], name: str) -> dict[str, str]:
    return {one: value for one, value in told.items() if one != name}


def outcome_of(told: dict[str, str], procedure: Procedure) -> dict[str, Any]:
    """Exactly the papers, the fee, the time and the office for this person; the way to file, with the answers in hand."""
    definition = procedure.current.parsed  # type: ignore[union-attr]
    offerings = offerings_of(procedure)
    channel = channel_of(told, definition, offerings)
    found = guiding.outcome(definition, guiding.read(definition, own(told)), channel, profile_of(told, channel))
    here = [one for one in offerings if told.get(WHERE) in (None, one.office.code)]
    query = urlencode(
        {**({"office": told[WHERE]} if told.get(WHERE) else {}), **{n: v for n, v in told.items() if n.startswith(OWN)}}
    )
    kept = urlencode(
        {name: value for name, value in told.items() if name not in (WHO, WHAT, SECTOR, MATTER) or name == WHO}
    )
    return {
        "procedure": procedure, "definition": definition, "outcome": found, "channel": CHANNEL_NAMES.get(channel, ""), "is_online": channel == "online",
        "places": here, "can_file": any(one.level >= 3 for one in here), "apply_query": query, "kept_query": kept,
    }  # fmt: skip
