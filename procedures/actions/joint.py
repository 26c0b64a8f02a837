"""The filing side of liên thông: one form, a part for each procedure, each begun when what it waits for is done.

What fails alone fails alone: the others go on, and the person is told what to do about the one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.models import Tenant, User
from portal.moments import now
from portal.roles import Role
from portal.tenancy import current_tenant
from procedures import notifications, workflow
from procedures.actions import agreements, crossings, moving, papers, submission
from procedures.actions.crossings import Letter, Receipt, Refused
from procedures.actions.submission import Incomplete
from procedures.models import (
    ONLINE_CHANNELS,
    Agreement,
    Attachment,
    Crossing,
    Dossier,
    GivenPaper,
    JointFiling,
    JointPart,
    Package,
)
from procedures.models.lifecycle import State
from procedures.queries.answers import file_fields, required_papers
from procedures.queries.joint import parts_of, siblings_for
from procedures.schema.packages import Part
from procedures.workflow import NotAllowed

Stand = JointPart.State
LOST = (State.REFUSED, State.WITHDRAWN, State.ENDED)
DECIDED = (State.DONE, State.RETURNED)
OVER = (Stand.DONE, Stand.FAILED, Stand.BLOCKED)


def package_of(draft: Dossier) -> Package | None:
    """The open package that a draft is the form of."""
    return Package.objects.filter(procedure=draft.procedure_id, is_open=True).first()


@transaction.atomic
def file(draft: Dossier, person: User, key: str, *, counts: Mapping[str, Any] | None = None) -> Dossier:
    """File what was filled in: as a package where its procedure is one, else as the one dossier that it is.

    On the pages and over the API `person` is who files; at the counter it is the clerk, with the papers as counted. Pressed
    twice it is one filing. Raises what submission.submit raises; changes nothing then.
    """
    package = package_of(draft)
    if package is None and not draft.joint_code:
        return submission.submit(draft, person, key)
    workflow.lock(draft)
    if submission.came_before(draft, person, key) or draft.joint_code or package is None:
        return draft
    moving.lead_over(draft)
    submission.judge(draft, counts)
    clerk = None if draft.channel in ONLINE_CHANNELS else person
    if clerk is None:
        submission.know_whose(draft)
    else:
        _may_take_in(draft, clerk)
    submission.settle_for_filing(draft)
    _begin(draft, package, clerk)
    submission.remember(draft, person, key)
    return draft


def _may_take_in(draft: Dossier, clerk: User) -> None:
    """At the desk that receives it, nobody's own, and with scans of what goes on: other authorities get no paper."""
    if workflow.is_own(draft, clerk) or Role.CLERK not in workflow.roles_at(draft, clerk):
        raise NotAllowed(_("Bạn không có quyền thực hiện bước này với hồ sơ."))
    scanned = set(Attachment.objects.filter(dossier=draft, removed_at=None).values_list("paper", flat=True))
    asked = file_fields(draft)
    lacking = [one for one in required_papers(draft) if one.to_submit and one.key in asked and one.key not in scanned]
    if lacking:
        names = [_("%(paper)s (bản quét)") % {"paper": one.name.read(draft.language)} for one in lacking]
        raise Incomplete({}, names)


def _begin(draft: Dossier, package: Package, clerk: User | None) -> None:
    draft.joint_code = draft.reference
    draft.save(update_fields=["joint_code"])
    filing = JointFiling.objects.create(form=draft, parts=package.parts, taken_by=clerk, filed_at=now())
    parts = parts_of(filing)
    JointPart.objects.bulk_create(
        JointPart(filing=filing, key=part.key, place=place, partner=_partner(part)) for place, part in enumerate(parts)
    )
    audit.record(
        clerk or draft.submitter, "joint.file", f"dossier:{draft.reference}", subject=draft.owner, parts=len(parts)
    )
    _receipt(filing, parts)
    notifications.tell(draft, "joint_filed", parts=[part.title.read(draft.language) for part in parts])
    _go_on(filing)


def _receipt(filing: JointFiling, parts: Iterable[Part]) -> None:
    """What was received and what becomes of it: each part, who settles it, what it waits for."""
    form, rows = filing.form, {row.key: row for row in filing.rows.select_related("partner")}
    titles = {part.key: part.title.read(form.language) for part in parts}
    told = [
        {
            "name": titles[part.key],
            "authority": rows[part.key].partner.name,
            "after": [titles[key] for key in part.after],
        }
        for part in parts
    ]
    clerk = filing.taken_by
    more = {"clerk": {"name": clerk.full_name}, "papers": list(_given(form))} if clerk else {}
    papers.issue_submission_receipt(form, clerk, submitted_at=filing.filed_at, parts=told, **more)


def _given(form: Dossier) -> Iterable[dict[str, Any]]:
    """The papers as a clerk counted them."""
    for one in GivenPaper.objects.filter(dossier=form).order_by("pk"):
        yield {"name": one.title, "originals": one.originals, "certified": one.certified, "copies": one.copies}


def _partner(part: Part) -> Tenant:
    if not part.agreement:
        return current_tenant()
    held = Agreement.objects.select_related("partner").filter(code=part.agreement, sends=True).first()
    if held is None:
        raise NotAllowed(_("Nhóm thủ tục này đang được sửa; hãy thử lại sau."))
    return held.partner


def _go_on(filing: JointFiling) -> None:
    """Send what can begin, stop what cannot, close what is over. The filing's row is locked by whoever calls."""
    rows = {row.key: row for row in filing.rows.select_related("partner")}
    for part in parts_of(filing):
        row, before = rows[part.key], [rows[key] for key in part.after]
        if row.state != Stand.WAITING:
            continue
        if any(one.state in (Stand.FAILED, Stand.BLOCKED) for one in before):
            _stop(filing, row, Stand.BLOCKED)
        elif all(one.state == Stand.DONE for one in before):
            _send(filing, part, row, before)
    _close(filing, rows.values())


def _send(filing: JointFiling, part: Part, row: JointPart, before: list[JointPart]) -> None:
    try:
        if part.agreement:
            agreements.in_force(part.agreement, row.partner, sends=True)
    except Refused as refusal:
        _stop(filing, row, Stand.BLOCKED, str(refusal))
        return
    row.state, row.sent_at = Stand.SENT, now()
    row.save(update_fields=["state", "sent_at"])
    body, files = _body(filing, part), [*_files(filing.form, part), *_results(part, before)]
    name = f"p{current_tenant().pk}-{row.pk}"
    crossings.send(row.partner, "part.open", body, agreement=part.agreement, files=files, message=name)


def _body(filing: JointFiling, part: Part) -> dict[str, Any]:
    """What goes over: the answers that the package maps, whose it is, and how to reach them."""
    form = filing.form
    answers = {theirs: form.answers[ours] for theirs, ours in part.answers.items() if ours in form.answers}
    files = {key for key, field in form.version.parsed.form.index.items() if field.type == "file"}
    sources = {theirs: form.sources[ours] for theirs, ours in part.answers.items() if ours in form.sources}
    return {
        "filing": form.reference, "part": part.key, "procedure": part.procedure, "office": part.office, "around": _around(form, part),
        "person": form.submitter_id, "own": form.owner_id == form.submitter_id, "owner_kind": form.owner_kind, "owner_name": form.owner_name,
        "contact_id": form.contact_id, "phone": form.contact_phone, "email": form.contact_email, "address": form.contact_address,
        "delivery": form.delivery, "language": form.language, "channel": form.channel, "sources": sources,
        "answers": {**part.constants, **{key: value for key, value in answers.items() if part.answers[key] not in files}},
        "loose": {_result_name(key): _result_name(key) for key, field in part.takes.items() if not field},
        "siblings": siblings_for(filing, part), "desk": _desk(form, part),
    }  # fmt: skip


def _around(form: Dossier, part: Part) -> str:
    """Within the authority the parts stay near the office that takes the form; another one chooses by itself."""
    return "" if part.agreement else form.office.code


def _desk(form: Dossier, part: Part) -> str:
    """Within the authority the desk that took the papers receives every part; another one has desks of its own."""
    return "" if part.agreement or form.channel in ONLINE_CHANNELS else form.receiving_office.code


def _files(form: Dossier, part: Part) -> list[dict[str, str]]:
    """Files by the question that they answer; what a desk scanned is known by its paper, for which a question asks."""
    theirs, asked = {ours: key for key, ours in part.answers.items()}, file_fields(form)
    given = Attachment.objects.filter(dossier=form, removed_at=None).exclude(status=Attachment.Status.INFECTED)
    found = [(one.field_key or asked.get(one.paper, ""), one) for one in given]
    return [
        {"name": one.name, "kind": one.kind, "field": theirs[field], "path": one.path}
        for field, one in found
        if field in theirs
    ]


def _results(part: Part, before: list[JointPart]) -> list[dict[str, str]]:
    """The results of what came before, as papers of this part."""
    found = [(row.key, row.result["path"]) for row in before if row.key in part.takes and row.result.get("path")]
    return [{"name": _result_name(key), "kind": "pdf", "field": part.takes[key], "path": path} for key, path in found]


def _result_name(key: str) -> str:
    return f"ket-qua-{key}.pdf"


@crossings.hears("part.open")
def _opened(crossing: Crossing, receipt: Receipt) -> None:
    """The receiver's answer to a part: that it has it, or why not."""
    row = JointPart.objects.select_related("filing__form", "partner").get(
        filing__form__reference=crossing.body["filing"], key=crossing.body["part"]
    )
    _lock(row.filing)
    row.refresh_from_db()
    if row.state != Stand.SENT:
        return
    if receipt.taken:
        row.state, row.begun_at = Stand.OPEN, now()
        row.save(update_fields=["state", "begun_at"])
    else:
        _stop(row.filing, row, Stand.FAILED, receipt.reason)
        _go_on(row.filing)
    _tell_siblings(row.filing, row)


def _lock(filing: JointFiling) -> None:
    JointFiling.objects.select_for_update(of=("self",)).get(pk=filing.pk)


@crossings.takes("part.status")
def _told(letter: Letter) -> None:
    """How a part stands, from the one authority that has it; a word older than the last one changes nothing."""
    body = letter.body
    rows = JointPart.objects.filter(
        filing__form__reference=body["filing"], key=body["part"], partner=letter.sender, sent_at__isnull=False
    )
    found = rows.select_related("filing__form").first()
    if found is None:
        raise Refused(_("Không có hồ sơ liên thông nào chờ tin này."))
    _lock(found.filing)
    row = JointPart.objects.select_related("filing__form", "partner").get(pk=found.pk)
    if body["number"] <= row.told_number or row.state in (Stand.FAILED, Stand.BLOCKED):
        return
    row.told, row.told_number = body, body["number"]
    row.begun_at = row.begun_at or now()
    _keep_result(row, letter)
    _move(row)
    _tell_siblings(row.filing, row)


def _keep_result(row: JointPart, letter: Letter) -> None:
    told = letter.body.get("result")
    if not told:
        return
    kept = [crossings.kept_here(file, "joint") for file in letter.files]
    row.result = {**told, **({"path": kept[0]["path"]} if kept else {})}


def _move(row: JointPart) -> None:
    """What the word means for the part, and for those that wait for it."""
    state, outcome = row.told["state"], row.told["outcome"]
    row.state = Stand.OPEN
    if state in DECIDED and outcome == Dossier.Outcome.GRANTED:
        row.state, row.ended_at = Stand.DONE, row.ended_at or now()
    row.save(update_fields=["told", "told_number", "begun_at", "result", "state", "ended_at"])
    if state in LOST or (state in DECIDED and outcome == Dossier.Outcome.REJECTED):
        _stop(row.filing, row, Stand.FAILED, row.told.get("reason", ""))
    _go_on(row.filing)


def _stop(filing: JointFiling, row: JointPart, state: str, why: str = "") -> None:
    """A part that does not go on, and the person who hears of it; without a reason it is that one before it did not succeed."""
    row.state, row.problem, row.ended_at = state, why, now()
    row.save(update_fields=["state", "problem", "ended_at"])
    title = next(part.title for part in parts_of(filing) if part.key == row.key)
    notifications.tell(
        filing.form, "joint_stopped", part=title.read(filing.form.language), why=why, began=state == Stand.FAILED
    )


def _close(filing: JointFiling, rows: Iterable[JointPart]) -> None:
    held = list(rows)
    if filing.closed_at is None and all(row.state in OVER for row in held):
        filing.closed_at = now()
        filing.save(update_fields=["closed_at"])
        done = [row for row in held if row.state == Stand.DONE]
        notifications.tell(filing.form, "joint_done", done=len(done), all=len(held))


def _tell_siblings(filing: JointFiling, changed: JointPart) -> None:
    """The other authorities learn how the parts stand, each as far as its agreement goes."""
    parts = {part.key: part for part in parts_of(filing)}
    for row in filing.rows.select_related("partner").filter(state__in=(Stand.OPEN, Stand.DONE)).exclude(pk=changed.pk):
        part = parts[row.key]
        siblings = siblings_for(filing, part)
        if siblings:
            body = {"filing": filing.form.reference, "part": row.key, "siblings": siblings, "at": now().isoformat()}
            crossings.send(row.partner, "part.siblings", body, agreement=part.agreement)
