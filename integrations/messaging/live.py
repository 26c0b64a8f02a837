"""Speaks to the SMS gateway of the data platform, and looks whether the mail server is there."""

import smtplib

from django.conf import settings
from django.core.mail import get_connection

from integrations.messaging import NotAccepted
from integrations.unavailable import Unavailable
from portal import http

SECONDS = 5.0
SENT = "SUCCESSFUL"


def send_sms(phone: str, text: str) -> None:
    payload = {"content": text, "sender": "MotCua", "receiver": phone, "applicationTitle": "Một Cửa"}
    try:
        answer = http.post_json(settings.SMS_URL, payload, timeout=SECONDS)
    except http.Unreachable as error:
        raise Unavailable("sms") from error
    except http.Refused as error:
        # A page in place of an answer may pass; a status that says no does not.
        raise (Unavailable("sms") if error.status == 200 else NotAccepted("sms")) from error
    if not isinstance(answer, dict) or answer.get("result") != SENT:
        raise NotAccepted("sms")


def check() -> str:
    line = get_connection(timeout=2)
    try:
        line.open()
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable("mail") from error
    finally:
        line.close()
    return ""
