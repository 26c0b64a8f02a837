"""Many hands on committed rows, and an authority of their own for each race."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import connections

from portal.models import Membership, Office, Tenant, User
from portal.roles import Role
from portal.tenancy import inside
from procedures.actions import drafts, submission
from procedures.models import Dossier, Offering
from tests.cast import lone_tenant, make_person
from tests.forms import offered


@dataclass
class Scene:
    tenant: Tenant
    office: Office
    offering: Offering
    people: dict[str, User]

    def draft(self) -> Dossier:
        with inside(self.tenant):
            draft = drafts.start(self.offering, self.people["citizen"])
            drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
            return draft

    def filed(self) -> Dossier:
        draft = self.draft()
        with inside(self.tenant):
            return submission.submit(draft, self.people["citizen"], draft.reference)


def scene() -> Scene:
    tenant, office, people = lone_tenant()
    with inside(tenant):
        people["second clerk"] = make_person(f"second-{tenant.slug}", "Người thứ hai", "")
        Membership.objects.create(user=people["second clerk"], office=office, role=Role.CLERK)
        return Scene(tenant, office, offered(office), people)


def together(deed: Callable[[int], Any], times: int, hands: int = 16) -> list[Any]:
    """Do it many times at once; returns what each brought, an exception among it. All wait before the first stroke."""
    start = threading.Barrier(min(hands, times))

    def one(number: int) -> Any:
        if number < start.parties:
            start.wait(timeout=60)
        try:
            return deed(number)
        except Exception as error:  # noqa: BLE001 -- the loser of a race is what is looked at
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(start.parties) as pool:
        return list(pool.map(one, range(times)))


def meeting(parties: int) -> Callable[[], None]:
    """A point that each thread passes freely but once, where it waits for the others: so that they surely overlap."""
    gate, met = threading.Barrier(parties), threading.local()

    def meet() -> None:
        if not getattr(met, "already", False):
            met.already = True
            gate.wait(timeout=60)

    return meet
