"""What a person does with a filed dossier: pay, take it back."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.models import User
from portal.permissions import permission
from procedures import workflow
from procedures.actions.money import accounts_for, begin_payment
from procedures.actions.withdrawals import ask_withdrawal
from procedures.models import Dossier
from procedures.models.lifecycle import State
from procedures.public.apply_forms import ReasonForm
from procedures.public.own_dossiers import on_own
from procedures.workflow import NotAllowed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("account")
@on_own
def my_payment(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Open the one payment of what is due, and go to its page, where the way to pay is chosen."""
    if request.method != "POST":
        return redirect("my_dossier", dossier.reference)
    accounts = accounts_for(dossier)
    if not accounts:
        messages.warning(request, _("Cơ quan này chưa mở cách thanh toán trực tuyến nào. Bạn nộp tại quầy một cửa."))
        return redirect("my_dossier", dossier.reference)
    try:
        payment = begin_payment(dossier, cast(User, request.user), accounts[0])
    except NotAllowed as error:
        messages.warning(request, str(error))
        return redirect("my_dossier", dossier.reference)
    return redirect("payment", payment.reference)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("account")
@on_own
def my_withdrawal(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    me = cast(User, request.user)
    if "withdraw" not in workflow.allowed(dossier, me) or dossier.withdrawal_asked_at:
        messages.info(request, _("Hồ sơ này không rút được nữa hoặc bạn đã đề nghị rút."))
        return redirect("my_dossier", dossier.reference)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "account/withdraw.html", {"dossier": dossier, "form": form, "at_once": dossier.accepted_at is None}
        )
    ask_withdrawal(dossier, me, reason=form.cleaned_data["reason"])
    done = dossier.state == State.WITHDRAWN
    messages.success(request, _("Bạn đã rút hồ sơ.") if done else _("Đã gửi đề nghị rút; bộ phận một cửa sẽ xác nhận."))
    return redirect("my_dossier", dossier.reference)
