"""The start of paper at the counter or from the post: which procedure, how it came, who stands there."""

import datetime
import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from integrations import population
from portal.models import User
from portal.permissions import permission
from portal.queries import offices_of
from portal.tenancy import current_tenant, inside, short_transactions
from portal.text import fold
from procedures import prefill
from procedures.actions import counter
from procedures.actions.counter import Begun
from procedures.desk.counter_forms import StartForm
from procedures.desk.frame import official, shown
from procedures.models import CounterIntake, Offering, Procedure, Ticket
from procedures.queries.counter import RECEIVED, unfinished
from procedures.queries.joint_desk import joint_procedures, taken_in
from procedures.schema.input import to_inputs

log = logging.getLogger(__name__)
MOST_SHOWN = 12
MOST_OFFICES = 200
Facts = dict[str, Any]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.register")
@short_transactions
def register(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _begin(request)
    with inside(current_tenant()):
        offerings = offerings_for(official(request))
        ticket = called_ticket(official(request), request.GET.get("so", ""))
        return _start(request, StartForm(offerings, initial={"ticket": ticket.pk if ticket else ""}), offerings, ticket)


def offerings_for(clerk: User) -> list[Offering]:
    """What the clerk's offices offer."""
    offices = offices_of(clerk, "dossier.register")
    rows = Offering.objects.exclude(procedure__current=None).filter(office__closed_on=None)
    rows = rows if offices is None else rows.filter(office_id__in=offices)
    return list(rows.select_related("procedure__current", "office").order_by("procedure__name", "office__code"))


def offered_anywhere() -> QuerySet[Offering]:
    """What is offered anywhere in the authority today: a desk may receive for every office (NĐ 118/2025)."""
    rows = Offering.objects.exclude(procedure__current=None).filter(office__closed_on=None)
    return rows.select_related("procedure__current", "office").order_by("procedure__name", "office__code")


def elsewhere(words: str, own: list[Offering]) -> list[Offering]:
    """The other offices that offer what was typed: by its code, else by the words of one procedure of the clerk's own."""
    code = words.strip()
    folded = fold(words).split()
    codes = {code, *(o.procedure.code for o in own if folded and all(word in o.procedure.search for word in folded))}
    found = offered_anywhere().filter(procedure__code__in=codes).exclude(pk__in=[o.pk for o in own])
    return list(found[:MOST_OFFICES]) or (_by_words(folded, own) if folded else [])


def _by_words(folded: list[str], own: list[Offering]) -> list[Offering]:
    rows = offered_anywhere().exclude(pk__in=[o.pk for o in own])
    for word in folded[:6]:
        rows = rows.filter(procedure__search__contains=word)
    return list(rows[:MOST_OFFICES])


def called_ticket(clerk: User, key: str) -> Ticket | None:
    """The number that this clerk has called and is serving."""
    if not key.isascii() or not key.isdigit():
        return None
    return Ticket.objects.filter(pk=int(key[:18]), called_by=clerk, state=Ticket.State.CALLED).first()


def _start(
    request: HttpRequest,
    form: StartForm,
    offerings: list[Offering],
    ticket: Ticket | None = None,
    found: list[Offering] | None = None,
) -> HttpResponse:
    procedures = {o.procedure.code: o.procedure for o in offerings}
    context = {
        "form": form, "procedures": list(procedures.values())[:500], "found": found or [], "ticket": ticket,
        "unfinished": unfinished(official(request)), "joint": _joint(procedures.values()), "taken_in": taken_in(official(request)),
    }  # fmt: skip
    return shown(request, "desk/register.html", context, current="desk_register")


def _joint(procedures: Iterable[Procedure]) -> list[Procedure]:
    """Those that are filed as packages: once for several procedures."""
    packaged = joint_procedures()
    return [one for one in procedures if one.pk in packaged]


def _begin(request: HttpRequest) -> HttpResponse:
    """The registry is asked between two short transactions; whether it answers or not, the clerk goes on."""
    with inside(current_tenant()):
        own = offerings_for(official(request))
        offerings = [*own, *elsewhere(request.POST.get("procedure", ""), own)]
        form = StartForm(offerings, request.POST)
        found = _nearest(matching(form), form, own) if form.is_valid() else []
        before = _before(request)
        if len(found) != 1:
            _tell_what_was_found(form, found)
            ticket = called_ticket(official(request), request.POST.get("ticket", ""))
            return _start(request, form, offerings, ticket, found[:MOST_SHOWN])
        who = _who(form.cleaned_data, before)
    person, silent = _looked_up(request, who)
    with inside(current_tenant()):
        return _opened(request, found[0], form.cleaned_data, who, person, silent)


def _nearest(found: list[Offering], form: StartForm, own: list[Offering]) -> list[Offering]:
    """One's own office where it offers it, unless another was chosen."""
    mine = [one for one in found if one in own]
    return mine if mine and not form.cleaned_data.get("office") else found


def matching(form: StartForm) -> list[Offering]:
    """The offerings that the typed code or words mean, at the chosen office, open to paper that comes this way."""
    said = form.cleaned_data
    words = fold(said["procedure"]).split()
    office = said.get("office")
    here = [o for o in form.offerings if (not office or str(o.office_id) == office) and said["channel"] in _channels(o)]
    exact = [o for o in here if o.procedure.code == said["procedure"].strip()]
    return exact or [o for o in here if all(word in o.procedure.search for word in words)]


def _channels(offering: Offering) -> tuple[str, ...]:
    return offering.procedure.current.parsed.channels if offering.procedure.current else ()


def _tell_what_was_found(form: StartForm, found: list[Offering]) -> None:
    if not form.is_valid():
        return
    if not found:
        form.add_error("procedure", _elsewhere(form.cleaned_data["procedure"].strip()))
    elif len({o.procedure_id for o in found}) == 1:
        form.add_error("office", _("Thủ tục này có ở nhiều đơn vị, hãy chọn đơn vị."))
    else:
        form.add_error(
            "procedure", _("Có %(n)s thủ tục phù hợp, hãy chọn một trong danh sách dưới đây.") % {"n": len(found)}
        )


def _elsewhere(code: str) -> str:
    """Why nothing was found: not offered here, or no such thing."""
    known = Procedure.objects.filter(code=code).exclude(current=None).first()
    if known is None:
        return _("Không có thủ tục nào như vậy nhận theo cách này. Thử mã hoặc ít chữ hơn.")
    offices = Offering.objects.filter(procedure=known, office__closed_on=None).select_related("office")[:3]
    names = "; ".join(one.office.title for one in offices)
    if not names:
        return _("“%(name)s” hiện chưa đơn vị nào tiếp nhận.") % {"name": known.title}
    return _("Đơn vị của bạn không nhận “%(name)s” theo cách này. Nơi giải quyết: %(offices)s.") % {
        "name": known.title,
        "offices": names,
    }


def _before(request: HttpRequest) -> CounterIntake | None:
    """The dossier of the same visit that was registered last: the next one keeps person and contact."""
    rows = CounterIntake.objects.filter(clerk=official(request), visit=request.POST.get("visit", "")[:64] or None)
    return rows.filter(RECEIVED).select_related("dossier").order_by("-begun_at", "-pk").first()


def _who(said: Facts, before: CounterIntake | None) -> Facts:
    """The person as typed, completed from the visit or from an account with that personal id."""
    personal_id = said["personal_id"] or (before.dossier.contact_id if before else "")
    known = User.objects.by_personal_id(personal_id) if personal_id else None
    born = said["birth_date"] or (datetime.date.fromisoformat(known.birth_date) if known and known.birth_date else None)
    told = {
        "personal_id": personal_id,
        "full_name": said["full_name"] or (known.full_name if known else ""),
        "birth_date": born,
        "phone": known.phone if known else "",
        "email": known.email if known else "",
        "visit": before.visit if before else "",
    }
    return {**told, **_of_visit(before)} if before else told


def _of_visit(before: CounterIntake) -> Facts:
    one = before.dossier
    return {
        "full_name": one.owner_name, "phone": one.contact_phone, "email": one.contact_email, "address": one.contact_address,
        "owner_kind": one.owner_kind, "delivery": one.delivery,
    }  # fmt: skip


def _looked_up(request: HttpRequest, who: Facts) -> tuple[population.Person | None, bool]:
    """What the population registry says, and whether it was silent."""
    if not (who["personal_id"] and who["full_name"] and who["birth_date"]):
        return None, False
    try:
        purpose = _("Tiếp nhận hồ sơ tại quầy")
        return population.look_up(
            who["personal_id"], who["full_name"], who["birth_date"], purpose=purpose, asked_by=official(request)
        ), False
    except population.Unavailable as away:
        log.info("population registry: %s", away)
        return None, True


def _opened(
    request: HttpRequest, offering: Offering, said: Facts, who: Facts, person: population.Person | None, silent: bool
) -> HttpResponse:
    """Keep what is known already and go to the page to type on."""
    form = offering.procedure.current.parsed.form if offering.procedure.current else None
    found = prefill.from_population(form, person) if form and person else {}
    asked = bool(who["personal_id"])
    begun = Begun(
        channel=said["channel"], visit=who["visit"], ticket=called_ticket(official(request), said["ticket"]),
        typed=_typed(form, who, found), found=found,
        registry="silent" if silent else ("unknown" if asked and not person else ""),
    )  # fmt: skip
    made = counter.begin(offering, official(request), said["key"] or uuid.uuid4().hex, begun)
    if made.done_at or made.dossier.procedure_id != offering.procedure_id:
        # The page was gone back to and asks for something else.
        made = counter.begin(offering, official(request), uuid.uuid4().hex, begun)
    return redirect("desk_counter", made.key)


def _typed(form: Any, who: Facts, found: Facts) -> dict[str, list[str]]:
    """The boxes of the page that can be filled already, by their names."""
    names = {"full_name": "owner_name"}
    kept = ("full_name", "personal_id", "phone", "email", "address", "owner_kind", "delivery")
    typed = {f"by-{names.get(name, name)}": [who[name]] for name in kept if who.get(name)}
    for key, value in {**_typed_before(form, who), **found}.items():
        typed |= to_inputs(form.index[key], value)
    return typed


def _typed_before(form: Any, who: Facts) -> Facts:
    """What the clerk typed about the person already, at the fields that a registry or an account would have filled."""
    if form is None:
        return {}
    told = {name: who[name] for name in ("full_name", "personal_id", "phone", "email")}
    told["birth_date"] = who["birth_date"].isoformat() if who["birth_date"] else ""
    bound = [*prefill.bound(form, "population").items(), *prefill.bound(form, "account").items()]
    return {key: told[name] for key, name in bound if told.get(name)}
