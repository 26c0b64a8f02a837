"""What the desk's tests share: a filed dossier and the doors of its people."""

from typing import Any

from portal.models import User
from procedures.actions import drafts, intake, processing, results, submission
from procedures.models import Dossier, Offering


def filed(offering: Offering, person: User, **answers: Any) -> Dossier:
    draft = drafts.start(offering, person)
    drafts.save_answers(draft, {"full_name": person.full_name, "purpose": "loan", **answers})
    return submission.submit(draft, person, f"key-{draft.reference}")


def in_process(dossier: Dossier, clerk: User, step: str = "examine", to: User | None = None) -> Dossier:
    intake.accept(dossier, clerk)
    return processing.route(dossier, clerk, step, to=to)


def drafted(dossier: Dossier, officer: User) -> Dossier:
    return results.prepare(
        dossier, officer, outcome="granted", lines=[{"label": "Họ và tên", "value": dossier.owner_name}]
    )


def fresh(dossier: Dossier) -> Dossier:
    found: Dossier = Dossier.objects.get(pk=dossier.pk)
    return found


def opened(client: Any, offering: Offering, **told: str) -> str:
    """The page on which paper is typed in, begun for this procedure: `opened(door(binh), offering, channel="post")`."""
    asked = {"procedure": offering.procedure.code, "channel": "counter", "office": str(offering.office_id), **told}
    return str(client.post("/mot-cua/tiep-nhan/", asked).url)
