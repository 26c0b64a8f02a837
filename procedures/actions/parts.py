"""The receiving side of a joint filing: a message becomes a dossier here, once; what becomes of it is told back."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from portal.models import Office, User
from portal.moments import now
from portal.tenancy import current_tenant
from portal.text import random_code
from procedures import workflow
from procedures.actions import agreements, crossings, drafts
from procedures.actions.crossings import Letter, Refused
from procedures.actions.submission import Incomplete, pass_on, submit
from procedures.models import ONLINE_CHANNELS, Agreement, Dossier, Offering, Paper, PartDossier
from procedures.models.lifecycle import State
from procedures.queries.joint import offering_for
from procedures.queries.uploads import CheckedFile
from procedures.workflow import NotAllowed

DECIDED = (State.DONE, State.RETURNED)
EVERYTHING = ("due", "number", "reason", "result")  # within one authority


@crossings.takes("part.open")
def open_part(letter: Letter) -> None:
    """Make the dossier that a joint filing asks for. Raises Refused with what is in the way; nothing is made then."""
    body = letter.body
    if letter.sender.pk != current_tenant().pk:
        _within(agreements.in_force(letter.agreement, letter.sender, sends=False), letter)
    named = {"sender": letter.sender, "filing": body["filing"], "part": body["part"]}
    if PartDossier.objects.filter(**named).exists():
        raise Refused(_("Phần này của hồ sơ liên thông đã có hồ sơ rồi."))
    offering = offering_for(body["procedure"], body["office"], body["around"])
    person = User.objects.filter(pk=body["person"], is_active=True).first() if body["person"] else None
    if offering is None or (person is None and (body["person"] or body["channel"] in ONLINE_CHANNELS)):
        raise Refused(_("Cơ quan nhận hiện không nhận trực tuyến thủ tục này."))
    dossier = _filed(_draft(offering, person, body), person, letter)
    PartDossier.objects.create(dossier=dossier, agreement=letter.agreement, siblings=body["siblings"], **named)
    workflow.note(dossier, "join", None, filing=body["filing"], part=body["part"], of=letter.sender.slug)


def _within(agreement: Agreement, letter: Letter) -> None:
    """Nothing comes over that was not agreed: neither another procedure nor another question."""
    code = letter.body["procedure"]
    if code not in agreement.procedures:
        raise Refused(_("Thỏa thuận không gồm thủ tục %(code)s.") % {"code": code})
    told = {*letter.body["answers"], *(file.field for file in letter.files if file.field)}
    more = sorted(told - set(agreement.fields.get(code, ())))
    if more:
        raise Refused(_("Thỏa thuận không cho chuyển: %(keys)s.") % {"keys": ", ".join(more)})


def _draft(offering: Offering, person: User | None, body: Mapping[str, Any]) -> Dossier:
    """`person` is nobody where a desk took paper from one without an account; that desk then receives what is ours."""
    owner = person if body["own"] else None
    desk = Office.objects.filter(code=body["desk"], closed_on=None).first() if body.get("desk") else None
    made: Dossier = Dossier.objects.create(
        reference=random_code(), version=offering.procedure.current, procedure=offering.procedure, office=offering.office,
        receiving_office=desk or offering.office, owner=owner, submitter=person, channel=body["channel"], owner_kind=body["owner_kind"],
        owner_name=body["owner_name"], contact_id=body["contact_id"], contact_phone=body["phone"], contact_email=body["email"],
        contact_address=body["address"], delivery=body["delivery"], language=body["language"], answers=dict(body["answers"]),
        sources=dict(body["sources"]), joint_code=body["filing"], created_at=now(), saved_at=now(),
    )  # fmt: skip
    return made


def _filed(dossier: Dossier, person: User | None, letter: Letter) -> Dossier:
    index = dossier.version.parsed.form.index
    for file in letter.files:
        content = CheckedFile(SimpleUploadedFile(file.name, file.content), file.name, file.kind)
        drafts.attach(dossier, index.get(file.field), content, person, paper=letter.body["loose"].get(file.name, ""))
    try:
        if person is None or dossier.channel not in ONLINE_CHANNELS:
            return pass_on(dossier)
        return submit(dossier, person, f"part-{letter.message}")
    except Incomplete as lacking:
        raise Refused(_("Hồ sơ thiếu hoặc chưa đúng: %(what)s.") % {"what": _lacking(dossier, lacking)}) from lacking
    except NotAllowed as refusal:
        raise Refused(str(refusal)) from refusal


def _lacking(dossier: Dossier, lacking: Incomplete) -> str:
    """The questions by their labels: keys say nothing to whom it concerns."""
    index = dossier.version.parsed.form.index
    keys = [path.partition(".")[0] for path in lacking.messages]
    labels = [index[key].label.read(dossier.language) if key in index else key for key in dict.fromkeys(keys)]
    return "; ".join([*labels, *lacking.papers])


@crossings.takes("part.siblings")
def learn_of_siblings(letter: Letter) -> None:
    """How the other parts stand, as far as the sender lets it be known; an older word never covers a newer one."""
    body = letter.body
    rows = PartDossier.objects.select_for_update().filter(
        sender=letter.sender, filing=body["filing"], part=body["part"]
    )
    part = rows.first()
    if part is None:
        raise Refused(_("Ở đây không có phần này của hồ sơ liên thông."))
    at = datetime.datetime.fromisoformat(body["at"])
    if part.siblings_at is None or part.siblings_at < at:
        part.siblings, part.siblings_at = body["siblings"], at
        part.save(update_fields=["siblings", "siblings_at"])


def tell_back(dossier_key: int) -> None:
    """Write to the filing's authority how the dossier stands now; the same standing is told once."""
    rows = PartDossier.objects.select_related("sender", "dossier__procedure", "dossier__office")
    part = rows.filter(dossier=dossier_key).first()
    if part is None:
        return
    dossier, tells = part.dossier, _tells(part)
    body, files = _standing(dossier, part, tells), _result_files(dossier) if "result" in tells else []
    name = f"s{current_tenant().pk}-{dossier.pk}-{dossier.event_count}"
    crossings.send(part.sender, "part.status", body, agreement=part.agreement, files=files, message=name)


def _tells(part: PartDossier) -> tuple[str, ...]:
    """What the agreement lets be told back, also after its end: what went over is told of until it is finished."""
    if not part.agreement:
        return EVERYTHING
    held = Agreement.objects.filter(code=part.agreement, partner=part.sender).first()
    return tuple(held.tells_back) if held else ()


def _standing(dossier: Dossier, part: PartDossier, tells: tuple[str, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "filing": part.filing, "part": part.part, "number": dossier.event_count, "state": dossier.state, "outcome": dossier.outcome,
        "reference": dossier.reference, "office": {"vi": dossier.office.name, "en": dossier.office.name_en}, "at": now().isoformat(),
    }  # fmt: skip
    if "due" in tells:
        named = ("due_at", "acceptance_due_at", "accepted_at", "decided_at", "closed_at")
        told |= {name: moment.isoformat() for name in named if (moment := getattr(dossier, name)) is not None}
    if "number" in tells:
        told["dossier_number"] = dossier.number
    if "reason" in tells:
        last = dossier.events.exclude(reason="").order_by("-number").first()
        told["reason"] = last.reason if last and last.number == dossier.event_count else ""
    paper = _result(dossier) if "result" in tells else None
    if paper is not None:
        told["result"] = {"title": paper.title, "number": paper.number, "code": paper.verification_code}
    return told


def _result(dossier: Dossier) -> Paper | None:
    """The signed result that holds."""
    if dossier.state not in DECIDED or dossier.outcome != Dossier.Outcome.GRANTED:
        return None
    return Paper.objects.filter(dossier=dossier, kind=Paper.Kind.RESULT, revoked_at=None).last()


def _result_files(dossier: Dossier) -> list[dict[str, str]]:
    paper = _result(dossier)
    if paper is None or not paper.path:
        return []
    return [{"name": f"{dossier.procedure.code}.pdf", "kind": "pdf", "field": "", "path": paper.path}]
