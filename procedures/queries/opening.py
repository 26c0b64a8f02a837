"""When an office is open, as it hangs on its door."""

from django.utils.translation import gettext_lazy as _

from portal.models import Office
from procedures.queries.clocks import HOURS

DAYS = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))


def hours_of(office: Office) -> list[tuple[str, str]]:
    """Days that have the same hours stand together: ("Thứ Hai – Thứ Sáu", "7:00–11:30, 13:30–17:00")."""
    rows: list[tuple[int, int, str]] = []
    for day, slots in sorted(HOURS[office.calendar].items()):
        told = ", ".join(f"{opens:%-H:%M}–{closes:%-H:%M}" for opens, closes in slots)
        if rows and rows[-1][2] == told and rows[-1][1] == day - 1:
            rows[-1] = (rows[-1][0], day, told)
        else:
            rows.append((day, day, told))
    return [(str(DAYS[a]) if a == b else f"{DAYS[a]} – {DAYS[b]}", told) for a, b, told in rows]
