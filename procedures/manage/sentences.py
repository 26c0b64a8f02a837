"""Conditions of a draft in a sentence: “Chỉ hỏi khi “Tình trạng hôn nhân” là “Độc thân””."""

from django.utils.translation import gettext as _

from procedures.queries import wording
from procedures.schema.conditions import Condition
from procedures.schema.definition import Definition


def only_if(rule: Condition | None, read: Definition) -> str:
    """Empty where it is always asked."""
    said = wording.condition(rule, read)
    return _("Chỉ hỏi khi %(rule)s") % {"rule": said} if said else ""
