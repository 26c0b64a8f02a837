"""Signing: one paper from its dossier's page, or what waits for a device. No transaction is open while a device works."""

import base64
import binascii
from collections.abc import Callable
from io import BytesIO
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import audit
from portal.confirming import is_confirmed, keep_typed, typed_before
from portal.files import download, read_stored
from portal.models import User
from portal.permissions import permission
from portal.tenancy import current_tenant, inside, short_transactions
from procedures.actions import results, revocations
from procedures.actions import signing as device
from procedures.desk.deeds import DEEDS
from procedures.desk.forms import StepForm
from procedures.desk.frame import official, shown
from procedures.desk.steps import asked, is_current
from procedures.desk.withdrawn import told_when_withdrawn
from procedures.models import Dossier, Signing
from procedures.queries.dossiers import desk_dossier
from procedures.queries.signing import signing_of
from procedures.workflow import NotAllowed

LONGEST_SIGNATURE = 1024


def to_confirm(request: HttpRequest, back: str = "") -> HttpResponse:
    """To prove who it is and back, here or to another page; what was typed is there again."""
    back = back or request.path
    keep_typed(request, back)
    return redirect(f"{reverse('confirm')}?{urlencode({'next': back})}")


def typed_again(request: HttpRequest) -> QueryDict | None:
    """What was typed before confirming, and the word that it is to be sent once more."""
    typed = typed_before(request)
    if typed is not None:
        messages.info(request, _("Đã xác nhận là bạn. Những gì bạn nhập còn nguyên; xem lại rồi bấm lần nữa."))
    return typed


Drafted = Callable[..., device.Draft]


def signed_through(request: HttpRequest, reference: str, key: str, draft_of: Drafted) -> HttpResponse:
    """The page of a deed that is a signature: what is signed comes from `draft_of(dossier, head, **told)`."""
    deed = DEEDS[key]
    if request.method == "POST" and not is_confirmed(request):
        return to_confirm(request)
    with inside(current_tenant()):
        person = official(request)
        dossier = desk_dossier(person, reference, deed.permission)
        is_sent = request.method == "POST"
        form = deed.form(dossier, person, request.POST if is_sent else typed_again(request))
        audit.look(person, f"dossier:{dossier.reference}", deed.key, dossier.owner)
        row = _begun(dossier, person, form, draft_of) if is_sent else None
        if row is None:
            fresh = desk_dossier(person, reference, deed.permission) if is_sent else dossier
            return asked(request, deed, fresh, form, confirmed=is_confirmed(request))
    if form.cleaned_data.get("device") == "outside":
        return _handed_out(request, row)
    return _signed(request, row)


def _begun(dossier: Dossier, person: User, form: StepForm, draft_of: Drafted) -> Signing | None:
    """The paper with its number; None where the form says why not."""
    if not is_current(dossier, form):
        return None
    told = {name: value for name, value in form.told().items() if name != "device"}
    try:
        return device.begin(dossier, person, draft_of(dossier, person, **told))
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None


def _handed_out(request: HttpRequest, row: Signing) -> HttpResponse:
    try:
        device.prepare(row)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
        return redirect("desk_dossier", row.dossier.reference)
    return redirect("desk_signing", row.pk)


def _signed(request: HttpRequest, row: Signing, signature: bytes | None = None) -> HttpResponse:
    """Signed by the office's key, or by the signature that came back; where it fails, what can be done is a page away."""
    try:
        device.prepare(row)
        paper = device.finish(row, device.ask(row) if signature is None else signature)
    except device.DeviceFailed:
        messages.error(request, _("Thiết bị chưa cho chữ ký đúng. Hồ sơ vẫn như cũ; bạn có thể ký lại hoặc bỏ."))
        return redirect("desk_signing", row.pk)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Đã ký và ban hành, số %(number)s. Người dân được báo.") % {"number": paper.number})
    return redirect("desk_dossier", row.dossier.reference)


def _page_of(key: str, draft_of: Drafted) -> Callable[..., HttpResponse]:
    """The head reads what will be signed, then signs: one page for every deed that is a signature."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @told_when_withdrawn(DEEDS[key].form)
    @permission("dossier.decide")
    @short_transactions
    def page(request: HttpRequest, reference: str) -> HttpResponse:
        return signed_through(request, reference, key, draft_of)

    return page


decide = _page_of("decide", results.decision)
revoke = _page_of("revoke", revocations.revocation)
replace = _page_of("replace", revocations.replacement)


class ReturnedForm(forms.Form):
    signature = forms.CharField(
        label=gettext_lazy("Chữ ký mà thiết bị trả về (base64)"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "input", "spellcheck": "false"}),
        max_length=LONGEST_SIGNATURE * 2,
        error_messages={"required": gettext_lazy("Dán chữ ký vào đây.")},
    )

    def clean_signature(self) -> bytes:
        try:
            found = base64.b64decode("".join(self.cleaned_data["signature"].split()), validate=True)
        except (binascii.Error, ValueError):
            raise forms.ValidationError(_("Đây không phải là chữ ký dạng base64. Hãy chép lại nguyên vẹn.")) from None
        if not 0 < len(found) <= LONGEST_SIGNATURE:
            raise forms.ValidationError(_("Chữ ký dài khác thường. Hãy chép lại nguyên vẹn."))
        return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.decide")
@short_transactions
def signing(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper whose hash is out: its signature is put in, asked for again, or it is given up."""
    with inside(current_tenant()):
        row = signing_of(official(request), pk)
    deed = request.POST.get("do", "")
    if deed and not is_confirmed(request):
        return to_confirm(request)
    form = ReturnedForm(request.POST if deed == "place" else _pasted(request))
    if row.state in Signing.OPEN:
        if deed == "give_up":
            return _given_up(request, row)
        if deed == "again" or (deed == "place" and form.is_valid()):
            return _signed(request, row, form.cleaned_data["signature"] if deed == "place" else None)
    with inside(current_tenant()):
        context = {"row": row, "dossier": row.dossier, "form": form, "is_open": row.state in Signing.OPEN}
        return shown(request, "desk/signing.html", {**context, "confirmed": is_confirmed(request)})


def _pasted(request: HttpRequest) -> QueryDict | None:
    """A signature that was put in before confirming."""
    typed = typed_again(request)
    return typed if typed and typed.get("do") == "place" else None


def _given_up(request: HttpRequest, row: Signing) -> HttpResponse:
    device.give_up(row, official(request), _("Người ký bỏ."))
    messages.success(request, _("Đã bỏ. Hồ sơ như cũ, số %(number)s dành cho văn bản sau.") % {"number": row.number})
    return redirect("desk_dossier", row.dossier.reference)


@never_cache
@require_safe
@permission("dossier.decide")
def signing_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper as it will be, with its number, before the signature is in its place."""
    row = _waiting(request, pk)
    return _file(BytesIO(read_stored(row.path)), "cho-ky.pdf", "application/pdf", inline=True)


@never_cache
@require_safe
@permission("dossier.decide")
def signing_data(request: HttpRequest, pk: int) -> HttpResponse:
    """What a device outside signs: the attributes, byte by byte; their SHA-256 is on the page."""
    row = _waiting(request, pk)
    return _file(BytesIO(bytes.fromhex(row.attributes)), f"can-ky-{row.pk}.bin", "application/octet-stream")


def _waiting(request: HttpRequest, pk: int) -> Signing:
    row = signing_of(official(request), pk)
    if row.state != Signing.State.WAITING:
        raise Http404
    audit.look(official(request), f"dossier:{row.dossier.reference}", "preview", row.dossier.owner)
    return row


def _file(content: Any, name: str, kind: str, *, inline: bool = False) -> HttpResponse:
    return cast(HttpResponse, download(content, name, kind, inline=inline))
