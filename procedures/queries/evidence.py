"""What registries said of a dossier's answers, when, and where what was typed says something else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from integrations.models import LookUp
from procedures.models import Dossier, RegistryWord
from procedures.queries.results import shown
from procedures.schema.reading import Text

REGISTRIES: dict[str, str | Promise] = {
    "population": gettext_lazy("CSDL dân cư"),
    "business": gettext_lazy("CSDL doanh nghiệp"),
    "account": gettext_lazy("tài khoản"),
}


@dataclass(frozen=True)
class Compared:
    """A field that a registry filled in: its words, what stands there now, and whether they are the same."""

    label: Text
    said: str
    typed: str
    same: bool


@dataclass(frozen=True)
class Evidence:
    registry: str
    name: str | Promise
    at: datetime | None
    rows: tuple[Compared, ...]

    @property
    def differs(self) -> int:
        return sum(not row.same for row in self.rows)


def evidence_of(dossier: Dossier, answers: Mapping[str, Any]) -> list[Evidence]:
    """By registry, the latest word of each; one query."""
    said: dict[str, tuple[datetime | None, dict[str, Any]]] = {}
    for key, told in dossier.sources.items():
        if isinstance(told, dict):
            said.setdefault(told["registry"], (None, {}))[1][key] = told.get("value")
    for word in RegistryWord.objects.filter(dossier=dossier):
        before = said.get(word.registry, (None, {}))[1]
        said[word.registry] = (word.at, {**before, **word.said})
    return [
        Evidence(name, REGISTRIES.get(name, name), at, tuple(_rows(dossier, answers, told)))
        for name, (at, told) in said.items()
        if name != "account"
    ]


def _rows(dossier: Dossier, answers: Mapping[str, Any], told: Mapping[str, Any]) -> list[Compared]:
    language, index = get_language() or "vi", dossier.version.parsed.form.index
    return [
        Compared(
            index[key].label, shown(index[key], value, language), shown(index[key], answers.get(key), language), value == answers.get(key)
        )
        for key, value in told.items()
        if key in index
    ]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One question to a registry: when, which one, what for, what came of it."""

    at: datetime
    name: str
    purpose: str
    outcome: str
    away: bool


def look_ups_of(dossier: Dossier) -> list[Asked]:
    """Every question that was put to a registry for this dossier, newest first."""
    rows = LookUp.objects.filter(dossier_reference=dossier.reference).order_by("-at")[:20]
    return [
        Asked(
            row.at, str(row.get_neighbour_display()), _(row.purpose) if row.purpose else "", str(row.get_outcome_display()),
            row.outcome == LookUp.Outcome.UNAVAILABLE,
        )
        for row in rows
    ]  # fmt: skip


def unverified(dossier: Dossier) -> list[Text]:
    """Fields that no registry could confirm when they were typed."""
    index = dossier.version.parsed.form.index
    return [index[key].label for key, told in dossier.sources.items() if told == "unverified" and key in index]
