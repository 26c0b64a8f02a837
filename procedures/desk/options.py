"""Choices of a select, drawn here and not by a template: a list offers hundreds of procedures, and every page of it does."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.kept import by_version

CHOSEN = SafeString(" selected")
Pairs = Iterable[tuple[Any, Any]]


def options(pairs: Pairs, chosen: Any = "") -> SafeString:
    """The choices as (value, words), `chosen` among them."""
    drawn = ((key, CHOSEN if key == chosen else "", words) for key, words in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', drawn)


def kept_options(name: Hashable, pairs: Callable[[], Pairs], chosen: Any = "") -> SafeString:
    """The same of what only a change of the catalogue, of offices or of the product changes; kept as long as nothing is chosen."""
    if chosen:
        return options(pairs(), chosen)
    return by_version(("options", name, get_language()), lambda: options(pairs()))
