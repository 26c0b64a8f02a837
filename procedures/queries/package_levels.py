"""Whether the authority's own procedures of a package are received online wherever the package is filed, and why not.

A filing goes from the office that takes the form to the offerings of each part at or below that office (`offering_for`); a
part that is offered there but not online would wander off to another office, so it is told before the package opens.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from procedures.models import Offering, Package
from procedures.queries.reasons import IN_THE_DEFINITION, lacks_of, sentence
from procedures.schema.packages import Part, read_parts

ONLINE = 3


@dataclass(frozen=True)
class Short:
    """A procedure below level 3 at an office that a filing would go to, and why. `offering` is None where none offers it."""

    code: str
    offering: Offering | None
    why: tuple[str, ...] = ()

    @property
    def in_definition(self) -> bool:
        """Mended in the procedure itself, not at the office."""
        return self.offering is None or any(one in IN_THE_DEFINITION for one in lacks_of(self.offering))


def short_of(package: Package) -> list[Short]:
    """One query, however many parts and offices; each offering is named once."""
    parts = [part for part in read_parts(package.parts) if not part.agreement]
    codes = {package.procedure.code, *(part.procedure for part in parts)}
    known: dict[str, list[Offering]] = {code: [] for code in codes}
    rows = Offering.objects.filter(procedure__code__in=codes, office__closed_on=None)
    for one in rows.select_related("procedure__current", "office").order_by("office__code"):
        known[one.procedure.code].append(one)
    form = known[package.procedure.code]
    # Where it is closed online on purpose nobody files the form online, so nothing goes on from there.
    taking = [one for one in form if one.online_open] or form
    found = [*_below(package.procedure.code, taking)]
    for part in parts:
        found += _of_part(part, known[part.procedure], taking)
    return list({(one.code, one.offering.pk if one.offering else 0): one for one in found}.values())


def _of_part(part: Part, offerings: list[Offering], taking: list[Offering]) -> Iterator[Short]:
    if part.office:
        yield from _below(part.procedure, [one for one in offerings if one.office.code == part.office])
        return
    for form in taking:
        near = [one for one in offerings if form.office_id in (one.office_id, one.office.parent_id)]
        if not any(_is_online(one) for one in near or offerings):
            yield from _below(part.procedure, near or offerings)


def _is_online(offering: Offering) -> bool:
    return offering.level >= ONLINE and offering.online_open


def _below(code: str, offerings: Iterable[Offering]) -> Iterator[Short]:
    concerned = list(offerings)
    if not concerned:
        yield Short(code, None)
    for one in concerned:
        if not _is_online(one):
            definition = one.procedure.current.parsed if one.procedure.current else None
            yield Short(code, one, tuple(sentence(reason, definition, [one.office]) for reason in lacks_of(one)))
