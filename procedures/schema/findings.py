"""What advice is made of: what the authority's rows say around a definition, and one thing that deserves a look."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from procedures.schema.definition import Definition
from procedures.schema.reading import Sentence


@dataclass(frozen=True)
class Place:
    """An office that offers the procedure: who works there today and what is open."""

    code: str
    name: str
    kind: str = ""
    roles: frozenset[str] = frozenset()
    # How many people there can prepare a draft or decide; None where nobody counted.
    hands: int | None = None
    online_open: bool = False
    pays_online: bool = False
    returns_online: bool = False
    blank_forms: bool = False
    has_account: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What the authority's own rows say about a procedure; empty for one that nobody offers yet.

    `roles_at` says by office code which roles are held there; without any, steps at other offices are not judged.
    """

    places: tuple[Place, ...] = ()
    published: Definition | None = None
    open_dossiers: int = 0
    roles_at: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # At how many offices another procedure that this one names is offered, by code; None where nobody looked.
    offered: Mapping[str, int] | None = None
    today: date | None = None


@dataclass(frozen=True)
class Advice:
    """One thing to look at, at its part of the definition; what `stops` would hurt citizens and is not published."""

    address: str
    sentence: Sentence
    stops: bool = False


Found: TypeAlias = Iterator[Advice]
Rule: TypeAlias = Callable[[Definition, Surroundings], Found]


def advice(address: str, pattern: str, *, stops: bool = False, **words: object) -> Advice:
    return Advice(address, Sentence(pattern, words), stops)
