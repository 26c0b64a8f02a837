"""Signing many papers: choose from what is ready, look at each, confirm once; the work goes on in the background."""

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal import audit
from portal.confirming import is_confirmed
from portal.permissions import permission
from portal.signing_device import DeviceFailed
from portal.tenancy import current_tenant, inside, short_transactions
from procedures.actions import batches, silence
from procedures.desk.frame import official, shown
from procedures.desk.rows import standing_of
from procedures.desk.signing import to_confirm, typed_again
from procedures.models import Dossier, SigningItem
from procedures.queries import signing
from procedures.queries.dossiers import desk_dossier
from procedures.workflow import NotAllowed


@never_cache
@require_safe
@permission("dossier.decide")
def to_sign(request: HttpRequest) -> HttpResponse:
    """What is ready, what waits for a device, and the last batches."""
    head, before = official(request), typed_again(request)
    context = {
        "rows": _rows(signing.list_to_sign(head), before.getlist("chosen") if before else ()),
        "waiting": signing.waiting_for_device(head),
        "consents": signing.consents_to_sign(head),
        "batches": signing.batches_of(head),
        "confirmed": is_confirmed(request),
    }
    return shown(request, "desk/to_sign.html", context, current="desk_to_sign")


def _rows(dossiers: list[Dossier], chosen: Collection[str] = ()) -> list[dict[str, Any]]:
    return [
        {
            "dossier": one, "standing": standing_of(one), "is_chosen": one.reference in chosen,
            "granted": one.proposal["outcome"] == Dossier.Outcome.GRANTED,
        }
        for one in dossiers
    ]  # fmt: skip


@never_cache
@require_POST
@permission("dossier.decide")
def sign_many(request: HttpRequest) -> HttpResponse:
    """First shows what was chosen; confirmed, it begins. What changed since it was shown is not signed."""
    if not is_confirmed(request):
        return to_confirm(request, reverse("desk_to_sign"))
    head = official(request)
    found = signing.chosen(head, request.POST.getlist("chosen"))
    seen = dict(one.partition("=")[::2] for one in request.POST.getlist("seen"))
    key = request.POST.get("key", "")[:40]
    if key and seen:
        batch = batches.confirm(head, key, seen, [one for one in found if one.reference in seen])
        return redirect("desk_batch", batch.key)
    for one in found:
        audit.look(head, f"dossier:{one.reference}", "decide", one.owner)
    context = {"rows": _rows(found), "key": uuid.uuid4().hex, "most": batches.MOST}
    return shown(request, "desk/sign_many.html", context, current="desk_to_sign")


@never_cache
@require_safe
@permission("dossier.decide")
def batch(request: HttpRequest, key: str) -> HttpResponse:
    """How far it is, and what became of each; the page asks again by itself while something waits."""
    found = signing.batch_of(official(request), key)
    items = signing.items_of(found)
    left = sum(one.state == SigningItem.State.WAITING for one in items)
    failed = sum(one.state == SigningItem.State.FAILED for one in items)
    title = _("Đang ký") if left else _("Đã ký xong")
    told = {"batch": found, "items": items, "left": left, "failed": failed, "title": title, "done": len(items) - left}
    return shown(request, "desk/batch.html", told, current="desk_to_sign")


@require_POST
@permission("dossier.decide")
@short_transactions
def sign_consent(request: HttpRequest, reference: str) -> HttpResponse:
    """The office's key signs what silence decided; the decision itself is not the head's to take or to give up."""
    with inside(current_tenant()):
        dossier = desk_dossier(official(request), reference, "dossier.decide")
    try:
        paper = silence.sign(dossier.pk)
    except (DeviceFailed, NotAllowed):
        messages.error(request, _("Thiết bị chưa cho chữ ký đúng. Văn bản vẫn chờ ký, hệ thống sẽ tự thử lại."))
    else:
        said = (
            _("Đã ký, số %(number)s. Người dân được báo.") % {"number": paper.number}
            if paper
            else _("Văn bản này đã được ký.")
        )
        messages.success(request, said)
    return redirect("desk_to_sign")
