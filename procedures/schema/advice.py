"""What deserves a look before a definition is published: sound in itself, yet wrong for those who will use it."""

from procedures.schema.advice_form import FORM_RULES
from procedures.schema.advice_record import RECORD_RULES
from procedures.schema.definition import Definition
from procedures.schema.findings import Advice, Place, Surroundings

__all__ = ["Advice", "Place", "Surroundings", "advise"]
ALONE = Surroundings()


def advise(definition: Definition, around: Surroundings = ALONE) -> list[Advice]:
    """Everything worth a look, what stops first, each in the order of the rules."""
    found = [advice for rule in (*RECORD_RULES, *FORM_RULES) for advice in rule(definition, around)]
    return sorted(dict.fromkeys(found), key=lambda one: not one.stops)
