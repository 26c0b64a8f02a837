"""The port of payments: what the storeys above may do with money."""

from payments.actions.attempts import Traveller, cancel_open, expire, leave, open_payment, order_of
from payments.actions.callbacks import apply_callback, ask_again, confirm_transfer, receive, signed_by_provider
from payments.actions.refunds import apply_suspended, carry_out_refund, request_refund
from payments.actions.settlement import NotPossible

__all__ = [
    "NotPossible",
    "Traveller",
    "apply_callback",
    "apply_suspended",
    "ask_again",
    "cancel_open",
    "carry_out_refund",
    "confirm_transfer",
    "expire",
    "leave",
    "open_payment",
    "order_of",
    "receive",
    "request_refund",
    "signed_by_provider",
]
