"""What payments read."""

import datetime
from collections.abc import Collection

from django.db.models import Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from payments.lifecycle import OPEN, State
from payments.models import Account, LedgerEntry, Payment, ProviderCode, Receipt, ReceiptBook, Refund
from payments.money import Balance
from portal.models import Office, User

FIRST_QUESTION = datetime.timedelta(minutes=2)
STALE = datetime.timedelta(days=1)
LATER_QUESTIONS = datetime.timedelta(hours=1)


def payment_for(user: User, reference: str) -> Payment:
    """A payment that a person may see: their own, or one that is nobody's in particular."""
    mine = Payment.objects.select_related("account").filter(Q(payer=user) | Q(payer=None))
    return get_object_or_404(mine, reference=reference)


def payment_by(reference: str) -> Payment | None:
    return Payment.objects.filter(reference=reference).first()


def payments_of(subject: str) -> QuerySet[Payment]:
    return Payment.objects.filter(subject=subject).order_by("created_at")


def standing(claim: str, account: Account) -> Payment | None:
    """The payment that stands for a demand: the paid one, else the open one by this account."""
    rows = Payment.objects.filter(claim=claim).filter(Q(state=State.PAID) | Q(state__in=OPEN, account=account))
    return rows.order_by("-paid_at", "pk").first()


def paid_of(claim: str) -> Payment | None:
    return Payment.objects.filter(claim=claim, state=State.PAID).first()


def at_offices(rows: QuerySet[Payment], offices: Collection[int] | None) -> QuerySet[Payment]:
    """Those paid to an account of some offices; None stands for everywhere."""
    return rows if offices is None else rows.filter(account__office__in=offices)


def accounts_of(office: Office | None) -> list[Account]:
    """Where an office's fees can be paid: its own accounts, else the nearest office's above it, else the authority's."""
    while True:
        found = list(Account.objects.filter(office=office, is_active=True).order_by("pk"))
        if found or office is None:
            return found
        office = office.parent


def balance(rows: QuerySet[LedgerEntry]) -> Balance:
    return Balance(**{row["kind"]: row["sum"] for row in rows.order_by().values("kind").annotate(sum=Sum("amount"))})


def balance_of(payment: Payment) -> Balance:
    return balance(LedgerEntry.objects.filter(payment=payment))


def undecided(now: datetime.datetime, providers: Collection[str]) -> QuerySet[Payment]:
    """Those who left and of whom nothing was heard; the longest unasked first, the very old ones seldom."""
    waiting = Payment.objects.filter(state=State.PENDING, provider__in=providers, left_at__lte=now - FIRST_QUESTION)
    fresh = Q(left_at__gt=now - STALE, asked_at__lte=now - FIRST_QUESTION)
    stale = Q(asked_at__lte=now - LATER_QUESTIONS)
    return waiting.filter(Q(asked_at=None) | fresh | stale).order_by("asked_at", "left_at")


def out_of_time(now: datetime.datetime, providers: Collection[str]) -> QuerySet[Payment]:
    """Open payments that may expire unasked: nobody left for the bank, or nobody but a cashier can know."""
    overdue = Payment.objects.filter(state__in=OPEN, expires_at__lte=now)
    return overdue.filter(Q(state=State.CREATED) | ~Q(provider__in=providers))


def awaiting_transfers() -> QuerySet[Payment]:
    """Transfers that a cashier may find on the bank's statement; one that came late is found there too."""
    rows = Payment.objects.filter(provider=ProviderCode.VIETQR, left_at__isnull=False)
    return rows.filter(state__in=[State.PENDING, State.EXPIRED], provider_transaction="").order_by("-left_at")


def in_suspense() -> QuerySet[Payment]:
    """Payments with money that nobody has decided about yet."""
    waiting = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.SUSPENSE).order_by()
    ids = waiting.values("payment").annotate(sum=Sum("amount")).filter(sum__gt=0).values("payment")
    return Payment.objects.filter(pk__in=ids).order_by("pk")


def open_refunds() -> QuerySet[Refund]:
    return (
        Refund.objects.filter(state=Refund.State.REQUESTED)
        .select_related("payment", "requested_by")
        .order_by("requested_at")
    )


def with_open_refunds() -> QuerySet[Payment]:
    return Payment.objects.filter(pk__in=open_refunds().order_by().values("payment")).order_by("pk")


def long_undecided(now: datetime.datetime) -> QuerySet[Payment]:
    """Payments whose outcome nobody could tell for an hour after they should have ended: somebody has to look."""
    return Payment.objects.filter(state=State.PENDING, expires_at__lte=now - LATER_QUESTIONS).order_by("expires_at")


def contradictions() -> list[str]:
    """Every payment whose money, state and receipt do not tell the same story, and every gap in the receipt numbers."""
    found: list[str] = []
    receipts = dict(Receipt.objects.values_list("payment_id", "amount"))
    for payment in Payment.objects.prefetch_related("entries").order_by("pk").iterator(chunk_size=1000):
        found += [f"{payment.reference}: {said}" for said in _story(payment, receipts.get(payment.pk))]
    return found + _gaps()


def _story(payment: Payment, receipt: int | None) -> list[str]:
    sums = dict.fromkeys(LedgerEntry.Kind.values, 0)
    for entry in payment.entries.all():
        sums[entry.kind] += entry.amount
    money, said = Balance(**sums), []
    if money.difference:
        said.append(f"difference {money.difference}")
    if min(sums.values()) < 0:
        said.append("a pot is below zero")
    if payment.state == State.PAID and not 0 < money.applied <= payment.amount:
        said.append(f"paid, but {money.applied} of {payment.amount} applied")
    if payment.state != State.PAID and money.applied:
        said.append(f"{payment.state}, but {money.applied} applied")
    if (payment.paid_at is not None) != (receipt is not None):
        said.append("settled and receipt do not go together")
    if receipt is not None and receipt != payment.amount:
        said.append(f"receipt of {receipt} for {payment.amount}")
    return said


def _gaps() -> list[str]:
    said = []
    for book in ReceiptBook.objects.order_by("year"):
        numbers = list(Receipt.objects.filter(year=book.year).order_by("number").values_list("number", flat=True))
        if numbers != list(range(1, book.last + 1)):
            said.append(f"receipts of {book.year}: {len(numbers)} there, {book.last} issued")
    return said
