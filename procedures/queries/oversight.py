"""What an administrator has to see to: levels not reached, offices without people, work given up, what is late."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy

from portal.models import AuditEntry, Membership, Office, OutboxRow
from portal.moments import now, today
from portal.queries import open_offices
from portal.roles import Role
from portal.text import fold
from procedures.models import Alarm, Dossier, Feedback, Offering, Procedure
from procedures.models.lifecycle import RUNNING, State

EVERY_DESK = frozenset({Role.CLERK.value, Role.HEAD.value})
SOON = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Unmanned:
    """An office that offers procedures with steps for a role that nobody holds there."""

    office: Office
    role: str
    procedures: int

    @property
    def role_word(self) -> str:
        return str(Role(self.role).label)


def _offered_today() -> QuerySet[Offering]:
    return Offering.objects.filter(office__in=open_offices())


def unmanned() -> list[Unmanned]:
    """Roles that the routes of the procedures offered at an office need and nobody holds there today."""
    roles = _roles_by_procedure()
    held = _held_today()
    missing: Counter[tuple[int, str]] = Counter()
    for procedure, office in _offered_today().values_list("procedure_id", "office_id"):
        missing.update(
            (office, role) for role in roles.get(procedure, EVERY_DESK) if not held & {(office, role), (None, role)}
        )
    offices = {office.pk: office for office in Office.objects.filter(pk__in={office for office, _role in missing})}
    found = [Unmanned(offices[office], role, count) for (office, role), count in missing.items()]
    return sorted(found, key=lambda one: (one.office.code, one.role))


def _roles_by_procedure() -> dict[int, frozenset[str]]:
    """Every procedure needs somebody to accept and somebody to decide, whatever its route says."""
    rows = Procedure.objects.annotate(route=KeyTransform("route", "current__definition"))
    return {key: EVERY_DESK | {step["role"] for step in route or ()} for key, route in rows.values_list("pk", "route")}


def _held_today() -> set[tuple[int | None, str]]:
    held = Membership.objects.filter(Q(until=None) | Q(until__gte=today()), user__is_active=True)
    return set(held.values_list("office_id", "role"))


def ending_roles() -> QuerySet[Membership]:
    """Roles that end within two weeks, while there is time to prolong them."""
    rows = Membership.objects.filter(until__range=(today(), today() + SOON))
    return rows.select_related("user", "office").order_by("until")


def given_up() -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(done_at=None, given_up_at__isnull=False).order_by("-given_up_at")


# What a row of the outbox does, for people; the others are shown by their own short name.
JOBS = {
    "alarm": gettext_lazy("Việc đến hẹn của hồ sơ"),
    "follow_up": gettext_lazy("Nhắc về kết quả"),
    "lead_over": gettext_lazy("Chuyển hồ sơ sang phiên bản mới"),
    "move_calendar": gettext_lazy("Tính lại hạn theo lịch"),
    "sign_silence": gettext_lazy("Ký kết quả im lặng là đồng ý"),
}


def named(rows: list[OutboxRow]) -> list[dict[str, Any]]:
    """Each with what it does, in words, and the dossier that it is about; in two questions, however many there are."""
    of_alarm = dict(Alarm.objects.filter(pk__in=_told(rows, "alarm")).values_list("pk", "dossier_id"))
    keys = {row.pk: row.payload.get("dossier", of_alarm.get(row.payload.get("alarm"))) for row in rows}
    asked = {key for key in keys.values() if isinstance(key, int)}
    known = dict(Dossier.objects.filter(pk__in=asked).values_list("pk", "reference"))
    return [
        {"row": row, "word": JOBS.get(row.kind, row.kind), "about": known.get(keys[row.pk], row.key)} for row in rows
    ]


def _told(rows: list[OutboxRow], name: str) -> set[int]:
    return {row.payload[name] for row in rows if name in row.payload}


def late_dossiers() -> dict[str, int]:
    late = Q(state__in=RUNNING, due_at__lt=now())
    unanswered = Q(state=State.SUBMITTED, acceptance_due_at__lt=now())
    counted: dict[str, int] = Dossier.objects.aggregate(
        late=Count("pk", filter=late), unanswered=Count("pk", filter=unanswered)
    )
    return counted


@dataclass(frozen=True)
class Said:
    """What people said in one group: how much, how much of it waits, and since when."""

    title: str
    total: int
    waiting: int
    oldest: datetime.datetime | None


def feedback_by_group() -> list[Said]:
    waits = Q(answered_at=None)
    groups: Any = Feedback.objects.order_by().values_list("group")
    rows = groups.annotate(total=Count("pk"), waiting=Count("pk", filter=waits), oldest=Min("created_at", filter=waits))
    found = [Said(str(Feedback.Group(group).label), total, waiting, oldest) for group, total, waiting, oldest in rows]
    return sorted(found, key=lambda one: (-one.waiting, -one.total))


def waiting_feedback() -> int:
    return Feedback.objects.filter(answered_at=None).count()


def procedures_shown(words: str = "", lacks: str = "", office: str = "", level: int = 0) -> QuerySet[Procedure]:
    """The catalogue as it is administered, by code; each with how many offices offer it and what they lack."""
    rows = Procedure.objects.select_related("current").order_by("code")
    for word in fold(words).split()[:8]:
        rows = rows.filter(search__contains=word)
    narrowed = {"lacks__contains": lacks, "office__code": office}
    wanted = {name: value for name, value in narrowed.items() if value}
    if wanted:
        rows = rows.filter(pk__in=_offered_today().filter(**wanted).values("procedure_id"))
    return rows.filter(level=level) if level else rows


def offerings_by_procedure(procedures: Iterable[Procedure]) -> dict[int, list[Offering]]:
    found: dict[int, list[Offering]] = {procedure.pk: [] for procedure in procedures}
    for offering in (
        _offered_today().filter(procedure__in=list(found)).select_related("office").order_by("office__code")
    ):
        found[offering.procedure_id].append(offering)
    return found


def audit_entries(asked: dict[str, Any]) -> QuerySet[AuditEntry]:
    """The journal, newest first, narrowed to a person (by account), an object, an act and days."""
    names = {
        "person": "actor",
        "about": "subject",
        "object": "object",
        "action": "action",
        "since": "at__gte",
        "to": "at__lt",
        "before": "number__lt",
    }
    wanted = {names[name]: value for name, value in asked.items() if value}
    return AuditEntry.objects.filter(**wanted).select_related("actor", "subject").order_by("-number")
