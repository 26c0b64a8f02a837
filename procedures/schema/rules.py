"""Every condition and expression of a definition, with the address of the part that it belongs to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from procedures.schema.form import Field
from procedures.schema.nodes import Condition, Number, Operand

if TYPE_CHECKING:
    from procedures.schema.definition import Definition


class Ruling(NamedTuple):
    """`name` says which of the part's conditions it is; inside a repeating group, `group` is that group."""

    address: str
    name: str
    part: Condition | Number
    group: Field | None = None

    @property
    def of_fee(self) -> bool:
        return self.address.startswith("fees.")


def rules_of(made: "Definition") -> Iterator[Ruling]:
    for section in made.sections:
        address = f"form.sections.{section.key}"
        if section.when is not None:
            yield Ruling(address, "when", section.when)
        for one in section.fields:
            yield from _of_field(f"{address}.fields.{one.key}", one)
    for name in ("cases", "papers", "fees", "route"):
        for part in getattr(made, name):
            if part.when is not None:
                yield Ruling(f"{name}.{part.key}", "when", part.when)
    yield from _of_fees(made)


def _of_field(address: str, one: Field, group: Field | None = None) -> Iterator[Ruling]:
    for name, part in (("when", one.when), ("formula", one.formula), ("days", one.days)):
        if part is not None:
            yield Ruling(address, name, part, group)
    for piece in one.joined:
        if isinstance(piece, Operand):
            yield Ruling(address, "joined", piece, group)
    if one.starts:
        yield Ruling(address, "starts", Operand(one.starts), group)
    for column in one.fields:
        yield from _of_field(f"{address}.fields.{column.key}", column, one)


def _of_fees(made: "Definition") -> Iterator[Ruling]:
    for fee in made.fees:
        address = f"fees.{fee.key}"
        for exemption in fee.exempt:
            if exemption.when is not None:
                yield Ruling(address, "exempt", exemption.when)
        for amount in fee.amounts():
            if amount.formula is not None:
                yield Ruling(address, "formula", amount.formula)
            elif amount.of is not None:
                yield Ruling(address, "formula", Operand(amount.of))
