"""The whole form of a procedure on one page for the clerk: what was typed, what a registry said, which papers lie there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django.utils.translation import get_language, gettext_lazy

from portal.moments import today
from procedures.models import Offering, ProcedureVersion
from procedures.queries.form_fields import Sheet, fields_of, sentences
from procedures.queries.places import commune_provinces
from procedures.schema.conditions import Every
from procedures.schema.definition import Definition
from procedures.schema.fees import fees_due
from procedures.schema.fields import Context
from procedures.schema.form import Field, Section
from procedures.schema.input import from_post
from procedures.schema.papers import papers_for
from procedures.schema.reading import NO_TEXT
from procedures.schema.validate import check

COUNTS = {
    "originals": gettext_lazy("bản chính"),
    "certified": gettext_lazy("chứng thực"),
    "copies": gettext_lazy("bản chụp"),
}
MOST_COPIES = 999
# On paper the papers themselves are counted, and what is declared was signed there.
LEFT_OUT = ("file", "declaration")


@dataclass(frozen=True)
class Filled:
    """An offering, how the paper came, and what was typed so far."""

    offering: Offering
    channel: str
    typed: Mapping[str, Any] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)
    owner_kind: str = "citizen"
    verified: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    adding: str = ""
    searched: Mapping[str, str] = field(default_factory=dict)

    @property
    def definition(self) -> Definition:
        return cast(ProcedureVersion, self.offering.procedure.current).parsed

    @property
    def profile(self) -> dict[str, Any]:
        return {
            "channel": self.channel, "owner_kind": self.owner_kind, "verified": self.verified,
            "day": today().isoformat(), "office": self.offering.office.code,
        }  # fmt: skip

    @property
    def whole(self) -> Section:
        """All sections as one, so that conditions between them hold on this page."""
        return Section("all", NO_TEXT, fields=tuple(_joined(self.definition.sections)))

    def sections(self) -> list[dict[str, Any]]:
        """Titles with their fields, as the page draws them."""
        sheet = Sheet(
            kept=self.typed,
            profile=self.profile,
            errors=self.errors,
            sources=self.sources(),
            adding=self.adding,
            searched=self.searched,
        )
        drawn = {one["name"]: one for one in fields_of(self.whole, sheet)}
        made = (
            {"title": s.title, "fields": [drawn[f.key] for f in s.fields if f.key in drawn]}
            for s in self.definition.sections
        )
        return [section for section in made if section["fields"]]

    def sources(self) -> dict[str, Any]:
        return {
            key: {"registry": "population", "value": value}
            for key, value in self.found.items()
            if self.typed.get(key) == value
        }

    def checked(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The answers fit to keep, and what is wrong with the others."""
        context = Context(today=today(), profile=self.profile, communes=commune_provinces())
        found = check(self.whole, self.typed, context=context)
        return dict(found.answers), sentences(self.whole, found.messages, get_language() or "vi")

    def papers(
        self, counts: Mapping[str, Mapping[str, int]], scans: Mapping[str, list[Any]] | None = None
    ) -> list[dict[str, Any]]:
        """The papers of the case with three counts each (as counted, else as the record asks) and their scans."""
        needed = papers_for(self.definition, self.typed, {"population"} if self.found else (), profile=self.profile)
        language = get_language() or "vi"
        return [
            {
                "key": p.key, "name": p.name.read(language), "mandatory": p.to_submit, "scans": (scans or {}).get(p.key, []),
                "counts": [(name, counts.get(p.key, {"originals": p.originals, "copies": p.copies}).get(name, 0), word) for name, word in COUNTS.items()],
            }
            for p in needed
            if not p.replaced and not p.present_only
        ]  # fmt: skip

    def fee(self) -> int:
        lines = fees_due(self.definition, self.typed, self.channel, profile=self.profile)
        return sum(line.amount for line in lines if line.when_due == "submission")


def _joined(sections: tuple[Section, ...]) -> Iterator[Field]:
    """Every field with its section's condition as well as its own."""
    for section in sections:
        for one in section.fields:
            if one.type not in LEFT_OUT:
                both = tuple(when for when in (section.when, one.when) if when is not None)
                yield replace(one, when=Every(both) if len(both) == 2 else (both[0] if both else None))


def typed_of(filled: Filled, post: Mapping[str, Any]) -> dict[str, Any]:
    return from_post(filled.whole, post)


def counts_of(post: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """`counted-request-originals` and its like; what is no number counts for nothing."""
    found: dict[str, dict[str, int]] = {}
    for name, values in post.items():
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == "counted" and parts[2] in COUNTS:
            said = values[-1].strip()
            found.setdefault(parts[1], {})[parts[2]] = (
                min(int(said), MOST_COPIES) if said.isascii() and said.isdigit() and len(said) < 9 else 0
            )
    return found
