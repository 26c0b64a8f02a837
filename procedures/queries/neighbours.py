"""The dossiers before and after one in the list that an official came from."""

from dataclasses import dataclass, replace

from portal.models import User
from procedures.models import Dossier
from procedures.queries.wanted import Wanted
from procedures.queries.worklist import _key, page_of


@dataclass(frozen=True)
class Neighbours:
    """References; empty where the list begins or ends."""

    previous: str = ""
    following: str = ""


def neighbours_of(person: User, wanted: Wanted, dossier: Dossier) -> Neighbours:
    """By the list's own order and key, so that it costs the same in a list of a hundred thousand."""
    here = _key(dossier, wanted.by)
    after = page_of(person, replace(wanted, after=here, before="")).rows
    before = page_of(person, replace(wanted, before=here, after="")).rows
    return Neighbours(before[-1].reference if before else "", after[0].reference if after else "")
