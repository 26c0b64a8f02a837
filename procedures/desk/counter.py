"""One paper dossier being typed in: kept while it is typed, judged when it is sent, registered once, with its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import audit
from portal.permissions import permission
from portal.roles import Role
from portal.templatetags.ui import hour
from procedures import workflow
from procedures.actions import counter, scans
from procedures.actions.counter import Handed, register_paper
from procedures.actions.submission import Incomplete
from procedures.desk.counter_forms import ReceivedForm, StartForm
from procedures.desk.frame import official, shown
from procedures.desk.receipts import receipt_pdf, slips_of, unpaid
from procedures.desk.register import offered_anywhere, offerings_for
from procedures.desk.sheet import COUNTS, Filled, counts_of, typed_of
from procedures.models import Attachment, CounterIntake, Dossier, Offering
from procedures.models.lifecycle import State
from procedures.queries.counter import check_scan, closed_now, of_visit, own_intake, scans_of, similar
from procedures.queries.form_fields import summary_of
from procedures.queries.joint_desk import planned, similar_filings
from procedures.queries.uploads import BadFile
from procedures.schema.input import edited
from procedures.workflow import NotAllowed

AGAIN = ("add", "copy", "remove", "province", "find", "again", "remove_scan")
NOT_TYPED = ("csrfmiddlewaretoken", "go", *AGAIN)
SCAN = "scan-"
Post = Mapping[str, list[str]]
Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Faults:
    """What is wrong on the page besides what the forms say: answers by path, scans by paper, and who asked for the same."""

    answers: Mapping[str, str] = field(default_factory=dict)
    scans: Mapping[str, str] = field(default_factory=dict)
    same: list[Dossier] = field(default_factory=list)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.register")
def paper(request: HttpRequest, key: str) -> HttpResponse:
    one = own_intake(official(request), key)
    if one.done_at:
        return redirect("desk_counter_done", one.key) if _received(one) else redirect("desk_register")
    offering = _offering(request, one)
    if request.method == "POST":
        return _sent(request, one, offering)
    audit.look(official(request), f"dossier:{one.dossier.reference}", "counter", None)
    filled = _filled(request, one, offering, one.typed)
    received = ReceivedForm(initial=_kept_words(one.typed))
    return _page(
        request, one, filled, received, counts_of(one.typed), Faults(same=_similar(request, filled, one.typed))
    )


def _received(one: CounterIntake) -> bool:
    """Registered, or filed as linked procedures: then its dossier stays the form that it was."""
    return one.dossier.state != State.DRAFT or bool(one.dossier.joint_code)


def _offering(request: HttpRequest, one: CounterIntake) -> Offering:
    """The offering that it was begun for, at this clerk's office or at the one that it is received for."""
    rows = offered_anywhere().filter(procedure=one.dossier.procedure_id, office=one.dossier.office_id)
    at_desk = workflow.roles_at(one.dossier, official(request))
    found = rows.first() if Role.CLERK in at_desk else None
    if found is None:
        raise Http404
    return found


def _kept_words(typed: Post) -> dict[str, str]:
    return {name: typed[f"by-{name}"][-1] for name in ReceivedForm.base_fields if typed.get(f"by-{name}")}


def _last(post: Post, name: str) -> str:
    return (post.get(name) or [""])[-1]


def _filled(request: HttpRequest, one: CounterIntake, offering: Offering, post: Post) -> Filled:
    kind = _last(post, "by-owner_kind")
    bare = Filled(
        offering, one.dossier.channel, found=one.found, adding=request.POST.get("add", ""), searched=_searched(request),
        owner_kind=kind if kind in Dossier.OwnerKind.values else "citizen", verified=bool(_last(post, "by-personal_id")),
    )  # fmt: skip
    return replace(bare, typed=typed_of(bare, post))


def _searched(request: HttpRequest) -> dict[str, str]:
    """The words by which a commune is looked for without scripts, by the address that they are about."""
    about = request.POST.get("find", "")
    return {about: request.POST.get(f"{about}-find", "")[:200]} if about else {}


def _similar(request: HttpRequest, filled: Filled, post: Post) -> list[Dossier]:
    told = ReceivedForm(post_of(post))
    said = told.cleaned_data if told.is_valid() else {}
    told_id = said.get("personal_id") or _last(post, "by-personal_id").strip()
    return _same(request, filled, told_id, said.get("owner_name", ""), said.get("phone", ""))


def _same(request: HttpRequest, filled: Filled, personal_id: str, name: str, phone: str) -> list[Dossier]:
    """What the person has open of the same: dossiers, and linked filings."""
    clerk, offering = official(request), filled.offering
    return [
        *similar(clerk, offering, personal_id, name, phone),
        *similar_filings(clerk, offering, personal_id),
    ]


def post_of(post: Post) -> dict[str, str]:
    """Boxes by their last value, as a form reads them."""
    return {name: values[-1] for name, values in post.items() if values}


def _typed_in(request: HttpRequest) -> tuple[str, dict[str, list[str]]]:
    """The button that was pressed, if it only changes the page, and what stands in the boxes after it."""
    post = {name: request.POST.getlist(name) for name in request.POST}
    command = next((name for name in AGAIN if name in post), "")
    after = edited(post, command, request.POST.get(command, ""))
    return command, {name: list(values) for name, values in after.items() if name not in NOT_TYPED}


def _sent(request: HttpRequest, one: CounterIntake, offering: Offering) -> HttpResponse:
    command, post = _typed_in(request)
    counter.keep_typed(one, post)
    filled, counts = _filled(request, one, offering, post), counts_of(post)
    refused = _take_scans(request, one, filled, counts)
    if command:
        _take_back(one, request.POST.get("remove_scan", ""))
        return _page(request, one, filled, ReceivedForm(initial=_kept_words(post)), counts, Faults(scans=refused))
    received = ReceivedForm(post_of(post))
    answers, errors = filled.checked()
    faults = Faults(errors, refused)
    if received.is_valid() and not errors and not refused:
        faults = replace(faults, same=_unseen(request, filled, received))
        if not faults.same and _registered(request, one, filled, received, answers, counts):
            return redirect("desk_counter_done", one.key)
    return _page(request, one, replace(filled, errors=errors), received, counts, faults)


def _unseen(request: HttpRequest, filled: Filled, received: ReceivedForm) -> list[Dossier]:
    """The same request of the same person that is open, unless the clerk says that this is another."""
    said = received.cleaned_data
    if said["another"]:
        return []
    found = _same(request, filled, said["personal_id"], said["owner_name"], said["phone"])
    if found:
        received.add_error(
            "another", _("Người này đang có hồ sơ cùng thủ tục. Xem lại; nếu đúng là hồ sơ mới thì đánh dấu ở đây.")
        )
    return found


def _take_scans(request: HttpRequest, one: CounterIntake, filled: Filled, counts: Counts) -> dict[str, str]:
    """Keep what was scanned, whatever else is wrong with the page; the sentences of refused files, by paper."""
    names = {paper["key"]: paper["name"] for paper in filled.papers(counts)}
    refused = {}
    for key, name in names.items():
        files = request.FILES.getlist(SCAN + key)
        if files and (said := take_scans(request, one.dossier, key, name, files)):
            refused[key] = said
    return refused


def take_scans(request: HttpRequest, dossier: Dossier, key: str, name: str, files: "list[UploadedFile[bytes]]") -> str:
    """Keep the good files of a paper; a sentence for each of the others."""
    good, said = [], []
    for upload in files:
        try:
            good.append(check_scan(upload))
        except BadFile as error:
            said.append(f"{(upload.name or '')[:80]}: {error}")
    scans.add(dossier, key, name, good, official(request))
    return " ".join(said)


def _take_back(one: CounterIntake, key: str) -> None:
    if key.isascii() and key.isdigit():
        found = Attachment.objects.filter(dossier=one.dossier, pk=int(key[:18]), removed_at=None).first()
        if found is not None:
            scans.take_back(one.dossier, found)


def counted(filled: Filled, counts: Counts) -> Counts:
    """Every paper of the case with all three counts, nought where none was handed in."""
    return {p["key"]: {name: counts.get(p["key"], {}).get(name, 0) for name in COUNTS} for p in filled.papers(counts)}


def _registered(
    request: HttpRequest,
    one: CounterIntake,
    filled: Filled,
    received: ReceivedForm,
    answers: dict[str, Any],
    counts: Counts,
) -> Dossier | None:
    said = dict(received.cleaned_data)
    said.pop("another")
    handed = Handed(
        answers=answers, channel=filled.channel, counts=counted(filled, counts), sources=filled.sources(),
        occurred_at=said.pop("happened_at"), **said,
    )  # fmt: skip
    try:
        return register_paper(filled.offering, official(request), handed, one.key)
    except Incomplete as lacking:
        received.add_error(
            None, _("Còn thiếu: %(papers)s. Nhận đủ giấy tờ rồi mới tiếp nhận.") % {"papers": "; ".join(lacking.papers)}
        )
    except NotAllowed as refusal:
        received.add_error(None, str(refusal))
    return None


def _page(
    request: HttpRequest, one: CounterIntake, filled: Filled, received: ReceivedForm, counts: Counts, faults: Faults
) -> HttpResponse:
    kept = scans_of(one.dossier)
    papers = [{**p, "refused": faults.scans.get(p["key"], "")} for p in filled.papers(counts, kept)]
    refused = [{"name": SCAN + key, "text": words} for key, words in faults.scans.items()]
    context = {
        "one": one, "filled": filled, "sections": filled.sections(), "papers": papers, "form": received, "fee": filled.fee(),
        "errors": [*refused, *summary_of(filled.errors)], "same": faults.same, "opens": closed_now(filled.offering), "has_scans": bool(kept or refused), "joint": planned(filled.offering),
    }  # fmt: skip
    return shown(request, "desk/register_paper.html", context, current="desk_register")


@never_cache
@require_POST
@permission("dossier.register")
def save(request: HttpRequest, key: str) -> HttpResponse:
    """What a script saves in passing (form.js); nothing is judged. What was registered meanwhile keeps nothing."""
    one = own_intake(official(request), key)
    if one.done_at is None:
        _command, post = _typed_in(request)
        counter.keep_typed(one, post)
    return JsonResponse({"saved": hour(one.saved_at), "elsewhere": [], "seen": ""})


@never_cache
@require_POST
@permission("dossier.register")
def drop(request: HttpRequest, key: str) -> HttpResponse:
    one = own_intake(official(request), key)
    try:
        counter.drop(one)
        messages.success(request, _("Đã bỏ bản đang nhập. Chưa có hồ sơ nào được tiếp nhận từ bản này."))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_register")


@never_cache
@require_safe
@permission("dossier.register")
def done(request: HttpRequest, key: str) -> HttpResponse:
    """What was registered in this visit, to print; and on to the next dossier of the same person, or the next person."""
    one = own_intake(official(request), key)
    if not _received(one):
        return redirect("desk_counter", one.key)
    dossiers = of_visit(official(request), one.visit)
    form = StartForm(offerings_for(official(request)), initial={"visit": one.visit})
    context = {
        "one": one, "dossier": one.dossier, "dossiers": dossiers, "form": form, "unpaid": unpaid(dossiers),
        "procedures": list({o.procedure.code: o.procedure for o in form.offerings}.values())[:500],
        "slips": {paper.dossier_id: paper.pk for paper in slips_of(dossiers)},
    }  # fmt: skip
    return shown(request, "desk/registered.html", context, current="desk_register")


@never_cache
@require_safe
@permission("dossier.register")
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """One sheet for everything that a person handed in during one visit."""
    one = own_intake(official(request), key)
    dossiers = of_visit(official(request), one.visit)
    if not dossiers:
        return redirect("desk_counter", one.key)
    for dossier in dossiers:
        audit.look(official(request), f"dossier:{dossier.reference}", "receipt", dossier.owner)
    return receipt_pdf(dossiers, official(request))
