"""A joint filing on one page: its parts in order, each with its own clock, what the whole waits for, what has come."""

from collections.abc import Iterator
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.models import Tenant, User
from portal.permissions import permission
from portal.tenancy import current_tenant
from procedures.models import Dossier, JointFiling, JointPart
from procedures.models.lifecycle import State
from procedures.public.standing import WORDS
from procedures.queries.form_fields import files_by_field
from procedures.queries.joint import PartStands, Whole, family_of, filing_of, filings_of, moment_of, whole
from procedures.queries.own import messages_of
from procedures.queries.summaries import answers_of
from procedures.schema.reading import Text

Stand = JointPart.State
TONE = {
    Stand.WAITING: "draft",
    Stand.SENT: "submitted",
    Stand.DONE: "done",
    Stand.FAILED: "failed",
    Stand.BLOCKED: "paused",
}
# What the person has to do at the part's own page, by the state that was told.
ASKED = {
    State.SUPPLEMENT_REQUESTED: gettext_lazy("Cơ quan cần bạn bổ sung giấy tờ."),
    State.PAYMENT_DUE: gettext_lazy("Có khoản phí, lệ phí cần nộp."),
    State.DONE: gettext_lazy("Kết quả đã ký, chờ bạn nhận."),
}
Fact = dict[str, Any]


@never_cache
@require_safe
@permission("account")
def my_joint(request: HttpRequest, reference: str) -> HttpResponse:
    me = cast(User, request.user)
    filing = filing_of(me, reference)
    if filing is None:
        raise Http404
    stands = whole(filing)
    facts = {
        "filing": filing, "form": filing.form, "whole": stands, "parts": [_part(request, one) for one in stands.parts],
        "path": " → ".join(one.part.title.read(_language(request)) for one in stands.path), "timeline": list(_timeline(request, stands)),
        "letters": messages_of(me, filing.form), "answers": answers_of(filing.form, files_by_field(filing.form)), "summary": _row(filing),
    }  # fmt: skip
    return render(request, "account/joint.html", facts)


def _language(request: HttpRequest) -> str:
    return "en" if getattr(request, "LANGUAGE_CODE", "vi").startswith("en") else "vi"


def _part(request: HttpRequest, one: PartStands) -> Fact:
    reference = one.row.told.get("reference", "")
    told = State(one.state) if one.state in State.values else None
    return {
        "stands": one, "title": one.part.title, "authority": one.row.partner.title, "office": one.office,
        "state": one.state if told else TONE.get(Stand(one.row.state), "submitted"), "word": WORDS[told] if told else one.row.get_state_display(),
        "asked": ASKED.get(told, "") if told else "", "href": _at(request, one.row.partner, reference) if reference else "", "reference": reference,
        "after": ", ".join(title.read(_language(request)) for title in _before(one)), "result": one.row.result, "verify": _verify(request, one),
        "again": _again(request, one),
    }  # fmt: skip


def _before(one: PartStands) -> Iterator[Text]:
    titles = {raw["key"]: raw["title"] for raw in one.row.filing.parts}
    yield from (Text(titles[key]["vi"], titles[key].get("en") or "") for key in one.part.after if key in titles)


def _at(request: HttpRequest, tenant: Tenant, reference: str) -> str:
    """The part's own page: here, or at the other authority's address, where one signs in by the same provider."""
    path = reverse("my_dossier", args=[reference])
    return path if tenant.pk == current_tenant().pk else f"{_origin(request, tenant)}{path}"


def _origin(request: HttpRequest, tenant: Tenant) -> str:
    port = request.get_host().partition(":")[2]
    return f"{request.scheme}://{tenant.host}{f':{port}' if port else ''}"


def _verify(request: HttpRequest, one: PartStands) -> str:
    code = one.row.result.get("code")
    if not code:
        return ""
    path = reverse("verify", args=[code])
    return path if one.row.partner_id == current_tenant().pk else f"{_origin(request, one.row.partner)}{path}"


def _again(request: HttpRequest, one: PartStands) -> str:
    """Where a part that did not succeed can be filed by itself."""
    if one.row.state not in (Stand.FAILED, Stand.BLOCKED):
        return ""
    path = reverse("procedure", args=[one.part.procedure])
    return path if one.row.partner_id == current_tenant().pk else f"{_origin(request, one.row.partner)}{path}"


def _timeline(request: HttpRequest, stands: Whole) -> Iterator[Fact]:
    """What is still to come, then what happened, newest first, of all parts together."""
    language = _language(request)
    if stands.expected and stands.filing.closed_at is None:
        yield {"title": _("Dự kiến xong tất cả"), "when": stands.expected, "kind": "ahead"}
    ahead = [
        one for one in stands.parts if one.until and one.row.state not in (Stand.DONE, Stand.FAILED, Stand.BLOCKED)
    ]
    for one in sorted(ahead, key=lambda one: one.until or one.row.filing.filed_at, reverse=True):
        title = _("Dự kiến: %(part)s") if not one.firm else _("Hẹn trả: %(part)s")
        yield {"title": title % {"part": one.part.title.read(language)}, "when": one.until, "kind": "ahead"}
    happened = [entry for one in stands.parts for entry in _happened(one, language)]
    first = {"title": _("Bạn nộp một lần cho tất cả các phần"), "when": stands.filing.filed_at, "kind": ""}
    # Of two at one moment, what follows from the other is the newer one.
    yield from sorted([*reversed(happened), first], key=lambda entry: entry["when"], reverse=True)


def _happened(one: PartStands, language: str) -> Iterator[Fact]:
    row, told = one.row, {"part": one.part.title.read(language)}
    by = row.partner.title
    if row.begun_at:
        yield {"title": _("%(part)s: hồ sơ đã đến cơ quan") % told, "when": row.begun_at, "kind": "", "by": by}
    accepted = moment_of(row, "accepted_at")
    if accepted:
        yield {"title": _("%(part)s: đã tiếp nhận") % told, "when": accepted, "kind": "", "by": by}
    if row.state == Stand.DONE and row.ended_at:
        yield {
            "title": _("%(part)s: có kết quả") % told,
            "when": row.ended_at,
            "kind": "good",
            "by": by,
            "text": row.result.get("title", ""),
        }
    if row.state in (Stand.FAILED, Stand.BLOCKED) and row.ended_at:
        said = _("%(part)s: không thành") if row.state == Stand.FAILED else _("%(part)s: không bắt đầu được")
        yield {"title": said % told, "when": row.ended_at, "kind": "bad", "by": by, "text": row.problem}


def joint_rows(me: User) -> list[Fact]:
    """One's joint filings for one's own page."""
    return [_row(filing) for filing in filings_of(me)]


def _row(filing: JointFiling) -> Fact:
    rows = list(filing.rows.all())
    done = sum(row.state == Stand.DONE for row in rows)
    lost = any(row.state in (Stand.FAILED, Stand.BLOCKED) for row in rows)
    state, word = ("processing", _("Đang giải quyết")) if filing.closed_at is None else ("done", _("Đã xong"))
    if lost:
        state, word = "supplement_requested", _("Có phần không thành")
    return {"filing": filing, "done": done, "all": len(rows), "state": state, "word": word}


def joint_href(request: HttpRequest, dossier: Dossier) -> str:
    """From a part to the whole, at whatever authority that was filed."""
    family = family_of(dossier)
    if family is None:
        return ""
    path = reverse("my_joint", args=[family.part.filing])
    here = family.part.sender_id == current_tenant().pk
    return path if here else f"{_origin(request, family.part.sender)}{path}"
