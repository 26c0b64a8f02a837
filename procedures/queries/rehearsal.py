"""What a draft would do to a dossier: as much of it as can be read, its due moment, its people, its result on paper."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from portal.models import Membership, Office
from portal.moments import HERE, now, today
from portal.queries import open_offices
from portal.tenancy import current_tenant
from procedures import clock
from procedures.models import Offering
from procedures.queries.clocks import calendar_of, rule_for
from procedures.queries.explanations import Explained, explained
from procedures.queries.results import shown as shown_answer
from procedures.schema import parts
from procedures.schema.definition import Definition, parse
from procedures.schema.form import Field
from procedures.schema.reading import DefinitionError, Problem

TRIES = 25
SKELETON: dict[str, Any] = {
    "code": "0.000000", "name": {"vi": "–"}, "sector": {"key": "other", "name": {"vi": "–"}}, "government_level": "commune",
}  # fmt: skip


@dataclass(frozen=True)
class Sound:
    """The part of a draft that can be read, and the addresses of what had to be left out for it."""

    definition: Definition | None
    left_out: tuple[str, ...]


def sound(raw: Mapping[str, Any]) -> Sound:
    """A draft may be faulty in one place and be tried in all others: faulty items are left out until the rest reads."""
    kept: dict[str, Any] = dict(raw)
    left_out: list[str] = []
    for _attempt in range(TRIES):
        try:
            return Sound(parse(kept), tuple(left_out))
        except DefinitionError as error:
            faulty = dict.fromkeys(_item(parts.address_of(kept, one.path)) for one in error.problems)
        left_out += [address for address in faulty if address]
        kept = _without(kept, list(faulty))
    return Sound(None, tuple(left_out))


def _item(address: str) -> str:
    """The item of a list, or the top of the definition, in which something is wrong."""
    steps = address.split(".")
    if steps[:2] == ["form", "sections"]:
        return ".".join(steps[:5] if len(steps) > 4 else steps[:3])
    return (
        ".".join(steps[:2])
        if steps[0] in ("papers", "cases", "fees", "route", "trials", "results", "legal_basis")
        else steps[0]
    )


def _without(raw: dict[str, Any], addresses: list[str]) -> dict[str, Any]:
    """Items with the highest numbers go first, since the others' numbers change with each."""
    for address in sorted(addresses, key=_from_the_end, reverse=True):
        if address in SKELETON:
            raw = {**raw, address: SKELETON[address]}
        elif parts.find(raw, address) is not None and address:
            raw = parts.remove(raw, address)
        else:
            raw = {name: value for name, value in raw.items() if name != address.partition(".")[0] or name in SKELETON}
    return raw


def _from_the_end(address: str) -> tuple[str, int]:
    around, _dot, last = address.rpartition(".")
    return around, int(last) if last.isdigit() else 10**6


def problems_within(problems: list[Problem], addresses: tuple[str, ...]) -> list[Problem]:
    return [one for one in problems if any(f"{one.path}.".startswith(f"{address}.") for address in addresses)]


@dataclass(frozen=True)
class Foreseen:
    """When a dossier would be due and why; the office whose calendar says so."""

    office: Office
    start: datetime.datetime
    due: datetime.datetime | None
    lines: list[Explained]


def foreseen(definition: Definition, office: Office, start: datetime.datetime, channel: str, case: str) -> Foreseen:
    """By the real clock and the office's own calendar. Raises clock.NoWorkingTime where that office never works."""
    due = clock.due(rule_for(definition, channel, case or None), calendar_of(office, start), start)
    return Foreseen(office, start, due.moment, explained(due))


def offices_for(code: str) -> list[Office]:
    """Those that offer the procedure; for a new one every office of the authority."""
    offered = Office.objects.filter(pk__in=Offering.objects.filter(procedure__code=code).values("office_id"))
    there = open_offices().order_by("code")
    return list(there.filter(pk__in=offered.values("pk"))) or list(there[:60])


@dataclass(frozen=True)
class Staff:
    """Who could take a step: the offices that offer the procedure, all offices, and the people by role and office."""

    offering: list[Office]
    everywhere: list[Office]
    counted: Mapping[tuple[str, int | None], int]

    def at(self, role: str, code: str = "", kind: str = "") -> list[tuple[Office, int]]:
        """How many people hold a role at each office where a step is taken: a named one, all of a kind, or the offering ones."""
        named = [one for one in self.everywhere if one.code == code or (kind and one.kind == kind and not code)]
        return [(one, self._count(role, one.pk)) for one in (named if code or kind else self.offering)]

    def _count(self, role: str, office: int) -> int:
        return self.counted.get((role, office), 0) + self.counted.get((role, None), 0)


def staff_of(code: str) -> Staff:
    """The people who hold a role today. Three queries, however many offices there are."""
    everywhere = list(open_offices().order_by("code"))
    offering = set(Offering.objects.filter(procedure__code=code).values_list("office_id", flat=True))
    held = Membership.objects.filter(Q(until=None) | Q(until__gte=today()), user__is_active=True)
    rows = held.values_list("role", "office_id").annotate(count=Count("user_id", distinct=True))
    return Staff(
        [one for one in everywhere if one.pk in offering], everywhere, {(role, office): n for role, office, n in rows}
    )


# What stands for an answer on a sample: plain, and nobody's.
SAMPLES: dict[str, Any] = {
    "text": "Nguyễn Văn A", "long_text": "Nội dung ví dụ.", "person_id": "001190000001", "business_code": "0100109106",
    "phone": "0912345678", "email": "vidu@example.vn", "number": 2, "money": 1_000_000, "computed": 2, "date": "1990-05-12",
    "yes_no": True, "declaration": True,
}  # fmt: skip


def sample_answer(field: Field) -> Any:
    """An answer that shows what such a field looks like on paper."""
    if field.type == "choice":
        return field.choices[0].value if field.choices else ""
    if field.type == "address":
        return {"province": "82", "commune": "", "street": "12 Nguyễn Huệ"}
    if field.type == "group":
        return [{one.key: sample_answer(one) for one in field.fields}]
    return SAMPLES.get(field.type, "")


def sample_result(definition: Definition, office: Office | None) -> dict[str, Any]:
    """What templates/documents/result.typ is given for a dossier, with sample answers and no seal."""
    template, tenant = definition.result_template, current_tenant()
    name = office.name if office else tenant.name
    facts = {
        "owner_name": "Nguyễn Văn A",
        "number": _("(số hồ sơ)"),
        "office": name,
        "decided_on": f"{today():%d/%m/%Y}",
    }
    index = definition.form.index
    lines = [
        {
            "label": line.label.read("vi"),
            "value": facts.get(line.value) or shown_answer(index[line.value], sample_answer(index[line.value])),
        }
        for line in (template.lines if template else ())
        if line.value in facts or line.value in index
    ]
    return {
        "agency": {"parent": tenant.name.upper(), "name": name.upper()}, "place": tenant.short_name, "issued_at": now(),
        "number": "…", "decided_on": today(), "title": template.title.read("vi") if template else definition.name("vi"),
        "lines": lines, "basis": [f"Căn cứ {law.number} {law.title.read('vi')}".strip() for law in definition.legal_basis[:4]],
        "signatory": {"position": "THỦ TRƯỞNG ĐƠN VỊ", "name": ""},
        "valid_until": _valid_until(template.validity_months if template else None),
    }  # fmt: skip


def _valid_until(months: int | None) -> datetime.date | None:
    if not months:
        return None
    day = today()
    year, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + year, month=month + 1, day=min(day.day, 28))


def local(moment: datetime.datetime) -> datetime.datetime:
    """A moment typed without a zone is one of Việt Nam's clock."""
    return moment.replace(tzinfo=HERE) if moment.tzinfo is None else moment
