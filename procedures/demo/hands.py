"""Hands at the ward of the cast: rules, a colleague who is away with a cover, a question to other offices."""

import datetime
from typing import Any

from portal.moments import today
from procedures.actions import hands, opinions, processing, rules
from procedures.demo.world import World
from procedures.models import Dossier
from procedures.models.lifecycle import State

WARD, POLICE, JUSTICE = "H58.30", "H58.30.02", "H58.05"


def arrange(world: World) -> None:
    """Only where the cast works."""
    if WARD in world.offices:
        _rules(world)
        _giau_is_away(world)
        _asked(world)


def _rules(world: World) -> None:
    """Civil status at the ward is Giàu's, everything else goes round."""
    en, ward = world.people["en"], world.offices[WARD]
    told: dict[str, Any] = {"procedure": None, "commune": ""}
    rules.add_rule(en, role="officer", office=ward, sector="civil_status", people=[world.people["giau"].pk], **told)
    rules.add_rule(en, role="officer", office=None, sector="", people=[], **told)
    rules.add_rule(en, role="head", office=None, sector="", people=[], **told)


def _giau_is_away(world: World) -> None:
    """Until the day after tomorrow; what lies with him is seen by Chi."""
    giau, chi, dung = (world.people[name] for name in ("giau", "chi", "dung"))
    for dossier in _of_chi(world)[:2]:
        processing.assign(dossier, dung, giau, reason="Chia lại việc hộ tịch.")
    hands.enter_absence(giau, giau, first_day=today(), last_day=today() + datetime.timedelta(days=2), cover=chi)


def _asked(world: World) -> None:
    """One answered, one still to come."""
    dossier = next((one for one in _of_chi(world) if one.procedure.code == "1.001612"), None)
    if dossier is None:
        return
    question = "Địa điểm đăng ký có đủ điều kiện về an ninh, trật tự và đúng người đang cư trú không?"
    offices = [world.offices[POLICE], world.offices[JUSTICE]]
    asked = opinions.ask(dossier, world.people["chi"], offices=offices, question=question, days=2, shows_form=True)
    opinions.answer(asked[1], world.people["my"], stance="agree", words="Không có vướng mắc về hộ tịch của chủ hộ.")


def _of_chi(world: World) -> list[Dossier]:
    rows = Dossier.objects.filter(state=State.PROCESSING, assignee=world.people["chi"], office__code=WARD)
    return list(rows.select_related("procedure", "office", "version").order_by("pk"))
