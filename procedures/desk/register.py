"""Registering paper at the counter or from the post: find the procedure and the person, type the rest, print the slip."""

import datetime
import logging
import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
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
from procedures.actions.counter import Handed, register_paper
from procedures.actions.submission import Incomplete
from procedures.desk.counter_forms import ReceivedForm, StartForm
from procedures.desk.frame import official, shown
from procedures.desk.sheet import COUNTS, Filled, counts_of, sealed, typed_of, unsealed
from procedures.models import Channel, Dossier, Offering
from procedures.queries.form_fields import summary_of
from procedures.schema.input import edited
from procedures.workflow import NotAllowed

log = logging.getLogger(__name__)
AGAIN = ("add", "copy", "remove", "province", "find", "again")
MOST_SHOWN = 12
Facts = dict[str, Any]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.register")
@short_transactions
def register(request: HttpRequest) -> HttpResponse:
    if request.POST.get("stage") == "paper":
        with inside(current_tenant()):
            return _paper(request)
    if request.method == "POST":
        return _begin(request)
    with inside(current_tenant()):
        offerings = offerings_for(official(request))
        return _start(request, StartForm(offerings), offerings)


def offerings_for(clerk: User) -> list[Offering]:
    """What the clerk's offices offer."""
    offices = offices_of(clerk, "dossier.register")
    rows = Offering.objects.exclude(procedure__current=None).filter(office__closed_on=None)
    rows = rows if offices is None else rows.filter(office_id__in=offices)
    return list(rows.select_related("procedure__current", "office").order_by("procedure__name", "office__code"))


def _start(
    request: HttpRequest, form: StartForm, offerings: list[Offering], found: list[Offering] | None = None
) -> HttpResponse:
    procedures = {o.procedure.code: o.procedure for o in offerings}
    context = {"form": form, "procedures": list(procedures.values())[:500], "found": found or []}
    return shown(request, "desk/register.html", context, current="desk_register")


def _begin(request: HttpRequest) -> HttpResponse:
    """The registry is asked between two short transactions; whether it answers or not, the clerk goes on."""
    with inside(current_tenant()):
        offerings = offerings_for(official(request))
        form = StartForm(offerings, request.POST)
        found = matching(form) if form.is_valid() else []
        if len(found) != 1:
            _tell_what_was_found(form, found)
            return _start(request, form, offerings, found[:MOST_SHOWN])
        who = _who(form.cleaned_data)
    person, silent = _looked_up(request, who)
    with inside(current_tenant()):
        return _opened(request, found[0], form.cleaned_data["channel"], who, person, silent)


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
        form.add_error("procedure", _("Không có thủ tục nào như vậy nhận theo cách này. Thử mã hoặc ít chữ hơn."))
    elif len({o.procedure_id for o in found}) == 1:
        form.add_error("office", _("Thủ tục này có ở nhiều đơn vị, hãy chọn đơn vị."))
    else:
        form.add_error(
            "procedure", _("Có %(n)s thủ tục phù hợp, hãy chọn một trong danh sách dưới đây.") % {"n": len(found)}
        )


def _who(said: Facts) -> Facts:
    """The person as typed, completed from an account with that personal id."""
    known = User.objects.by_personal_id(said["personal_id"]) if said["personal_id"] else None
    born = said["birth_date"] or (datetime.date.fromisoformat(known.birth_date) if known and known.birth_date else None)
    return {
        "personal_id": said["personal_id"],
        "full_name": said["full_name"] or (known.full_name if known else ""),
        "birth_date": born,
        "phone": known.phone if known else "",
        "email": known.email if known else "",
    }


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
    request: HttpRequest, offering: Offering, channel: str, who: Facts, person: population.Person | None, silent: bool
) -> HttpResponse:
    """The page to type on, with what is known already."""
    form = offering.procedure.current.parsed.form if offering.procedure.current else None
    found = prefill.from_population(form, person) if form and person else {}
    typed = {**_typed_before(form, who), **found}
    filled = Filled(offering, channel, typed=typed, found=found, verified=bool(who["personal_id"]))
    received = ReceivedForm(
        initial={"owner_name": who["full_name"], **{name: who[name] for name in ("personal_id", "phone", "email")}}
    )
    return _page(
        request,
        filled,
        received,
        {},
        key=uuid.uuid4().hex,
        silent=silent,
        unknown=bool(who["personal_id"]) and not person and not silent,
    )


def _typed_before(form: Any, who: Facts) -> Facts:
    """What the clerk typed about the person already, at the fields that a registry or an account would have filled."""
    if form is None:
        return {}
    told = {name: who[name] for name in ("full_name", "personal_id", "phone", "email")}
    told["birth_date"] = who["birth_date"].isoformat() if who["birth_date"] else ""
    bound = [*prefill.bound(form, "population").items(), *prefill.bound(form, "account").items()]
    return {key: told[name] for key, name in bound if told.get(name)}


def _page(
    request: HttpRequest, filled: Filled, received: ReceivedForm, counts: dict[str, dict[str, int]], **more: Any
) -> HttpResponse:
    context = {
        "filled": filled, "sections": filled.sections(), "papers": filled.papers(counts), "form": received, "fee": filled.fee(),
        "found": sealed(filled.found), "errors": summary_of(filled.errors), "key": request.POST.get("key") or "", **more,
    }  # fmt: skip
    return shown(request, "desk/register_paper.html", context, current="desk_register")


def _paper(request: HttpRequest) -> HttpResponse:
    post = {name: request.POST.getlist(name) for name in request.POST}
    command = next((name for name in AGAIN if name in post), "")
    post = {name: list(values) for name, values in edited(post, command, request.POST.get(command, "")).items()}
    filled, counts = _filled(request, post), counts_of(post)
    if command:
        as_typed = ReceivedForm(initial={name: request.POST.get(f"by-{name}", "") for name in ReceivedForm.base_fields})
        return _page(request, filled, as_typed, counts)
    received = ReceivedForm(request.POST)
    answers, errors = filled.checked()
    if received.is_valid() and not errors:
        made = _registered(request, filled, received, answers, counts)
        if made is not None:
            return _thanks(request, made)
    return _page(request, replace(filled, errors=errors), received, counts)


def _filled(request: HttpRequest, post: dict[str, list[str]]) -> Filled:
    """The offering that the page was opened for, if it is one of this clerk's, and what was typed."""
    asked = (request.POST.get("offering"), request.POST.get("channel"))
    offering = next((o for o in offerings_for(official(request)) if str(o.pk) == asked[0]), None)
    if offering is None or asked[1] not in (Channel.COUNTER, Channel.POST):
        raise Http404
    kind = request.POST.get("by-owner_kind", "")
    bare = Filled(
        offering, str(asked[1]), found=unsealed(request.POST.get("found", "")), adding=request.POST.get("add", ""), searched=_searched(request),
        owner_kind=kind if kind in Dossier.OwnerKind.values else "citizen", verified=bool(request.POST.get("by-personal_id")),
    )  # fmt: skip
    return replace(bare, typed=typed_of(bare, post))


def _searched(request: HttpRequest) -> dict[str, str]:
    """The words by which a commune is looked for without scripts, by the address that they are about."""
    about = request.POST.get("find", "")
    return {about: request.POST.get(f"{about}-find", "")[:200]} if about else {}


def counted(filled: Filled, counts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Every paper of the case with all three counts, nought where none was handed in."""
    return {p["key"]: {name: counts.get(p["key"], {}).get(name, 0) for name in COUNTS} for p in filled.papers(counts)}


def _registered(
    request: HttpRequest, filled: Filled, received: ReceivedForm, answers: Facts, counts: dict[str, dict[str, int]]
) -> Dossier | None:
    said = dict(received.cleaned_data)
    handed = Handed(
        answers=answers, channel=filled.channel, counts=counted(filled, counts), sources=filled.sources(),
        occurred_at=said.pop("happened_at"), **said,
    )  # fmt: skip
    try:
        return register_paper(filled.offering, official(request), handed, request.POST.get("key", "")[:64])
    except Incomplete as lacking:
        received.add_error(
            None, _("Còn thiếu: %(papers)s. Nhận đủ giấy tờ rồi mới tiếp nhận.") % {"papers": "; ".join(lacking.papers)}
        )
    except NotAllowed as refusal:
        received.add_error(None, str(refusal))
    return None


def _thanks(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    messages.success(
        request,
        _("Đã tiếp nhận, số hồ sơ %(number)s. In Giấy tiếp nhận (Mẫu 01) ở mục Giấy tờ đã ban hành.")
        % {"number": dossier.number},
    )
    if dossier.fee_total and not dossier.fee_paid_at:
        messages.warning(request, _("Phí, lệ phí chưa thu; mời người nộp đến quầy thu tiền hoặc nộp trực tuyến."))
    return redirect("desk_dossier", dossier.reference)
