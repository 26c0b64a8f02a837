"""The only door to a dossier's state: lock, permission, step, event."""

import datetime
import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from portal.models import User
from portal.moments import now
from portal.queries import memberships_of
from portal.roles import Role
from portal.tenancy import current_tenant
from procedures.models import Dossier, DossierEvent
from procedures.models.lifecycle import NOTES, PAUSED, STEPS, TIME, State

# What every passage leaves on the dossier itself.
PASSED = ("state", "resumes_to", "last_step", "event_count", "event_hash", "changed_at", "changed_by")


SETTLING = (Role.OFFICER, Role.HEAD)


class NotAllowed(Exception):
    """A step that cannot be taken: `str()` is a sentence fit for the person who tried."""


@transaction.atomic
def take(
    dossier: Dossier,
    step: str,
    actor: User | None,
    /,
    *,
    by: str = TIME,
    reason: str = "",
    occurred_at: datetime.datetime | None = None,
    resumes_to: str = "",
    **facts: Any,
) -> DossierEvent:
    """Take a step. The row is locked and read anew first: two who decide at once do not both win.

    `by` says what moves the dossier where no person does (time, money). `occurred_at` is for what happened on paper
    before it was entered: never in the future, and no earlier than the tenant's bound. Facts that the step must tell
    (lifecycle.Step.must_tell) are required. Raises NotAllowed; changes nothing then.
    """
    lock(dossier)
    declared = STEPS[step]
    role = _role(dossier, actor, declared.by) if actor else by
    if role not in declared.by:
        raise NotAllowed(_("Bạn không có quyền thực hiện bước này với hồ sơ."))
    missing = [name for name in declared.must_tell if not (reason if name == "reason" else facts.get(name))]
    if missing:
        raise NotAllowed(_("Bước này cần nêu: %(names)s.") % {"names": ", ".join(missing)})
    before = dossier.state
    if declared.targets[0] in PAUSED:
        dossier.resumes_to = resumes_to or before
    _pass(dossier, step)
    return _tell(dossier, step, before, (actor, role), reason, occurred_at, facts)


@transaction.atomic
def note(
    dossier: Dossier, name: str, actor: User | None, /, *, role: str = "", reason: str = "", **facts: Any
) -> DossierEvent:
    """Write an event that changes no state (asking to withdraw, assigning, correcting)."""
    if name not in NOTES:
        raise KeyError(name)
    lock(dossier)
    held = role or (_role(dossier, actor, frozenset(Role)) if actor else TIME)
    return _tell(dossier, name, dossier.state, (actor, held), reason, None, facts)


def lock(dossier: Dossier) -> None:
    """Hold the dossier's row until the transaction ends, and see it as it is now; rows around it are not read again."""
    known = dict(dossier._state.fields_cache)
    dossier.refresh_from_db(from_queryset=Dossier.objects.select_for_update(of=("self",)))
    for name, row in known.items():
        if row is not None and row.pk == getattr(dossier, f"{name}_id"):
            setattr(dossier, name, row)


def allowed(dossier: Dossier, actor: User) -> set[str]:
    """The steps that a person may take now: what a page offers."""
    return {
        name
        for name, step in STEPS.items()
        if dossier.state in step.sources
        and _role(dossier, actor, step.by) in step.by
        and can_proceed(getattr(dossier, name))
    }


def is_own(dossier: Dossier, person: User) -> bool:
    return person.pk in (dossier.owner_id, dossier.submitter_id)


def _role(dossier: Dossier, actor: User, wanted: frozenset[str]) -> str:
    """In which role a person acts on a dossier: as its citizen, else by a membership that covers one of its offices.

    An official never handles a dossier of their own.
    """
    if is_own(dossier, actor):
        return Role.CITIZEN
    held = roles_at(dossier, actor)
    fitting = [role for role in held if role in wanted]
    return fitting[0] if fitting else (held[0] if held else "")


def roles_at(dossier: Dossier, actor: User) -> list[str]:
    """The roles of a person that reach one of the dossier's offices; who decides sits at one that settles it."""
    places, settling = dossier.offices, dossier.settling_offices
    return [
        m.role
        for m in memberships_of(actor)
        if m.office_id is None or m.office_id in (settling if m.role in SETTLING else places)
    ]


def _pass(dossier: Dossier, step: str) -> None:
    """Only django-fsm writes the state; a step that does not start here says so in words."""
    method = getattr(dossier, step)
    if not can_proceed(method):
        told = {"state": State(dossier.state).label, "step": STEPS[step].title}
        raise NotAllowed(
            _("Hồ sơ đang ở trạng thái “%(state)s” nên không thể thực hiện “%(step)s”. Có thể người khác vừa xử lý.")
            % told
        )
    method()


def _tell(
    dossier: Dossier,
    step: str,
    before: str,
    by: tuple[User | None, str],
    reason: str,
    occurred_at: datetime.datetime | None,
    facts: dict[str, Any],
) -> DossierEvent:
    recorded, (actor, role) = now(), by
    event = DossierEvent(
        dossier=dossier, number=dossier.event_count + 1, step=step, from_state=before, to_state=dossier.state,
        actor=actor, actor_role=role, reason=reason, facts=facts,
        recorded_at=recorded, occurred_at=_bounded(occurred_at, recorded) if actor else occurred_at or recorded, previous_hash=dossier.event_hash,
    )  # fmt: skip
    event.hash = event_hash(event)
    dossier.last_step, dossier.event_count, dossier.event_hash = step, event.number, event.hash
    dossier.changed_at, dossier.changed_by = recorded, actor
    dossier.save(update_fields=PASSED)
    event.save(force_insert=True)
    return event


def _bounded(occurred_at: datetime.datetime | None, recorded: datetime.datetime) -> datetime.datetime:
    if occurred_at is None:
        return recorded
    days = int(current_tenant().setting("entered_late_days"))
    if occurred_at > recorded:
        raise NotAllowed(_("Thời điểm xảy ra không thể ở tương lai."))
    if occurred_at < recorded - datetime.timedelta(days=days):
        raise NotAllowed(_("Chỉ được nhập muộn tối đa %(days)s ngày.") % {"days": days})
    return occurred_at


def event_hash(event: DossierEvent) -> str:
    """What an event says, with the hash before it: change one letter of the past and every later hash is wrong."""
    told = [
        event.previous_hash, event.dossier_id, event.number, event.step, event.from_state, event.to_state, event.actor_id,
        event.actor_role, event.reason, event.facts, *(m.astimezone(datetime.UTC) for m in (event.recorded_at, event.occurred_at)),
    ]  # fmt: skip
    return hashlib.sha256(
        json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
