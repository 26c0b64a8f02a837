"""Agreements between authorities: offered by one administrator, accepted by the other, ended by either; in both journals.

Each side keeps its own row under the same code. A side believes about the other only what the other's message says.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.actions import NotPossible
from portal.models import Tenant, User
from portal.moments import now, today
from portal.tenancy import current_tenant
from portal.text import random_code
from procedures.actions import crossings
from procedures.actions.crossings import Letter, Refused
from procedures.models import Agreement
from procedures.queries.joint import described, forms_of

State = Agreement.State


@transaction.atomic
def offer(
    actor: User, partner: Tenant, *, procedures: Sequence[str], tells_back: Sequence[str], tells_siblings: bool,
    since: datetime.date, purpose: str,
) -> Agreement:  # fmt: skip
    """Offer to send filings of these procedures to another authority."""
    if partner.pk == current_tenant().pk:
        raise NotPossible(_("Trong cùng một cơ quan không cần thỏa thuận."))
    terms: dict[str, Any] = {
        "procedures": list(procedures), "tells_back": list(tells_back), "tells_siblings": tells_siblings, "since": since, "purpose": purpose,
    }  # fmt: skip
    made = Agreement.objects.create(
        code=random_code(2), partner=partner, sends=True, offered_by=actor.full_name, offered_at=now(), **terms
    )
    audit.record(actor, "agreement.offer", _about(made), partner=partner.slug, **terms)
    body = {**terms, "since": since.isoformat(), "by": actor.full_name}
    crossings.send(partner, "agreement.offer", body, agreement=made.code, actor=actor)
    return made


@crossings.takes("agreement.offer")
def _offered(letter: Letter) -> None:
    told = letter.body
    made = Agreement.objects.create(
        code=letter.agreement, partner=letter.sender, sends=False, procedures=told["procedures"], tells_back=told["tells_back"],
        tells_siblings=told["tells_siblings"], since=datetime.date.fromisoformat(told["since"]), purpose=told["purpose"], offered_by=told["by"], offered_at=now(),
    )  # fmt: skip
    audit.record(None, "agreement.offered", _about(made), partner=letter.sender.slug, **told)


@transaction.atomic
def accept(agreement: Agreement, actor: User, fields: Mapping[str, Sequence[str]]) -> Agreement:
    """Agree to receive: which questions of our forms may be answered from the other side is said by us."""
    held = _held(agreement, State.OFFERED, sends=False)
    missing = [code for code in held.procedures if code not in forms_of(held.procedures)]
    if missing:
        told = {"codes": ", ".join(missing)}
        raise NotPossible(
            _("Cơ quan mình không cung cấp trực tuyến: %(codes)s. Hãy công bố trước, hoặc từ chối.") % told
        )
    held.fields = {code: list(fields.get(code, ())) for code in held.procedures}
    _answer(held, State.IN_FORCE, actor)
    audit.record(actor, "agreement.accept", _about(held), partner=held.partner.slug, fields=held.fields)
    body = {"by": actor.full_name, "fields": held.fields, "described": described(held)}
    crossings.send(held.partner, "agreement.accept", body, agreement=held.code, actor=actor)
    return held


@crossings.takes("agreement.accept")
def _accepted(letter: Letter) -> None:
    held = _ours(letter, State.OFFERED, sends=True)
    held.fields, held.described = letter.body["fields"], letter.body["described"]
    _answer(held, State.IN_FORCE, letter.body["by"])
    audit.record(None, "agreement.accepted", _about(held), partner=letter.sender.slug, fields=held.fields)


@transaction.atomic
def decline(agreement: Agreement, actor: User, *, reason: str) -> Agreement:
    held = _held(agreement, State.OFFERED, sends=False)
    _answer(held, State.DECLINED, actor, reason)
    audit.record(actor, "agreement.decline", _about(held), partner=held.partner.slug, reason=reason)
    crossings.send(
        held.partner, "agreement.decline", {"by": actor.full_name, "reason": reason}, agreement=held.code, actor=actor
    )
    return held


@crossings.takes("agreement.decline")
def _declined(letter: Letter) -> None:
    held = _ours(letter, State.OFFERED, sends=True)
    _answer(held, State.DECLINED, letter.body["by"], letter.body["reason"])
    audit.record(None, "agreement.declined", _about(held), partner=letter.sender.slug, reason=held.reason)


@transaction.atomic
def end(agreement: Agreement, actor: User, *, reason: str) -> Agreement:
    """End it, from either side, or take back an offer: nothing new goes over; what went over is told of to its end."""
    held = _held(agreement, State.IN_FORCE, State.OFFERED)
    if held.state == State.OFFERED and not held.sends:
        raise NotPossible(_("Đề nghị này chờ bạn chấp thuận hoặc từ chối."))
    _end(held, actor.full_name, reason)
    audit.record(actor, "agreement.end", _about(held), partner=held.partner.slug, reason=reason)
    crossings.send(
        held.partner, "agreement.end", {"by": actor.full_name, "reason": reason}, agreement=held.code, actor=actor
    )
    return held


@crossings.takes("agreement.end")
def _ended(letter: Letter) -> None:
    held = _of(letter)
    if held.state in (State.ENDED, State.DECLINED):
        return
    _end(held, letter.body["by"], letter.body["reason"])
    audit.record(None, "agreement.ended", _about(held), partner=letter.sender.slug, reason=held.reason)


def in_force(code: str, partner: Tenant, *, sends: bool) -> Agreement:
    """The agreement that a message stands on. Raises Refused where there is none, or it holds no more, or not yet."""
    held = Agreement.objects.filter(code=code, partner=partner, sends=sends).first()
    if held is None:
        raise Refused(_("Không có thỏa thuận liên thông giữa hai cơ quan."))
    if held.state != State.IN_FORCE:
        raise Refused(_("Thỏa thuận liên thông không còn hoặc chưa có hiệu lực."))
    if held.since > today():
        raise Refused(_("Thỏa thuận liên thông chưa đến ngày có hiệu lực."))
    return held


def _held(agreement: Agreement, *states: str, sends: bool | None = None) -> Agreement:
    """The row, locked, where it still stands as the person saw it."""
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("partner")
    held: Agreement = rows.get(pk=agreement.pk)
    if held.state not in states or (sends is not None and held.sends is not sends):
        raise NotPossible(_("Thỏa thuận vừa thay đổi; hãy xem lại."))
    return held


def _of(letter: Letter) -> Agreement:
    rows = Agreement.objects.select_for_update(of=("self",)).filter(code=letter.agreement, partner=letter.sender)
    held = rows.first()
    if held is None:
        raise Refused(_("Không có thỏa thuận liên thông giữa hai cơ quan."))
    return held


def _ours(letter: Letter, state: str, *, sends: bool) -> Agreement:
    held = _of(letter)
    if held.state != state or held.sends is not sends:
        raise Refused(_("Thỏa thuận không chờ trả lời này."))
    return held


def _answer(held: Agreement, state: str, by: User | str, reason: str = "") -> None:
    held.state, held.answered_at, held.reason = state, now(), reason
    held.answered_by = by if isinstance(by, str) else by.full_name
    held.save(update_fields=["state", "answered_at", "answered_by", "reason", "fields", "described"])


def _end(held: Agreement, by: str, reason: str) -> None:
    held.state, held.ended_by, held.ended_at, held.reason = State.ENDED, by, now(), reason
    held.save(update_fields=["state", "ended_by", "ended_at", "reason"])


def _about(agreement: Agreement) -> str:
    return f"agreement:{agreement.code}"
