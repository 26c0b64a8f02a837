"""The cashier's page: transfers to find on the statement, money that came late, refunds to carry out."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from payments import actions, queries
from payments.models import Callback, Payment
from portal.models import User
from portal.moments import now
from portal.permissions import permission
from portal.queries import offices_of

SHOWN = 100


class TransferForm(forms.Form):
    transaction = forms.CharField(label=gettext_lazy("Số giao dịch trên sao kê"), max_length=64, strip=True)
    amount = forms.IntegerField(label=gettext_lazy("Số tiền trên sao kê (đồng)"), min_value=1)


class RefundForm(forms.Form):
    amount = forms.IntegerField(label=gettext_lazy("Số tiền hoàn (đồng)"), min_value=1)
    reason = forms.CharField(label=gettext_lazy("Lý do hoàn tiền"), max_length=300, strip=True)


class DoneForm(forms.Form):
    refund = forms.IntegerField(widget=forms.HiddenInput)
    transaction = forms.CharField(label=gettext_lazy("Số giao dịch hoàn tiền"), max_length=64, strip=True)


def _confirm(found: Payment, request: HttpRequest, actor: User) -> forms.Form | None:
    form = TransferForm(request.POST)
    if not form.is_valid():
        return form
    said = form.cleaned_data
    outcome = actions.confirm_transfer(
        found, transaction_number=said["transaction"], amount=said["amount"], actor=actor, now=now()
    )
    messages.success(request, Callback.Outcome(outcome).label)
    return None


def _apply(found: Payment, request: HttpRequest, actor: User) -> forms.Form | None:
    actions.apply_suspended(found, actor=actor, now=now())
    messages.success(request, _("Đã ghi thu khoản tiền đến muộn."))
    return None


def _ask_refund(found: Payment, request: HttpRequest, actor: User) -> forms.Form | None:
    form = RefundForm(request.POST)
    if not form.is_valid():
        return form
    actions.request_refund(
        found, amount=form.cleaned_data["amount"], reason=form.cleaned_data["reason"], actor=actor, now=now()
    )
    messages.success(request, _("Đã ghi yêu cầu hoàn tiền."))
    return None


def _refunded(found: Payment, request: HttpRequest, actor: User) -> forms.Form | None:
    form = DoneForm(request.POST)
    if not form.is_valid():
        return form
    refund = get_object_or_404(queries.open_refunds(), payment=found, pk=form.cleaned_data["refund"])
    actions.carry_out_refund(refund, transaction_number=form.cleaned_data["transaction"], actor=actor, now=now())
    messages.success(request, _("Đã ghi nhận tiền đã hoàn."))
    return None


Deed = Callable[[Payment, HttpRequest, User], forms.Form | None]
DEEDS: dict[str, Deed] = {"confirm": _confirm, "apply": _apply, "refund": _ask_refund, "refunded": _refunded}


def _mine(request: HttpRequest, rows: QuerySet[Payment]) -> QuerySet[Payment]:
    return queries.at_offices(rows, offices_of(cast(User, request.user), "payment.confirm"))


@never_cache
@require_safe
@permission("payment.confirm")
def cashier(request: HttpRequest) -> HttpResponse:
    """All money that waits for somebody to decide, so that none is without an owner."""
    lists = {
        "suspense": _mine(request, queries.in_suspense())[:SHOWN],
        "refunds": _mine(request, queries.with_open_refunds())[:SHOWN],
        "undecided": _mine(request, queries.long_undecided(now()))[:SHOWN],
        "transfers": _mine(request, queries.awaiting_transfers())[:SHOWN],
    }
    return render(request, "payments/cashier.html", lists)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("payment.confirm")
def cashier_payment(request: HttpRequest, reference: str) -> HttpResponse:
    found = get_object_or_404(_mine(request, Payment.objects.select_related("account")), reference=reference)
    wrong: dict[str, forms.Form] = {}
    if request.method == "POST":
        name = request.POST.get("deed", "")
        refused = _done(found, request, name)
        if refused is None:
            return redirect("cashier_payment", reference)
        wrong = {name: refused}
    return render(request, "payments/cashier_payment.html", _facts(found, wrong))


def _done(found: Payment, request: HttpRequest, name: str) -> forms.Form | None:
    """The form to be mended, or None when the deed was done or refused with a message."""
    if name not in DEEDS:
        raise Http404
    try:
        return DEEDS[name](found, request, cast(User, request.user))
    except actions.NotPossible as refusal:
        messages.error(request, str(refusal))
        return None


def _facts(found: Payment, wrong: dict[str, forms.Form]) -> dict[str, Any]:
    money = queries.balance_of(found)
    return {
        "payment": found,
        "balance": money,
        "entries": found.entries.order_by("pk"),
        "callbacks": found.callbacks.order_by("-at")[:SHOWN],
        "refunds": queries.open_refunds().filter(payment=found),
        "confirm_form": wrong.get("confirm") or TransferForm(initial={"amount": found.amount}),
        "refund_form": wrong.get("refund") or RefundForm(),
        "done_form": wrong.get("refunded") or DoneForm(),
        "can_confirm": queries.awaiting_transfers().filter(pk=found.pk).exists(),
        "can_apply": found.is_over and money.suspense >= found.amount and queries.paid_of(found.claim) is None,
        "can_refund": money.returnable > 0,
        "form": next(iter(wrong.values()), None),
    }
