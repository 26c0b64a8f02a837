"""Blank forms as files: for everybody as they are, for oneself with what is known already."""

import datetime
import logging
from collections.abc import Callable
from typing import Any, cast

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from integrations import population
from portal import audit
from portal.models import Office, User
from portal.permissions import permission
from portal.roles import PUBLIC
from portal.tenancy import current_tenant, inside, short_transactions
from procedures import prefill
from procedures.models import Dossier, ProcedureVersion
from procedures.public.blank_forms import docx_of, has_blank_form, pdf_of
from procedures.queries import catalogue
from procedures.queries.answers import clean_answers
from procedures.queries.filing import begun_drafts

log = logging.getLogger(__name__)
A_DAY = 86400
FILE_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MAKERS: dict[str, Callable[..., bytes]] = {"pdf": pdf_of, "docx": docx_of}
# Grows with every change of how forms are made, so that no older one is served for a day more.
SHAPE = 2


@permission(PUBLIC)
@require_safe
def blank_form_pdf(request: HttpRequest, code: str) -> HttpResponse:
    return _blank_form(request, code, "pdf")


@permission(PUBLIC)
@require_safe
def blank_form_docx(request: HttpRequest, code: str) -> HttpResponse:
    return _blank_form(request, code, "docx")


def _blank_form(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Made once for every version, office and language."""
    version, office = _form_of(request, code)
    language = get_language() or "vi"
    key = f"blank:{SHAPE}:{version.pk}:{current_tenant().version}:{office.pk if office else 0}:{language}:{kind}"
    content = cache.get(key)
    if content is None:
        content = MAKERS[kind](version, office, language)
        cache.set(key, content, A_DAY)
    return _file(content, f"mau-don-{code}", kind)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    how = f'{"inline" if kind == "pdf" else "attachment"}; filename="{name}.{kind}"'
    return HttpResponse(content, content_type=FILE_TYPES[kind], headers={"Content-Disposition": how})


def _form_of(request: HttpRequest, code: str) -> tuple[ProcedureVersion, Office | None]:
    """The version and the office to address, where its form may be downloaded."""
    found = catalogue.procedure_by_code(code)
    giving = [one for one in catalogue.offerings_of(found) if one.blank_forms]
    if found.current is None or not has_blank_form(found, giving):
        raise Http404
    asked = request.GET.get("office", "")
    offices = [one.office for one in giving if one.office.code == asked or len(giving) == 1]
    return found.current, offices[0] if offices else None


@never_cache
@require_safe
@permission("dossier.file")
@short_transactions
def own_form_pdf(request: HttpRequest, code: str) -> HttpResponse:
    return _own_form(request, code, "pdf")


@never_cache
@require_safe
@permission("dossier.file")
@short_transactions
def own_form_docx(request: HttpRequest, code: str) -> HttpResponse:
    return _own_form(request, code, "docx")


def _own_form(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The form with what one began to fill in, else with what the registry and the account know; kept nowhere.

    The registry is asked between two short transactions; where it does not answer, its fields stay empty.
    """
    user = cast(User, request.user)
    with inside(current_tenant()):
        version, office = _form_of(request, code)
        drafts = begun_drafts(user, code)
        values, source = _begun(drafts, version) if drafts else ({}, "")
    if not source:
        values, source = _known(user, version)
    with inside(current_tenant()):
        audit.record(user, "form.own", f"procedure:{code}", subject=user, source=source, kind=kind)
        content = MAKERS[kind](version, office, get_language() or "vi", values)
    return _file(content, f"mau-don-cua-toi-{code}", kind)


def _begun(drafts: list[Dossier], version: ProcedureVersion) -> tuple[dict[str, Any], str]:
    """The answers of the draft that was saved last, as far as this version still asks for them."""
    answers = clean_answers(drafts[0])
    return {key: value for key, value in answers.items() if key in version.parsed.form.index}, "draft"


def _known(user: User, version: ProcedureVersion) -> tuple[dict[str, Any], str]:
    form = version.parsed.form
    known = prefill.from_account(form, user)
    person = _asked(user) if prefill.bound(form, "population") else None
    if person is None:
        return known, "account"
    return {**known, **prefill.from_population(form, person)}, "population"


def _asked(user: User) -> population.Person | None:
    try:
        born = datetime.date.fromisoformat(user.birth_date)
        purpose = str(_("Điền sẵn mẫu đơn do chính bạn tải về"))
        return population.look_up(user.personal_id, user.full_name, born, purpose=purpose, asked_by=user, about=user)
    except (population.Unavailable, ValueError) as error:
        log.warning("population registry not used: %s", type(error).__name__)
        return None
