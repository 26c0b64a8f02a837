"""How to reach the person, and how they get the result."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.permissions import permission
from procedures.actions import drafts
from procedures.models import Dossier, Offering
from procedures.public.apply_drafts import href, on_draft, way
from procedures.public.apply_forms import ContactForm
from procedures.queries.filing import CONTACT, page_after
from procedures.queries.results import address_line
from procedures.queries.units import desks


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.file")
@on_draft
def apply_contact(request: HttpRequest, draft: Dossier) -> HttpResponse:
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        online=_returns_online(draft),
        desks=desks(),
        initial=_known(draft),
    )
    if request.method != "POST" or not form.is_valid():
        facts = {**way(draft, CONTACT), "form": form}
        return render(request, "apply/contact.html", facts)
    drafts.set_contact(draft, **form.cleaned_data)
    if request.POST.get("go") == "exit":
        messages.success(request, _("Đã lưu. Bạn có thể quay lại điền tiếp bất cứ lúc nào, trên máy nào cũng được."))
        return redirect("account")
    return redirect(href(draft, page_after(draft, CONTACT)))


def _returns_online(draft: Dossier) -> bool:
    return Offering.objects.filter(procedure=draft.procedure, office=draft.office, returns_online=True).exists()


def _known(draft: Dossier) -> dict[str, str]:
    """What was said before; the place of residence serves as an address until another is given."""
    residence = next(
        (key for key, one in draft.version.parsed.form.index.items() if one.registry == "population.residence"), ""
    )
    known = draft.answers.get(residence)
    address = draft.contact_address or (address_line(known) if isinstance(known, dict) else "")
    return {
        "phone": draft.contact_phone,
        "email": draft.contact_email,
        "delivery": draft.delivery,
        "address": address,
        "return_office": draft.return_office.code if draft.return_office else "",
    }
