"""The life of a payment: the table, its double in the database, and what follows from every order of events."""

import datetime
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django_fsm import TransitionNotAllowed

from payments.actions import apply_callback, cancel_open, expire
from payments.lifecycle import EDGES, STEPS, State
from payments.models import Payment
from payments.queries import contradictions
from portal.models import User
from tests.payments.conftest import Opened
from tests.payments.words import MINUTE, MORNING, NOTHING, OK, said, story

TABLE = [
    ("cancelled", "paid"),
    ("created", "cancelled"),
    ("created", "expired"),
    ("created", "failed"),
    ("created", "paid"),
    ("created", "pending"),
    ("expired", "paid"),
    ("failed", "paid"),
    ("paid", "refunded"),
    ("pending", "cancelled"),
    ("pending", "expired"),
    ("pending", "failed"),
    ("pending", "paid"),
]


def test_the_table_is_this_one() -> None:
    assert EDGES == TABLE


def test_every_step_of_the_table_is_a_step_of_the_payment() -> None:
    assert all(hasattr(getattr(Payment, name), "_django_fsm") for name in STEPS)


@pytest.mark.parametrize("target", State.values)
@pytest.mark.parametrize("source", State.values)
def test_the_database_knows_the_same_edges(opened: Opened, source: str, target: str) -> None:
    payment = opened()
    for step in way_to(source):
        move(payment, step)
    allowed = source == target or (source, target) in TABLE
    assert move(payment, target) is allowed


def way_to(state: str) -> list[str]:
    ways = {"created": [], "refunded": ["paid", "refunded"]}
    return ways.get(state, [state])


def move(payment: Payment, state: str) -> bool:
    """Round the model, as a slip in our code or a person at the database would."""
    try:
        with transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(state=state)
    except DatabaseError:
        return False
    return True


def test_the_state_cannot_be_set_by_hand(opened: Opened) -> None:
    with pytest.raises(AttributeError):
        opened().state = State.PAID


def test_a_step_out_of_turn_is_refused(opened: Opened) -> None:
    payment = opened()
    payment.cancel()
    with pytest.raises(TransitionNotAllowed):
        payment.pay()


@pytest.mark.parametrize("change", [{"amount": 1}, {"reference": "TT261123AAAAAAAAAAAA"}, {"claim": "0" * 64}])
def test_what_was_agreed_never_changes(opened: Opened, change: dict[str, Any]) -> None:
    payment = opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**change)


def test_a_payment_is_born_created(opened: Opened) -> None:
    payment = opened()
    copy = {
        f.attname: getattr(payment, f.attname) for f in Payment._meta.concrete_fields if f.name not in ("id", "state")
    }
    copy |= {"reference": "TT261123AAAAAAAAAAAA", "claim": "0" * 64}
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment(**copy, state=State.PAID).save(force_insert=True)


@pytest.mark.parametrize("table", ["payments_ledgerentry", "payments_callback", "payments_receipt"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_was_written_down_cannot_be_changed(paid: Payment, table: str, verb: str) -> None:
    with pytest.raises((DatabaseError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


@pytest.mark.parametrize("table", ["payments_ledgerentry", "payments_callback", "payments_receipt"])
def test_the_application_has_no_right_to_change_it_either(paid: Payment, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r, has_table_privilege(%s, r) FROM unnest(ARRAY['INSERT','UPDATE','DELETE','TRUNCATE']) r",
            [table],
        )
        rights = dict(cursor.fetchall())
    assert rights == {"INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}


@pytest.fixture
def paid(opened: Opened) -> Payment:
    payment = opened(left=True)
    assert apply_callback("vnpay", said(payment), now=MORNING + MINUTE) == OK
    return payment


EVENTS = ("ipn paid", "ipn failed", "return", "expire", "cancel")


def happen(event: str, payment: Payment, an: User) -> None:
    now = MORNING + 20 * MINUTE
    if event == "ipn paid":
        apply_callback("vnpay", said(payment, number=str(payment.pk)), now=now)
    elif event == "ipn failed":
        apply_callback("vnpay", said(payment, code="51"), now=now)
    elif event == "expire":
        expire(payment, now=now)
    elif event == "cancel":
        cancel_open(payment.subject, actor=an)


def outcome_of(events: Sequence[str]) -> dict[str, Any]:
    """The whole truth as a function of what happened: the first end counts, money is kept, the page you return to says nothing."""
    ends = {"ipn paid": "paid", "ipn failed": "failed", "expire": "expired", "cancel": "cancelled"}
    state = next((ends[event] for event in events if event in ends), "pending")
    came = 30000 if "ipn paid" in events else 0
    if state == "paid":
        return {"state": state, "received": came, "applied": came, "suspense": 0, "receipts": 1}
    return {"state": state, "received": came, "applied": 0, "suspense": came, "receipts": 0}


def orders() -> list[tuple[str, ...]]:
    short = [order for length in range(4) for order in itertools.product(EVENTS, repeat=length)]
    return short + list(itertools.permutations(EVENTS, 4))


def test_every_order_of_events_ends_as_the_provider_says(opened: Opened, an: User) -> None:
    """All sequences up to three events, repetitions included, and all orders of four different ones: 276 lives."""
    wrong = []
    for number, events in enumerate(orders()):
        payment = opened(f"HS-{number}", left=True)
        for event in events:
            happen(event, payment, an)
        if story(payment) != outcome_of(events):
            wrong.append((events, story(payment)))
    assert wrong == []
    assert contradictions() == []


def test_a_payment_that_nobody_touched_has_moved_nothing(opened: Opened) -> None:
    assert story(opened()) == {"state": "created", **NOTHING}


def test_a_payment_still_in_time_does_not_expire(opened: Opened) -> None:
    payment = opened(left=True)
    expire(payment, now=MORNING + datetime.timedelta(minutes=14, seconds=59))
    assert story(payment)["state"] == "pending"
    expire(payment, now=MORNING + datetime.timedelta(minutes=15))
    assert story(payment)["state"] == "expired"
