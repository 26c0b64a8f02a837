"""Rights that were withdrawn while a form was open: a clear sentence and what was typed, not a page that is missing."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal.models import User

SALT = "desk.form"
# A form that was shown longer ago than this is nobody's any more.
SECONDS = 24 * 3600
LEFT_OUT = ("csrfmiddlewaretoken", "seen", "held")


def held_by(person: User, reference: str) -> str:
    """Goes through a form as proof that it was shown to this person, who then had the right to it."""
    return signing.TimestampSigner(salt=SALT).sign_object([person.pk, reference])


def told_when_withdrawn(form: type[forms.Form]) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Outside the guard of the address: a stranger meets its 404 as ever."""

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, reference: str, **named: Any) -> HttpResponse:
            try:
                return view(request, reference, **named)
            except Http404:
                if request.method != "POST" or not _was_shown(request, reference):
                    raise
                told = {"typed": list(_typed(request, form)), "reference": reference}
                return render(request, "desk/withdrawn.html", told, status=403)

        return guarded

    return declare


def _was_shown(request: HttpRequest, reference: str) -> bool:
    try:
        known = signing.TimestampSigner(salt=SALT).unsign_object(request.POST.get("held", ""), max_age=SECONDS)
    except signing.BadSignature:
        return False
    return bool(known == [request.user.pk, reference])


def _typed(request: HttpRequest, form: type[forms.Form]) -> Iterator[dict[str, Any]]:
    """What was written in words, under its label; choices mean nothing outside their page."""
    for name, field in form.base_fields.items():
        words = "\n".join(str(value) for value in request.POST.getlist(name)).strip()
        if name not in LEFT_OUT and words and isinstance(field, forms.CharField):
            yield {"label": field.label, "words": words}
