"""Renewing a result: from the page of the old dossier into a form that is filled in already."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.models import User
from portal.permissions import permission
from portal.tenancy import current_tenant, inside, short_transactions
from procedures.actions import drafts, renewals
from procedures.models import Dossier, Offering
from procedures.public.apply_drafts import onward
from procedures.public.apply_start import BUSINESS, MYSELF, ORGANISATION, OTHER, begin, fill_from_population
from procedures.queries.dossiers import own_dossier
from procedures.queries.renewals import renewable, where_to_renew

Kind = Dossier.OwnerKind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.file")
@short_transactions
def my_renewal(request: HttpRequest, reference: str) -> HttpResponse:
    """What comes along is shown first; the registry is asked between two short transactions, as in every filing."""
    me = cast(User, request.user)
    with inside(current_tenant()):
        old = own_dossier(me, reference)
        paper, offering = renewable(old), where_to_renew(old)
        if paper is None:
            messages.info(request, _("Hồ sơ này không có kết quả nào cần gia hạn lúc này."))
            return redirect("my_dossier", old.reference)
        if request.method != "POST" or offering is None:
            return render(request, "account/renew.html", {"dossier": old, "paper": paper, "offering": offering})
        draft = _begun(offering, me, old)
    if _whom(old, me) == MYSELF:
        fill_from_population(draft, me)
    with inside(current_tenant()):
        paper.dossier = old
        count = renewals.carry_over(draft, paper)
        messages.info(request, ngettext("Đã điền sẵn %(n)s mục từ hồ sơ cũ. Xem lại và sửa nếu đã thay đổi.", "Đã điền sẵn %(n)s mục từ hồ sơ cũ. Xem lại và sửa nếu đã thay đổi.", count) % {"n": count})  # fmt: skip
        return redirect(onward(draft))


def _whom(old: Dossier, me: User) -> str:
    kinds = {Kind.BUSINESS.value: BUSINESS, Kind.ORGANISATION.value: ORGANISATION}
    return kinds.get(old.owner_kind, MYSELF if old.owner_id == me.pk else OTHER)


def _begun(offering: Offering, me: User, old: Dossier) -> Dossier:
    """For the owner of the old dossier."""
    whom = _whom(old, me)
    draft = begin(offering, me, whom)
    if whom != MYSELF:
        drafts.set_owner(draft, draft.owner_kind, owner=draft.owner, name=old.owner_name, identity=old.contact_id)
    return draft
