"""Short messages to telephones; letters go through Django's mail backend. The stand-in receives both and shows them."""

from integrations.unavailable import Unavailable

__all__ = ["NotAccepted", "Unavailable", "check", "send_sms"]


class NotAccepted(Exception):
    """The gateway will never send this message to this number."""


def send_sms(phone: str, text: str) -> None:
    """Hand one message to the gateway; raises Unavailable (try again) or NotAccepted (never). Not inside a transaction."""
    from integrations.messaging import live  # the stand-in imports this package without settings

    live.send_sms(phone, text)


def check() -> str:
    """Reach the mail server; raises Unavailable."""
    from integrations.messaging import live

    return live.check()
