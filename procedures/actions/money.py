"""A dossier's money: what is to be paid, and what follows when it was."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from payments.actions import cancel_open, open_payment
from payments.models import Account, Payment
from payments.money import Item
from payments.queries import accounts_of, payments_of
from portal.models import User
from portal.moments import now
from procedures import notifications, workflow
from procedures.actions import clocks
from procedures.models import Dossier
from procedures.models.lifecycle import MONEY, State
from procedures.queries.answers import fee_lines
from procedures.workflow import NotAllowed


def open_items(dossier: Dossier) -> list[Item]:
    """What is to be paid now: the fees of filing, or the one that an officer asked for."""
    if dossier.fee_paid_at or not dossier.fee_total:
        return []
    if dossier.state == State.PAYMENT_DUE:
        asked = dossier.events.filter(step="ask_payment").last()
        return [Item(kind="fee", name=asked.reason, amount=asked.facts["amount"])] if asked else []
    lines = [line for line in fee_lines(dossier) if line.when_due == "submission" and line.amount]
    return [
        Item(kind="fee" if line.kind == "fee" else "charge", name=line.name.read("vi"), amount=line.amount)
        for line in lines
    ]


def accounts_for(dossier: Dossier) -> list[Account]:
    return accounts_of(dossier.office)


@transaction.atomic
def begin_payment(dossier: Dossier, payer: User, account: Account) -> Payment:
    """Open the one payment of what is due; asked twice it is the same."""
    workflow.lock(dossier)
    items = open_items(dossier)
    if not items:
        raise NotAllowed(_("Hồ sơ này không có khoản nào phải nộp."))
    back = reverse("my_dossier", args=[dossier.reference], urlconf="portal.urls")
    return open_payment(dossier.reference, items, account=account, payer=payer, return_url=back, now=now())


@transaction.atomic
def note_payment(reference: str) -> None:
    """A payment was settled: the dossier that asked for it goes on. Told twice, it is once."""
    dossier = Dossier.objects.filter(reference=reference).first()
    if dossier is None:
        return
    workflow.lock(dossier)
    paid = payments_of(reference).filter(paid_at__isnull=False).last()
    if paid is None or dossier.fee_paid_at is not None or dossier.closed_at is not None:
        return
    dossier.fee_paid_at, dossier.paid_online = paid.paid_at, True
    dossier.save(update_fields=["fee_paid_at", "paid_online"])
    if dossier.state == State.PAYMENT_DUE:
        workflow.take(dossier, "payment_received", None, by=MONEY, payment=paid.reference, amount=paid.amount)
        clocks.resume(dossier, now())
    elif dossier.accepted_at:
        workflow.note(dossier, "paid", None, role=MONEY, payment=paid.reference, amount=paid.amount)
        clocks.settle_due(dossier)
    notifications.tell(dossier, "payment_received", amount=paid.amount)


@transaction.atomic
def take_cash(dossier: Dossier, cashier: User) -> None:
    """Money paid at the counter."""
    workflow.lock(dossier)
    if dossier.fee_paid_at or not dossier.fee_total:
        raise NotAllowed(_("Hồ sơ này không có khoản nào phải nộp."))
    # An attempt that is still open at the bank is not asked for any more; money from it goes to suspense.
    cancel_open(dossier.reference, actor=cashier)
    dossier.fee_paid_at = now()
    dossier.save(update_fields=["fee_paid_at"])
    workflow.note(dossier, "cash", cashier, amount=dossier.fee_total)
    if dossier.state == State.PAYMENT_DUE:
        workflow.take(dossier, "payment_received", None, by=MONEY, cash=True, amount=dossier.fee_total)
        clocks.resume(dossier, now())
    elif dossier.accepted_at:
        clocks.settle_due(dossier)
    notifications.tell(dossier, "payment_received", amount=dossier.fee_total)
