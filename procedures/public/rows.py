"""Procedures in a list, and what a list can be narrowed by, drawn without a template: a search is asked for with every
key of thousands of people, and a template takes four times as long."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.templatetags.ui import number
from procedures.queries.catalogue import Listed

ROW = (
    '<li>\n<h3><a href="{}">{}</a></h3>\n<div class="meta"><span class="level level-{}">{} · {}</span><span>{}</span>'
    '<span class="nowrap">{}</span></div>\n</li>'
)
OPTION = '<option value="{}"{}>{} ({})</option>'


def drawn(procedures: Iterable[Listed]) -> SafeString:
    """The rows of a list of procedures; the level is said as parts/level.html says it."""
    level, address = _("Mức độ %(level)s"), reverse("procedure", args=["CODE"])
    return format_html_join(
        "\n",
        ROW,
        (
            (
                address.replace("CODE", row.code), row.title,
                row.level, level % {"level": row.level}, row.scheme, row.sector_title, row.code,
            )
            for row in procedures
        ),
    )  # fmt: skip


def options(choices: Iterable[tuple[str, str | Promise, int]], chosen: str) -> SafeString:
    """What a select offers, each with how many procedures it would leave."""
    told = ((value, " selected" if value == chosen else "", title, number(count)) for value, title, count in choices)
    return format_html_join("", OPTION, told)
