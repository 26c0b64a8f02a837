"""How a fee came about, for templates that show a dossier's lines."""

from django import template

from procedures.queries import prices
from procedures.schema.fees import FeeLine

register = template.Library()


@register.filter
def came_about(line: FeeLine) -> list[str]:
    """A sentence for each step: rate × quantity, limits, reductions, the law."""
    return prices.came_about(line)
