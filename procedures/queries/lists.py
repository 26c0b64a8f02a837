"""Which lists there are for officials: what belongs in each, and by which moment it is read."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.kept import by_version
from portal.models import User
from portal.moments import midnight, now, today
from portal.roles import Role
from procedures.clock import SOON
from procedures.models import Dossier, DossierLook, ProcedureVersion
from procedures.models.lifecycle import FINAL, RUNNING, State
from procedures.queries.hands import covered_by
from procedures.schema.reading import Text, shown

# Named, not excluded, so that the index of open dossiers answers.
OPEN = tuple(state for state in State.values if state not in FINAL and state != State.DRAFT)
# What happened longer ago is news to nobody.
NEWS = datetime.timedelta(days=14)


@dataclass(frozen=True)
class List:
    """One list: what belongs in it (for this official, now) and by which moment it is read."""

    key: str
    title: Any
    holds: Callable[[User], Q]
    by: str = "due_at"
    newest_first: bool = False
    # Whether its number stands beside its name: what the index of open dossiers does not hold would cost too much.
    counted: bool = True
    # Whether two who work for the same offices see different dossiers in it: then its number is not theirs in common.
    personal: bool = False
    # What it is made of, where each part is read in order by an index and the whole is not; no dossier is in two of them.
    parts: Callable[[], tuple[Q, ...]] = tuple

    @property
    def is_open(self) -> bool:
        """Whether the index of open dossiers holds all of it."""
        return self.key not in ("closed", "all", "changed")


def _running(_person: User) -> Q:
    return Q(state__in=RUNNING)


def _late_parts() -> tuple[Q, ...]:
    return Q(state__in=RUNNING, due_at__lt=now()), Q(state=State.SUBMITTED, acceptance_due_at__lt=now())


def _late(_person: User) -> Q:
    running, submitted = _late_parts()
    return running | submitted


def _today(_person: User) -> Q:
    moments = (now(), midnight(today() + datetime.timedelta(days=1)))
    return Q(state__in=RUNNING, due_at__range=moments) | Q(state=State.SUBMITTED, acceptance_due_at__range=moments)


def _unpaid(_person: User) -> Q:
    return Q(state=State.PAYMENT_DUE) | Q(state=State.SUBMITTED, fee_total__gt=0, fee_paid_at=None)


def _changed(person: User) -> Q:
    """Somebody else did something that this person has not looked at yet."""
    seen = DossierLook.objects.filter(person=person, dossier=OuterRef("pk"), events__gte=OuterRef("event_count"))
    return Q(changed_at__gte=now() - NEWS) & ~Q(changed_by=person) & ~Q(state=State.DRAFT) & Q(~Exists(seen))


LISTS = {
    one.key: one
    for one in (
        List("new", _("Mới nộp"), lambda person: Q(state=State.SUBMITTED), by="acceptance_due_at"),
        List("changed", _("Mới hoặc vừa thay đổi"), _changed, by="changed_at", newest_first=True, personal=True),
        List("mine", _("Việc của tôi"), lambda person: Q(state__in=RUNNING, assignee=person), personal=True),
        List(
            "covered",
            _("Làm thay đồng nghiệp"),
            lambda person: Q(state__in=RUNNING, assignee__in=covered_by(person).values("person")),
            personal=True,
        ),
        List("unassigned", _("Chưa giao cho ai"), lambda person: Q(state__in=RUNNING, assignee=None)),
        List("running", _("Đang xử lý"), _running),
        List("to_sign", _("Chờ ký"), lambda person: Q(state=State.PROCESSING) & last_steps_of_heads()),
        List("today", _("Hết hạn hôm nay"), _today),
        List("soon", _("Sắp đến hạn"), lambda person: Q(state__in=RUNNING, due_at__range=(now(), now() + SOON))),
        List("overdue", _("Quá hạn"), _late, parts=_late_parts),
        List(
            "apologise",
            _("Phải xin lỗi"),
            lambda person: Q(state__in=RUNNING, apology_due_at__lte=now(), apologised_at=None),
            counted=False,
        ),
        List(
            "step_overdue",
            _("Bước quá giờ"),
            lambda person: Q(state__in=RUNNING, step_due_at__lt=now()),
            by="step_due_at",
            counted=False,
        ),
        List(
            "supplement", _("Chờ bổ sung"), lambda person: Q(state=State.SUPPLEMENT_REQUESTED), by="supplement_due_at"
        ),
        List("payment", _("Chờ nộp tiền"), _unpaid, by="submitted_at"),
        List("suspended", _("Tạm dừng"), lambda person: Q(state=State.SUSPENDED), by="accepted_at"),
        List(
            "withdrawal",
            _("Đề nghị rút"),
            lambda person: Q(withdrawal_asked_at__isnull=False) & Q(state__in=OPEN),
            by="withdrawal_asked_at",
        ),
        List("to_return", _("Chờ trả kết quả"), lambda person: Q(state=State.DONE), by="decided_at"),
        List("office", _("Cơ quan tôi, chưa xong"), lambda person: Q(state__in=OPEN), by="submitted_at"),
        List("closed", _("Đã xong"), lambda person: Q(state__in=FINAL), by="submitted_at", newest_first=True),
        List("all", _("Tất cả"), lambda person: Q(submitted_at__isnull=False), by="submitted_at", newest_first=True),
    )
}
FIRST = {Role.CLERK: "new", Role.OFFICER: "mine", Role.HEAD: "to_sign", Role.CASHIER: "payment"}


def first_list(roles: Iterable[str]) -> str:
    """Where an official's day begins."""
    held = set(roles)
    return next((key for role, key in FIRST.items() if role in held), "running")


# ---- routes: the steps of every version, kept, since a published version never changes ----
_routes: dict[int, tuple[tuple[str, Text, str], ...]] = {}


def routes() -> dict[int, tuple[tuple[str, Text, str], ...]]:
    """Version → its steps as (key, name, role), for the versions of this authority."""
    here = list(ProcedureVersion.objects.values_list("pk", flat=True))
    missing = [pk for pk in here if pk not in _routes]
    if len(_routes) > 20_000:
        _routes.clear()
    for pk, steps in (
        ProcedureVersion.objects.filter(pk__in=missing).values_list("pk", "definition__route") if missing else ()
    ):
        _routes[pk] = tuple((step["key"], _text(step["name"]), step.get("role", "")) for step in steps or ())
    return {pk: _routes[pk] for pk in here if pk in _routes}


def _text(raw: Mapping[str, str | None]) -> Text:
    """As the whole definition would read it, without reading the whole."""
    return Text(shown(raw.get("vi") or ""), shown(raw.get("en") or ""))


def last_steps_of_heads() -> Q:
    """A dossier stands at the last step of its route and that step is the head's: it waits for a signature."""
    return by_version("last_steps_of_heads", _last_steps_of_heads)


def _last_steps_of_heads() -> Q:
    by_key: dict[str, list[int]] = {}
    for pk, steps in routes().items():
        if steps and steps[-1][2] == Role.HEAD:
            by_key.setdefault(steps[-1][0], []).append(pk)
    found = Q(pk__in=[])
    for key, versions in by_key.items():
        found |= Q(step_key=key, version_id__in=versions)
    return found


def step_name(dossier: Dossier, language: str) -> str:
    if not dossier.step_key:
        return ""
    steps = routes_of(dossier.version_id)
    return next((name.read(language) for key, name, _role in steps if key == dossier.step_key), "")


def routes_of(version_id: int) -> tuple[tuple[str, Text, str], ...]:
    return _routes.get(version_id) or routes().get(version_id, ())
