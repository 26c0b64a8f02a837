"""What an event says of the hands that a dossier came into, in words."""

from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kept import by_version
from portal.models import Office
from procedures.models import Opinion

NOBODY: dict[str, str | Promise] = {
    "absent": gettext_lazy("Người được phân công đều vắng mặt: hồ sơ chưa giao cho ai, lãnh đạo đã được báo."),
    "nobody": gettext_lazy("Không ai giữ vai trò của bước này: hồ sơ chưa giao cho ai, lãnh đạo đã được báo."),
}


def told_of_hands(facts: dict[str, Any]) -> Iterator[str]:
    if facts.get("to"):
        yield _("Giao cho: %(name)s") % {"name": facts["to"]} + _how(facts)
    if facts.get("offices"):
        yield _("Đơn vị được hỏi: %(codes)s") % {"codes": ", ".join(map(_office, facts["offices"]))}
    if facts.get("stance") in Opinion.Stance.values:
        yield str(Opinion.Stance(facts["stance"]).label)
    if facts.get("office") and "step" not in facts:
        yield _("Đơn vị: %(code)s") % {"code": _office(facts["office"])}
    elif facts.get("office"):
        yield _("Đơn vị làm bước này: %(code)s") % {"code": _office(facts["office"])}
    if facts.get("nobody") in NOBODY:
        yield str(NOBODY[facts["nobody"]])
    if facts.get("instead_of"):
        yield _("Thay cho: %(name)s") % {"name": facts["instead_of"]}


def _office(code: str) -> str:
    """Its name; events keep the code, which stays when names change."""
    known = by_version(
        "offices by code", lambda: {one.code: one for one in Office.objects.only("code", "name", "name_en")}
    )
    return known[code].title if code in known else code


def _how(facts: dict[str, Any]) -> str:
    """That a rule chose, and whom the chosen one stands in for."""
    if facts.get("stands_in_for"):
        return " (" + _("theo quy tắc, làm thay %(name)s") % {"name": facts["stands_in_for"]} + ")"
    return " (" + _("theo quy tắc") + ")" if facts.get("by_rule") else ""
