"""What a provider or a cashier says about a payment, from the words to the ledger."""

import datetime
import logging
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from payments.actions.attempts import order_of
from payments.actions.settlement import NotPossible, Outcome, take
from payments.lifecycle import State
from payments.models import Account, Callback, Payment
from payments.providers.base import Notice, Raw, Result, Truth
from payments.providers.table import PROVIDERS
from portal import audit
from portal.models import User
from portal.tenancy import current_tenant, inside

log = logging.getLogger(__name__)
RAW_LIMIT = 8000

ANSWERS = {
    Outcome.PAID: Result.CONFIRMED,
    Outcome.FAILED: Result.CONFIRMED,
    Outcome.UNDECIDED: Result.CONFIRMED,
    Outcome.EXPIRED: Result.CONFIRMED,
    Outcome.ALREADY: Result.ALREADY,
    # "Status still pending" is the question; the money is kept, and the provider need not tell us again.
    Outcome.SUSPENDED: Result.ALREADY,
    Outcome.UNKNOWN_ORDER: Result.UNKNOWN_ORDER,
    Outcome.WRONG_AMOUNT: Result.WRONG_AMOUNT,
    Outcome.BAD_SIGNATURE: Result.BAD_SIGNATURE,
    Outcome.ERROR: Result.ERROR,
}


def receive(provider_code: str, raw: Mapping[str, object], *, now: datetime.datetime) -> dict[str, str]:
    """A callback from its words to our answer, which is given only once all of it is committed."""
    tenant, raw = current_tenant(), _writable(raw)
    try:
        with inside(tenant):
            return apply_callback(provider_code, raw, now=now)
    except Exception:
        log.exception("a callback of %s could not be applied", provider_code)
        with inside(tenant):
            keep(provider_code, raw, Outcome.ERROR, None, now)
        return PROVIDERS[provider_code].answer(Result.ERROR, raw, "")


def _writable(raw: Mapping[str, object]) -> Raw:
    """Words that PostgreSQL can keep: it takes neither NUL nor half a character. What was changed by this is not signed any more."""
    return {_word(name): _word(value) for name, value in raw.items()}


def _word(value: object) -> str:
    return str(value).replace("\0", "").encode(errors="replace").decode()


@transaction.atomic
def apply_callback(provider_code: str, raw: Raw, *, now: datetime.datetime) -> dict[str, str]:
    """Signature, order, amount, state, result: in this order; what was said is kept whatever becomes of it."""
    provider = PROVIDERS[provider_code]
    notice = provider.read(raw)
    secret = _secret_behind(provider_code, raw, notice)
    payment, outcome = take(provider_code, notice, now) if secret else (None, Outcome.BAD_SIGNATURE)
    keep(provider_code, raw, outcome, payment, now)
    return provider.answer(ANSWERS[outcome], raw, secret)


def signed_by_provider(provider_code: str, raw: Raw) -> bool:
    """For the page that a payer comes back to: it shows something only to the bearer of the provider's own words."""
    return bool(_secret_behind(provider_code, raw, PROVIDERS[provider_code].read(raw)))


def _secret_behind(provider_code: str, raw: Raw, notice: Notice) -> str:
    """The secret of the account of ours that signed, or "". A closed account still verifies what comes late."""
    accounts = Account.objects.filter(provider=provider_code)
    if notice.terminal:
        accounts = accounts.filter(terminal=notice.terminal)
    return next((a.secret for a in accounts if PROVIDERS[provider_code].verify(raw, a.secret)), "")


def keep(
    provider_code: str, raw: Mapping[str, str], outcome: Outcome, payment: Payment | None, now: datetime.datetime
) -> None:
    kept = (
        dict(raw)
        if sum(len(str(k)) + len(str(v)) for k, v in raw.items()) <= RAW_LIMIT
        else {"too_long": str(dict(raw))[:RAW_LIMIT]}
    )
    verified = outcome not in (Outcome.BAD_SIGNATURE, Outcome.ERROR)
    Callback(provider=provider_code, raw=kept, outcome=outcome, verified=verified, payment=payment, at=now).save(
        force_insert=True
    )


def ask_again(reference: str, *, now: datetime.datetime) -> Outcome | None:
    """Ask the provider what became of a payment, with no transaction open meanwhile. Unreachable, Refused, Untrue go up."""
    tenant = current_tenant()
    with inside(tenant):
        payment = Payment.objects.select_related("account").get(reference=reference)
        if payment.state != State.PENDING:
            return None
        Payment.objects.filter(pk=payment.pk).update(asked_at=now)
        order = order_of(payment)
    notice = PROVIDERS[payment.provider].ask(order, now)
    with inside(tenant):
        _found, outcome = take(payment.provider, notice, now)
        if outcome is not Outcome.UNDECIDED:
            said = {
                "asked": reference,
                "truth": notice.truth.value,
                "transaction": notice.transaction,
                "amount": str(notice.amount),
            }
            keep(payment.provider, said, outcome, payment, now)
        return outcome


@transaction.atomic
def confirm_transfer(
    payment: Payment, *, transaction_number: str, amount: int, actor: User, now: datetime.datetime
) -> Outcome:
    """A cashier found a transfer on the bank's statement. It counts like a provider's word, and once."""
    if PROVIDERS[payment.provider].can_be_asked:
        raise NotPossible(_("Khoản này do cổng thanh toán xác nhận, không xác nhận bằng tay."))
    if not transaction_number:
        raise NotPossible(_("Nhập số giao dịch trên sao kê của ngân hàng."))
    notice = Notice(payment.reference, amount, Truth.PAID, transaction_number, payment.options["terminal"])
    _found, outcome = take(payment.provider, notice, now)
    if outcome is Outcome.WRONG_AMOUNT:
        raise NotPossible(_("Số tiền trên sao kê không bằng số tiền phải nộp."))
    if outcome is Outcome.ALREADY:
        raise NotPossible(_("Giao dịch này đã được ghi nhận trước đó."))
    said = {"transaction": transaction_number, "amount": str(amount), "confirmed_by": str(actor.pk)}
    keep(payment.provider, said, outcome, payment, now)
    audit.record(
        actor, "payment.transfer_confirmed", payment.reference, subject=payment.payer, transaction=transaction_number
    )
    return outcome
