"""The pages of whoever pays."""

from typing import Any, cast

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from payments import queries
from payments.actions import NotPossible, Traveller, leave, open_payment, order_of, receive, signed_by_provider
from payments.lifecycle import State
from payments.models import Account, Payment, ProviderCode, Receipt
from payments.providers.base import Exit, Truth
from payments.providers.sandbox import sealed
from payments.providers.table import PROVIDERS
from payments.views.callbacks import single
from portal import pdf
from portal.http import Refused, Unreachable
from portal.models import User
from portal.moments import now
from portal.permissions import permission
from portal.roles import PUBLIC
from portal.tenancy import current_tenant, inside, short_transactions


class PayForm(forms.Form):
    account = forms.ChoiceField(label=gettext_lazy("Cách thanh toán"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, accounts: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {str(account.pk): account for account in accounts}
        field = cast(forms.ChoiceField, self.fields["account"])
        field.choices = [(pk, account.get_provider_display()) for pk, account in self.accounts.items()]

    @property
    def chosen(self) -> Account:
        return self.accounts[self.cleaned_data["account"]]


def _found(request: HttpRequest, reference: str) -> Payment:
    return queries.payment_for(cast(User, request.user), reference)


def ways_to_pay(found: Payment) -> list[Account]:
    """The accounts that a payment can still be paid to: those of its office that are completely set up."""
    accounts = queries.accounts_of(found.account.office)
    return [a for a in accounts if not PROVIDERS[a.provider].check(a.as_used() | {"secret": a.secret})]


def _facts(found: Payment) -> dict[str, Any]:
    """What every page about a payment shows."""
    paid = queries.paid_of(found.claim)
    return {
        "payment": found,
        "receipt": Receipt.objects.filter(payment=found).first(),
        "paid_instead": paid if paid and paid.pk != found.pk else None,
        "suspense": queries.balance_of(found).suspense,
        "by_transfer": not PROVIDERS[found.provider].can_be_asked,
        "still_time": found.expires_at > now(),
    }


@never_cache
@require_safe
@permission("account")
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """What is to be paid, how, and what has become of it."""
    found = _found(request, reference)
    accounts = ways_to_pay(found)
    chosen = (
        found.account_id if found.account_id in [a.pk for a in accounts] else (accounts[0].pk if accounts else None)
    )
    form = PayForm(accounts=accounts, initial={"account": chosen})
    return render(request, "payments/payment.html", _facts(found) | {"form": form, "can_pay": bool(accounts)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("account")
@short_transactions
def leave_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Leave for the provider by a link: browsers let no form redirect to another site under our policy."""
    if request.method == "POST":
        return _set_out(request, reference)
    with inside(current_tenant()):
        found = _found(request, reference)
        if found.state != State.PENDING or not found.exit:
            return redirect("payment", reference)
        way = Exit(**found.exit)
        facts = _facts(found) | {"exit": way, "qr": _picture(way.qr), "order": order_of(found), "bank": found.options}
        return render(request, "payments/leave.html", facts)


def _set_out(request: HttpRequest, reference: str) -> HttpResponse:
    with inside(current_tenant()):
        found = _found(request, reference)
        form = PayForm(request.POST, accounts=ways_to_pay(found))
        if not form.is_valid():
            messages.error(request, _("Chọn một cách thanh toán."))
            return redirect("payment", reference)
        again = open_payment(
            found.subject,
            found.lines,
            account=form.chosen,
            payer=found.payer,
            return_url=found.return_url,
            now=now(),
        )
    if again.state == State.PAID:
        return redirect("payment", again.reference)
    return _depart(request, again.reference)


def _depart(request: HttpRequest, reference: str) -> HttpResponse:
    back = request.build_absolute_uri(reverse("vnpay_return"))
    traveller = Traveller(back, request.META.get("REMOTE_ADDR", ""), getattr(request, "LANGUAGE_CODE", "vi"))
    try:
        leave(reference, traveller=traveller, now=now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("payment", reference)
    except (Unreachable, Refused):
        messages.warning(
            request,
            _("Cổng thanh toán chưa trả lời. Không có tiền nào bị trừ. Bạn thử lại sau ít phút hoặc chọn cách khác."),
        )
        return redirect("payment", reference)
    return redirect("payment_leave", reference)


def _picture(code: str) -> str:
    return segno.make(code, error="m").svg_data_uri(scale=6, border=4) if code else ""


@never_cache
@require_safe
@permission("account")
def receipt_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    found = _found(request, reference)
    receipt = get_object_or_404(Receipt, payment=found)
    response = HttpResponse(
        pdf.render("payment_receipt", _receipt_data(found, receipt), at=receipt.issued_at),
        content_type="application/pdf",
    )
    response["Content-Disposition"] = f'inline; filename="bien-lai-{receipt}.pdf"'
    return response


def _receipt_data(found: Payment, receipt: Receipt) -> dict[str, Any]:
    tenant, office = current_tenant(), found.account.office
    return {
        "agency": {"parent": tenant.name, "name": office.name} if office else {"name": tenant.name},
        "number": str(receipt),
        "paid_at": found.paid_at,
        "payer": {"name": found.payer_name},
        "dossier": found.subject,
        "items": [item.as_json() for item in found.lines],
        "total": receipt.amount,
        "provider": found.get_provider_display(),
        "transaction": found.provider_transaction,
        "refunded": queries.balance_of(found).refunded or None,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("account")
@short_transactions
def sandbox(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of the trial bank: it says what a bank would say, through the same door."""
    if not (settings.DEMO or settings.TESTING):
        raise Http404
    with inside(current_tenant()):
        found = _found(request, reference)
        if found.provider != ProviderCode.SANDBOX:
            raise Http404
        if request.method != "POST":
            return render(request, "payments/sandbox.html", {"payment": found})
        truth = Truth.PAID if request.POST.get("outcome") == "paid" else Truth.FAILED
        said = sealed(reference, found.amount, truth, found.account.secret)
    receive(ProviderCode.SANDBOX, said, now=now())
    return redirect("payment", reference)


@never_cache
@require_safe
@permission(PUBLIC)
def vnpay_return(request: HttpRequest) -> HttpResponse:
    """Where VNPAY sends the payer back to. It shows what we know and changes nothing, whatever its address says."""
    raw = single(request.GET)
    known = "\0" not in "".join(raw.values()) and signed_by_provider(ProviderCode.VNPAY, raw)
    found = queries.payment_by(raw.get("vnp_TxnRef", "")) if known else None
    return render(request, "payments/return.html", _facts(found) if found else {"payment": None})
