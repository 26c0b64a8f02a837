"""Credit where several offices share a dossier: received by, settled by, returned by. Each is a sum of its own, in which
every dossier stands once, at one office; so each adds up to the authority's own figure."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Office
from procedures.models import Alarm, Dossier
from procedures.queries.figures.measures import MEASURES, dossiers_for
from procedures.queries.figures.periods import Period

Row = dict[str, Any]
RETURNS = Coalesce("return_office_id", "receiving_office_id")
# For each part: the measure that counts it, and whose it is.
PARTS: dict[str, tuple[str, Any]] = {
    "received": ("received", F("receiving_office_id")),
    "settled": ("settled", F("office_id")),
    "returned": ("handed_over", RETURNS),
}
COLUMNS = (
    ("received", pgettext_lazy("số liệu", "Tiếp nhận")),
    ("received_for_others", _("trong đó cho đơn vị khác")),
    ("settled", _("Giải quyết")),
    ("settled_from_others", _("trong đó nơi khác tiếp nhận")),
    ("late", _("giải quyết quá hạn")),
    ("returned", pgettext_lazy("số liệu", "Trả kết quả")),
    ("returned_for_others", _("trong đó của đơn vị khác")),
    ("returned_late", _("trả kết quả quá hạn")),
)
OTHERS = {
    "received_for_others": ("received", ~Q(receiving_office=F("office"))),
    "settled_from_others": ("settled", ~Q(receiving_office=F("office"))),
    "returned_for_others": ("returned", ~Q(returning=F("office_id"))),
}


def by_units(period: Period) -> tuple[list[Row], Row]:
    """A row for each office that had a part, and the sums; three questions to the database, however many offices."""
    offices = {office.pk: office for office in Office.objects.only("tenant_id", "code", "name", "name_en")}
    found: dict[int, Row] = {}
    for part in PARTS:
        for row in _counted(period, part):
            cell = found.setdefault(row.pop("unit"), dict.fromkeys((name for name, _title in COLUMNS), 0))
            cell.update(row)
    rows = [{"office": offices[key], **found[key]} for key in sorted(found, key=lambda key: offices[key].code)]
    return rows, {name: sum(row[name] for row in rows) for name, _title in COLUMNS}


def _late_return() -> QuerySet[Alarm]:
    """Told of as late while the desk that did not receive it had it."""
    rows = Alarm.objects.filter(dossier=OuterRef("pk"), kind=Alarm.Kind.RETURN_OVERDUE)
    return rows.filter(effect=Alarm.Effect.DONE)


def _counted(period: Period, part: str) -> QuerySet[Any, Any]:
    measure, whose = PARTS[part]
    counts = {part: Count("pk")}
    counts |= {name: Count("pk", filter=which) for name, (of, which) in OTHERS.items() if of == part}
    if part == "settled":
        counts["late"] = Count("pk", filter=MEASURES["late"].predicate(period))
    if part == "returned":
        counts["returned_late"] = Count("pk", filter=Exists(_late_return()))
    rows = dossiers_for(period).filter(MEASURES[measure].predicate(period)).annotate(returning=RETURNS, unit=whose)
    return rows.order_by().values("unit").annotate(**counts)


def of_office(rows: "QuerySet[Dossier]", part: str, office: Office) -> "QuerySet[Dossier]":
    """Of a figure's dossiers those that count for an office: as the one that settles, or by the part that is named."""
    whose = PARTS[part][1] if part in PARTS else F("office_id")
    return rows.annotate(unit=whose).filter(unit=office.pk)
