"""Receiving a signed result online."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.models import User
from portal.permissions import permission
from procedures.actions.results import hand_over
from procedures.models import Dossier
from procedures.public.own_dossiers import on_own
from procedures.workflow import NotAllowed


@require_POST
@permission("account")
@on_own
def my_result(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Taken over at this moment; pressed twice it is taken once, and the paper stays here."""
    try:
        hand_over(dossier, cast(User, request.user), how=Dossier.Delivery.ONLINE)
    except NotAllowed as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Bạn đã nhận kết quả. Tệp đã ký luôn ở trang này để tải lại."))
    return redirect("my_dossier", dossier.reference)
