"""Whose dossier it is, where somebody files for another person, a business or an organisation."""

import logging
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from integrations import business
from portal.models import User
from portal.permissions import permission
from portal.tenancy import current_tenant, inside, short_transactions
from portal.text import fold
from procedures import prefill
from procedures.actions import drafts
from procedures.models import Dossier
from procedures.models.lifecycle import State
from procedures.public.apply_drafts import draft_at, href, way
from procedures.public.apply_forms import BusinessForm, Checked, OrganisationForm, OtherForm
from procedures.public.uploading import remove_file, take_paper
from procedures.queries.filing import MANDATE, OWNER, mandates, page_after
from procedures.queries.form_fields import file_of

log = logging.getLogger(__name__)
FORMS: dict[str, type[Checked]] = {
    Dossier.OwnerKind.CITIZEN: OtherForm,
    Dossier.OwnerKind.BUSINESS: BusinessForm,
    Dossier.OwnerKind.ORGANISATION: OrganisationForm,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.file")
@short_transactions
def apply_owner(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    with inside(current_tenant()):
        draft = draft_at(request, code, reference)
        if draft.state != State.DRAFT:
            return redirect("apply_done", code, reference)
        form = FORMS[draft.owner_kind](
            request.POST if request.method == "POST" else None,
            initial={"name": draft.owner_name, "identity": draft.contact_id},
        )
        if request.method != "POST" or not _taken(request, draft, form):
            return _page(request, draft, form)
    if draft.owner_kind == Dossier.OwnerKind.BUSINESS and not fill_from_business(draft, cast(User, request.user), form):
        with inside(current_tenant()):
            return _page(request, draft, form)
    with inside(current_tenant()):
        return redirect(href(draft, page_after(draft, OWNER)))


def _page(request: HttpRequest, draft: Dossier, form: Checked) -> HttpResponse:
    facts: dict[str, Any] = {**way(draft, OWNER), "form": form, "kind": draft.owner_kind}
    facts["files"] = [file_of(row) for row in mandates(draft)]
    return render(request, "apply/owner.html", facts)


def _taken(request: HttpRequest, draft: Dossier, form: Checked) -> bool:
    """Keep the mandate and the name; False where the page has to be shown again."""
    if "remove_file" in request.POST:
        remove_file(draft, request.POST["remove_file"])
    good = form.is_valid()
    if draft.owner_kind == Dossier.OwnerKind.CITIZEN:
        good = _mandate(request, draft, form) and good
    if not good or {"upload", "remove_file"} & set(request.POST):
        return False
    name, identity = form.cleaned_data["name"], form.cleaned_data["identity"]
    drafts.set_owner(draft, draft.owner_kind, owner=_account(draft, name, identity), name=name, identity=identity)
    return True


def _mandate(request: HttpRequest, draft: Dossier, form: Checked) -> bool:
    uploads = cast("list[UploadedFile[bytes]]", request.FILES.getlist("mandate"))
    refused = take_paper(draft, MANDATE, uploads, cast(User, request.user))
    if not refused and not mandates(draft) and not {"upload", "remove_file"} & set(request.POST):
        refused = _("Hãy đính kèm giấy ủy quyền (bản chụp rõ hoặc PDF).")
    if refused:
        form.add_error(None, refused)
    return not refused


def _account(draft: Dossier, name: str, identity: str) -> User | None:
    """The owner's own account, when number and name agree: they are told too, and may follow it."""
    if draft.owner_kind != Dossier.OwnerKind.CITIZEN:
        return draft.owner
    found = User.objects.by_personal_id(identity)
    return found if found is not None and fold(found.full_name) == fold(name) else None


def fill_from_business(draft: Dossier, user: User, form: Checked) -> bool:
    """Put in what the registry says of this tax code; where it is silent the person names the business. In no transaction."""
    found = _asked(draft, user, form.cleaned_data["identity"])
    name = found.name if found else form.cleaned_data["name"]
    if not name:
        form.add_error(
            "name", _("Chưa tra được mã số thuế này. Hãy ghi tên đúng như trên giấy đăng ký; chúng tôi đối chiếu sau.")
        )
        return False
    known = found or business.Business(form.cleaned_data["identity"], name, "", "", "", "")
    with inside(current_tenant()):
        definition = draft.version.parsed.form
        drafts.set_owner(draft, draft.owner_kind, owner=draft.owner, name=name, identity=known.tax_code)
        if found:
            drafts.prefill(draft, prefill.from_business(definition, found), "business")
        else:
            drafts.mark_unverified(draft, list(prefill.bound(definition, "business")))
            drafts.save_answers(draft, prefill.from_business(definition, known))
    return True


def _asked(draft: Dossier, user: User, tax_code: str) -> business.Business | None:
    try:
        return business.look_up(
            tax_code,
            purpose=str(_("Điền sẵn hồ sơ của doanh nghiệp")),
            asked_by=user,
            about=user,
            dossier_reference=draft.reference,
        )
    except business.Unavailable:
        log.warning("business registry not used")
        return None
