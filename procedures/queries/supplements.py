"""Supplement requests around a dossier: who may ask, what waits for the head, what was found good already."""

from collections.abc import Iterable
from typing import Any

from procedures.models import Dossier, SupplementProposal
from procedures.queries.clocks import terms_of
from procedures.queries.judging import Item


def needs_head(dossier: Dossier) -> bool:
    """The first complete request is the official's; every further one, and any beyond the procedure's limit, the head's."""
    return dossier.supplement_count >= min(1, terms_of(dossier).max_supplements)


def open_proposal(dossier: Dossier) -> SupplementProposal | None:
    """The request that waits for the head's word."""
    rows = SupplementProposal.objects.filter(dossier=dossier, decided_at=None).select_related("by")
    found: SupplementProposal | None = rows.first()
    return found


def kept_good(items: Iterable[Item], wanted: Iterable[dict[str, Any]]) -> list[Item]:
    """Papers that were found good and are not asked for again: the citizen need not touch them."""
    asked = {one.get("paper") or one["name"][:100] for one in wanted}
    return [one for one in items if one.state == "good" and one.key not in asked]


def in_words(dossier: Dossier, paper: dict[str, Any], language: str) -> dict[str, Any]:
    """A paper that is asked for, in the reader's language as far as procedure and catalogue of reasons know it."""
    known = next(
        (one.name.read(language) for one in dossier.version.parsed.papers if one.key == paper.get("paper")), ""
    )
    told = {**paper, "name": known or paper["name"]}
    return told | {
        name: paper.get(f"{name}_en") or paper.get(name, "") for name in ("why", "wanted") if language == "en"
    }
