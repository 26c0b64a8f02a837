"""The life of a payment, on one screen. What follows from a step stands in the actions; the database refuses every other edge."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    CREATED = "created", pgettext_lazy("payment state", "Chưa thanh toán")
    PENDING = "pending", pgettext_lazy("payment state", "Đang chờ xác nhận")
    PAID = "paid", pgettext_lazy("payment state", "Đã thanh toán")
    FAILED = "failed", pgettext_lazy("payment state", "Không thành công")
    EXPIRED = "expired", pgettext_lazy("payment state", "Hết hạn")
    CANCELLED = "cancelled", pgettext_lazy("payment state", "Đã hủy")
    REFUNDED = "refunded", pgettext_lazy("payment state", "Đã hoàn tiền")


@dataclass(frozen=True)
class Step:
    sources: tuple[State, ...]
    target: State


OPEN = (State.CREATED, State.PENDING)
OVER = (State.FAILED, State.EXPIRED, State.CANCELLED)

STEPS = {
    "leave": Step((State.CREATED,), State.PENDING),  # the payer goes to the bank
    "pay": Step(OPEN, State.PAID),  # the provider says so, and nothing else
    "fail": Step(OPEN, State.FAILED),
    "expire": Step(OPEN, State.EXPIRED),
    "cancel": Step(OPEN, State.CANCELLED),  # no longer asked for, or paid by another attempt
    "accept_late": Step(OVER, State.PAID),  # an official applies money that came late
    "refund": Step((State.PAID,), State.REFUNDED),  # all that was applied went back
}

EDGES = sorted({(source.value, step.target.value) for step in STEPS.values() for source in step.sources})


def guard_sql(table: str) -> str:
    """The trigger that holds the same table in the database, and keeps what was agreed: reference, claim and amount."""
    pairs = ", ".join(f"('{source}', '{target}')" for source, target in EDGES)
    return f"""
CREATE OR REPLACE FUNCTION {table}_lifecycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> '{State.CREATED.value}' THEN
            RAISE EXCEPTION 'a payment begins as created, not %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.reference, NEW.claim, NEW.amount) IS DISTINCT FROM (OLD.reference, OLD.claim, OLD.amount) THEN
        RAISE EXCEPTION 'reference, claim and amount of a payment never change' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({pairs}) THEN
        RAISE EXCEPTION 'a payment does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lifecycle BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_lifecycle();
"""
