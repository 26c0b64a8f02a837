"""One's own dossier behind an address: filed ones here, drafts at the form, anything else nowhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from portal.models import User
from procedures.models.lifecycle import State
from procedures.queries.dossiers import own_dossier


def on_own(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponse]:
    """Give the view the person's own, filed dossier."""

    @wraps(view)
    def found(request: HttpRequest, reference: str, **named: Any) -> HttpResponse:
        person = cast(User, request.user)
        dossier = own_dossier(person, reference)
        if dossier.state != State.DRAFT:
            return cast(HttpResponse, view(request, dossier, **named))
        if dossier.joint_code:
            return redirect("my_joint", dossier.joint_code)
        if dossier.submitter_id != person.pk:
            raise Http404
        return redirect("apply_go_on", dossier.procedure.code, dossier.reference)

    return found
