"""What the law wants to be told of a procedure in public, and what a record leaves out (TT 02/2017, DOMAIN.md §3)."""

from procedures.schema.definition import Definition

# Nobody could go anywhere with a record that does not say who it is for, who does it and by which way it is handed in.
ESSENTIAL = ("audience", "agency", "channels")
# All information is there: what the whole service online asks for besides (decree 42/2022, article 11).
WHOLE = (*ESSENTIAL, "steps", "legal_basis", "results")


def gaps(definition: Definition) -> tuple[str, ...]:
    """The parts of the public record that say nothing, as named in WHOLE.

    Fees, times and papers are no gaps: there are procedures without any, and the record says so by leaving them out.
    """
    agencies = definition.agencies
    told: dict[str, object] = {
        "audience": definition.audience,
        "agency": agencies.competent or agencies.performing,
        "channels": definition.channels,
        "steps": definition.steps,
        "legal_basis": definition.legal_basis,
        "results": definition.results,
    }
    return tuple(part for part in WHOLE if not told[part])
