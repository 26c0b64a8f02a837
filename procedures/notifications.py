"""Telling people: in the portal and by mail, in their language, with what they have to do and by when."""

from collections.abc import Iterable
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_datetime

from portal import outbox
from portal.crypto import keyed_hash
from portal.models import Office, OutboxRow, Tenant, User
from portal.moments import now
from portal.queries import people_who
from portal.tenancy import current_tenant, inside
from procedures.models import Dossier, Message
from procedures.queries.supplements import in_words

# Every occasion has a template in templates/messages/: its first line is the subject, the rest the body.
OCCASIONS = (
    "submitted", "accepted", "refused", "supplement_requested", "supplied", "lapsed", "payment_requested", "payment_received",
    "suspended", "resumed", "done", "returned", "withdrawal_asked", "withdrawn", "ended", "revoked", "replaced", "late", "moved",
    "unopened", "supplement_soon", "extended", "due_moved", "letter",
    "joint_filed", "joint_stopped", "joint_done", "uncollected", "archived", "renew",
)  # fmt: skip


def tell(dossier: Dossier, occasion: str, **facts: Any) -> None:
    """Write a message to owner and submitter, and a row for each that the outbox mails; in the current transaction."""
    if occasion not in OCCASIONS:
        raise KeyError(occasion)
    for person, address, language in _recipients(dossier):
        subject, body = _written(dossier, occasion, language, person, facts)
        message = Message.objects.create(
            dossier=dossier,
            recipient=person,
            address=address,
            occasion=occasion,
            language=language,
            subject=subject,
            body=body,
            created_at=now(),
        )
        if address:
            outbox.put("mail", f"message-{message.pk}", {"message": message.pk})


def alert(dossier: Dossier, kind: str, people: Iterable[User], **facts: Any) -> None:
    """Tell officials what time has done to a dossier: a mail that leads to the desk and names no citizen."""
    for person in people:
        facts = {**facts, "kind": kind, "link": f"{origin()}{reverse('desk_dossier', args=[dossier.reference])}"}
        subject, body = _written(dossier, "officials/alert", person.language, person, facts)
        message = Message.objects.create(
            dossier=dossier, recipient=person, address=person.email, occasion="alert", language=person.language,
            subject=subject, body=body, created_at=now(),
        )  # fmt: skip
        if person.email:
            outbox.put("mail", f"message-{message.pk}", {"message": message.pk})


def text(dossier: Dossier, occasion: str) -> None:
    """Say by text message too what was just told: to the telephone given at the counter, in the current transaction."""
    message = Message.objects.filter(dossier=dossier, occasion=occasion).first()
    if message is not None and dossier.contact_phone:
        outbox.put("sms", f"message-{message.pk}", {"message": message.pk})


def text_of(message: Message) -> str:
    """One line without the person's data: a telephone is read by whoever holds it."""
    context = {"dossier": message.dossier, "track": f"{origin()}{reverse('track', urlconf='portal.urls')}"}
    with translation.override(message.language):
        return " ".join(render_to_string(f"messages/sms/{message.occasion}.txt", context).split())


def _recipients(dossier: Dossier) -> list[tuple[User | None, str, str]]:
    """The submitter, the owner where it is somebody else, and an address given at the counter by one without an account."""
    people = {
        person.pk: person for person in (dossier.submitter, dossier.owner) if person is not None and person.is_active
    }
    told: list[tuple[User | None, str, str]] = [
        (p, p.email or dossier.contact_email, p.language) for p in people.values()
    ]
    return told or [(None, dossier.contact_email, dossier.language)]


def _written(
    dossier: Dossier, occasion: str, language: str, person: User | None, facts: dict[str, Any]
) -> tuple[str, str]:
    context = {
        "dossier": dossier,
        "tenant": current_tenant(),
        "person": person,
        "link": link_to(dossier),
        "name": " ".join(dossier.version.parsed.name(language).split()),
        **facts,
    }
    if "wanted" in facts:
        context["wanted"] = [in_words(dossier, one, language) for one in facts["wanted"]]
    with translation.override(language):
        text = render_to_string(f"messages/{occasion}.txt", context)
    subject, _line, body = text.strip().partition("\n")
    return subject[:300], body.strip()


def tell_heads(dossier: Dossier, office: Office, occasion: str, **facts: Any) -> None:
    """Mail the heads of an office, once for each passage of a dossier; nothing of what the citizen wrote goes along."""
    outbox.put(
        "mail_heads", f"{occasion}-{dossier.pk}-{office.pk}-{dossier.event_count}",
        {"dossier": dossier.pk, "office": office.pk, "occasion": occasion, "facts": facts},
    )  # fmt: skip


@outbox.handles("mail_heads", outside=True)
def send_to_heads(row: OutboxRow) -> None:
    """At least once to each; who is head is asked when it is sent."""
    tenant, told = current_tenant(), row.payload
    with inside(tenant):
        dossier = Dossier.objects.select_related("procedure").get(pk=told["dossier"])
        office = Office.objects.get(pk=told["office"])
        heads = [one for one in people_who("dossier.decide", office.pk) if one.email]
        mails = [
            (one.email, *_to_official(told["occasion"], one.language, dossier, office, told["facts"])) for one in heads
        ]
    for address, subject, body in mails:
        mail = EmailMessage(subject, body, _sender(tenant), [address])
        mail.extra_headers["Message-ID"] = f"<{tenant.slug}-{row.key}-{keyed_hash(address, 'mail')[:12]}@{tenant.host}>"
        mail.send()


def _to_official(
    occasion: str, language: str, dossier: Dossier, office: Office, facts: dict[str, Any]
) -> tuple[str, str]:
    page = ("desk_opinion", facts["opinion"]) if "opinion" in facts else ("desk_dossier", dossier.reference)
    link = f"{origin()}{reverse(page[0], args=[page[1]], urlconf='portal.urls')}"
    facts = {**facts, "due": parse_datetime(facts.get("due") or "")}
    with translation.override(language):
        context = {"dossier": dossier, "office": office, "link": link, "tenant": current_tenant(), **facts}
        subject, _line, body = render_to_string(f"messages/officials/{occasion}.txt", context).strip().partition("\n")
    return subject[:300], body.strip()


def link_to(dossier: Dossier) -> str:
    """A full address: mails are read far from the portal."""
    return f"{origin()}{reverse('my_dossier', args=[dossier.reference], urlconf='portal.urls')}"


def origin() -> str:
    scheme = "https" if settings.SECURE_COOKIES else "http"
    port = f":{settings.PORT}" if settings.DEMO else ""
    return f"{scheme}://{current_tenant().host}{port}"


@outbox.handles("mail", outside=True)
def send_mail(row: OutboxRow) -> None:
    """At least once; the same Message-ID each time, so that a mail server can drop the second."""
    tenant = current_tenant()
    with inside(tenant):
        message = Message.objects.get(pk=row.payload["message"])
    if message.mailed_at:
        return
    mail = EmailMessage(message.subject, message.body, _sender(tenant), [message.address])
    mail.extra_headers["Message-ID"] = f"<{tenant.slug}-{row.key}@{tenant.host}>"
    mail.send()
    with inside(tenant):
        message.mailed_at = now()
        message.save(update_fields=["mailed_at"])


def _sender(tenant: Tenant) -> str:
    """The authority's name, quoted: one with a comma in it would be two addresses."""
    return formataddr((tenant.short_name, str(settings.DEFAULT_FROM_EMAIL).rpartition("<")[2].rstrip(">")))
