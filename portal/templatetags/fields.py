"""Draws the fields of a form where a template says so."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from portal.boxes.drawn import draw, draw_all
from portal.boxes.parts import Parts

register = template.Library()


@register.simple_tag
def draw_field(field: Parts) -> SafeString:
    """{% draw_field field %}: one field, as templates/parts/field.html tells."""
    return draw(field)


@register.simple_tag
def draw_fields(fields: Iterable[Parts]) -> SafeString:
    """{% draw_fields fields %}: all of them, one after another."""
    return draw_all(fields)
