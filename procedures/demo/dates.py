"""What happens to dates in the demonstration: a beat in the last days, an extension, an apology."""

import datetime
from collections.abc import Generator

from portal.moments import HERE, now
from portal.roles import Role
from procedures.actions import apologies, deadlines, extensions
from procedures.demo.filing import Plan
from procedures.demo.world import DAY, HOUR, World
from procedures.models import Apology, Dossier

BEATS = 6  # days: what lay open longer is told of by the first beat
AT = (datetime.time(8, 5), datetime.time(17, 10))
Life = Generator[datetime.datetime, None, None]


def beats(world: World) -> Life:
    """Time's own work, twice a day."""
    first = now() - DAY * BEATS
    for number in range(BEATS + 1):
        for hour in AT:
            yield datetime.datetime.combine((first + DAY * number).astimezone(HERE).date(), hour, HERE)
            deadlines.carry_out(world.tenant)


def dated(world: World, plan: Plan, dossier: Dossier) -> Life:
    """The head gives more time, or apologises before the date has passed."""
    head = world.official(dossier.office, Role.HEAD, dossier)
    if plan.fate == "extended":
        yield world.soon(dossier.office, 3, 5)
        reason = "Chờ Ủy ban nhân dân phường nơi cư trú trước đây trả lời xác minh."
        extensions.extend(dossier, head, amount=2, decision=f"45/QĐ-UBND ngày {now():%d/%m/%Y}", reason=reason)
    elif plan.fate == "apologised" and dossier.due_at:
        yield world.opening(dossier.office, dossier.due_at - 3 * HOUR)
        cause, reason = Apology.Cause.OTHER_OFFICE, "Cơ quan được hỏi xác minh chưa trả lời sau hai lần nhắc."
        day = _working_day_after(world, dossier, 8)
        apologies.apologise(dossier, head, cause=cause, reason=reason, office=dossier.office, new_day=day)


def _working_day_after(world: World, dossier: Dossier, days: int) -> datetime.date:
    day = (now() + DAY * days).astimezone(HERE).date()
    while not world.calendar(dossier.office, now()).is_working_day(day):
        day += DAY
    return day
