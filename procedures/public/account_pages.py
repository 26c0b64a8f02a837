"""A person's own page: what has to be done now, drafts, dossiers here and at other authorities, messages."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.models import User
from portal.permissions import permission
from portal.tenancy import current_tenant
from procedures.actions import talk
from procedures.models import Dossier, Message
from procedures.models.lifecycle import State
from procedures.public.joint_page import joint_rows
from procedures.public.standing import WORDS, standing
from procedures.queries.own import drafts_of, elsewhere_of, filed_of, unread_by_dossier, waiting_of


@never_cache
@require_safe
@permission("account")
def account(request: HttpRequest) -> HttpResponse:
    me = cast(User, request.user)
    before = request.GET.get("before", "")
    filed, older = filed_of(me, int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None)
    unread = unread_by_dossier(me)
    facts = {
        "todos": [row for row in _rows(waiting_of(me), unread) if row["standing"].todo], "drafts": _rows(drafts_of(me), {}),
        "filed": _rows(filed, unread), "older": f"?before={older}" if older else "", "later": bool(before),
        "elsewhere": _elsewhere(request, me), "joint": joint_rows(me), "unread": sum(unread.values()),
    }  # fmt: skip
    return render(request, "account/account.html", facts)


def _rows(dossiers: list[Dossier], unread: dict[int, int]) -> list[dict[str, Any]]:
    return [{"dossier": one, "standing": standing(one), "unread": unread.get(one.pk, 0)} for one in dossiers]


def _elsewhere(request: HttpRequest, me: User) -> list[dict[str, Any]]:
    """A link leads to the other authority's own address; one signs in there once more by the same provider."""
    port = request.get_host().partition(":")[2]
    found = []
    for row in elsewhere_of(me, current_tenant()):
        host = row["tenant__host"] + (f":{port}" if port else "")
        href = f"{request.scheme}://{host}{reverse('my_dossier', args=[row['reference']])}"
        found.append({**row, "href": href, "word": str(WORDS[State(row["state"])])})
    return found


@never_cache
@require_safe
@permission("account")
def my_message(request: HttpRequest, key: int) -> HttpResponse:
    """One message in full; opening it marks it as read."""
    me = cast(User, request.user)
    message = Message.objects.filter(pk=key, recipient=me).select_related("dossier__procedure").first()
    if message is None:
        raise Http404
    talk.open_message(message, me)
    return render(request, "account/message.html", {"message": message})
