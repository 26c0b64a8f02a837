"""What a dossier's page shows: answers with their sources, files, papers, money, what happened."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from payments.queries import payments_of
from portal.roles import Role
from portal.templatetags.ui import short_moment
from procedures.desk.hand_facts import told_of_hands
from procedures.models import Attachment, Dossier, DossierEvent
from procedures.models.lifecycle import NOTES, STEPS, State
from procedures.queries.answers import fee_lines
from procedures.queries.evidence import REGISTRIES
from procedures.queries.explanations import told_of
from procedures.queries.results import shown
from procedures.queries.rounds import Change
from procedures.queries.worklist import routes_of
from procedures.schema.form import Field

KINDS = {
    "accept": "good", "register": "good", "decide": "good", "hand_over": "good", "refuse": "bad", "lapse": "bad", "withdraw": "bad",
    "ask_supplement": "attention", "propose_supplement": "attention", "ask_payment": "attention", "ask_withdrawal": "attention", "send_back": "attention", "suspend": "paused",
}  # fmt: skip
SCANS = {
    Attachment.Status.QUARANTINED: "scanning",
    Attachment.Status.CLEAN: "clean",
    Attachment.Status.INFECTED: "refused",
}
# What the viewer draws, page by page.
SEEN_HERE = ("pdf", "jpg", "png")
Fact = dict[str, Any]


def sections_of(
    dossier: Dossier, answers: Mapping[str, Any], files: dict[str, list[Fact]], before: Mapping[str, Change]
) -> list[Fact]:
    """The form as it was sent; what was hidden or left empty is not shown, what changed since last time is marked."""
    made = (
        {
            "title": s.title,
            "rows": [
                {**_answer(dossier, f, answers[f.key], files), "change": before.get(f.key)}
                for f in s.fields
                if f.key in answers
            ],
        }
        for s in dossier.version.parsed.sections
    )
    return [section for section in made if section["rows"]]


def _answer(dossier: Dossier, field: Field, value: Any, files: dict[str, list[Fact]]) -> Fact:
    language = get_language() or "vi"
    told = dossier.sources.get(field.key)
    row: Fact = {"label": field.label, "unverified": told == "unverified"}
    if isinstance(told, dict) and told.get("value") == value:
        row["source"] = REGISTRIES.get(told["registry"], told["registry"])
    if field.type == "file":
        return {**row, "files": files.get(field.key, [])}
    if field.type == "group":
        return {
            **row,
            "columns": [f.label for f in field.fields],
            "table": [[shown(f, one.get(f.key), language) for f in field.fields] for one in value],
        }
    return {**row, "value": shown(field, value, language)}


def files_by_field(dossier: Dossier, rows: Iterable[Attachment]) -> dict[str, list[Fact]]:
    """Attachments by field, those of no field under ""; only clean ones can be opened."""
    found: dict[str, list[Fact]] = {}
    for row in rows:
        found.setdefault(row.field_key, []).append(file_fact(dossier, row))
    return found


def sent(dossier: Dossier, rows: Iterable[Attachment]) -> list[Attachment]:
    """Without what the citizen is still gathering for an open supplement request."""
    waiting = dossier.state == State.SUPPLEMENT_REQUESTED
    return [row for row in rows if row.letter_id or not waiting or row.round < dossier.supplement_count]


def file_fact(dossier: Dossier, row: Attachment) -> Fact:
    clean = row.status == Attachment.Status.CLEAN
    return {
        "id": row.pk, "name": row.name, "size": row.size, "state": SCANS[Attachment.Status(row.status)], "round": row.round, "given_at": row.given_at,
        "url": reverse("desk_attachment", args=[dossier.reference, row.pk]) if clean else "",
        "view": reverse("desk_view", args=[dossier.reference, row.pk]) if clean and row.kind in SEEN_HERE else "",
        "error": _("Tệp có mã độc, đã bị chặn: không ai mở được.") if row.status == Attachment.Status.INFECTED else "",
    }  # fmt: skip


def papers_of(dossier: Dossier) -> list[Any]:
    return list(dossier.papers.defer("data").order_by("-issued_at", "-pk"))


def money_of(dossier: Dossier) -> Fact:
    """What was asked, how it came about, and what came."""
    lines: list[Fact] = [
        {"name": line.name, "amount": line.amount, "exempt": line.exemption.name if line.exemption else None}
        for line in fee_lines(dossier)
    ]
    asked = list(dossier.events.filter(step="ask_payment")) if dossier.fee_total else []
    lines += [{"name": e.reason, "amount": e.facts["amount"], "exempt": None} for e in asked]
    return {
        "lines": lines,
        "total": dossier.fee_total,
        "paid_at": dossier.fee_paid_at,
        "payments": list(payments_of(dossier.reference)),
    }


def supplements_of(dossier: Dossier) -> list[Any]:
    return list(dossier.supplement_requests.all()) if dossier.supplement_count else []


def timeline_of(dossier: Dossier) -> list[Fact]:
    """Everything that happened, newest first, with who did it and in which role."""
    events = dossier.events.select_related("actor").order_by("-number")
    return [_happened(dossier, event) for event in events]


def _happened(dossier: Dossier, event: DossierEvent) -> Fact:
    title = STEPS[event.step].title if event.step in STEPS else NOTES[event.step]
    return {
        "title": _("Trả lại bước trước") if event.facts.get("back") else title, "when": event.occurred_at, "by": _who(event), "kind": KINDS.get(event.step, ""), "entered_late": event.entered_late,
        "text": "\n".join(filter(None, [event.reason, *_told(dossier, event)])),
    }  # fmt: skip


def _who(event: DossierEvent) -> str:
    if event.actor is None:
        return pgettext("ai làm", "Hệ thống")
    role = Role(event.actor_role).label if event.actor_role in Role.values else ""
    return f"{event.actor.full_name} ({role})" if role else event.actor.full_name


def _told(dossier: Dossier, event: DossierEvent) -> Iterator[str]:
    """The facts of an event in words."""
    facts = event.facts
    yield from told_of(event)
    if facts.get("step"):
        yield _("Đến bước: %(step)s") % {"step": _step(dossier, facts["step"])}
    yield from told_of_hands(facts)
    for name, words in (
        ("clause", _("Căn cứ: %(said)s")),
        ("remedy", _("Cách khắc phục: %(said)s")),
        ("receiver", _("Người nhận: %(said)s")),
        ("parcel", _("Số gửi của cơ quan: %(said)s")),
        ("consignment", _("Vận đơn: %(said)s")),
        ("paper", _("Giấy tờ: %(said)s")),
        ("list", _("Phiếu bàn giao: %(said)s")),
        ("from_office", _("Bên giao: %(said)s")),
        ("to_office", _("Bên nhận: %(said)s")),
    ):
        if facts.get(name):
            yield words % {"said": facts[name]}
    if facts.get("outcome") in Dossier.Outcome.values:
        yield str(Dossier.Outcome(facts["outcome"]).label)
    if facts.get("written_by") and event.step == "ask_supplement":
        yield _("Người lập: %(name)s") % {"name": facts["written_by"]}
    if event.step in ("ask_supplement", "propose_supplement"):
        yield from (f"– {name}" for name in facts.get("papers", []))
    if event.entered_late:
        yield _("Ghi vào hệ thống lúc %(moment)s") % {"moment": short_moment(event.recorded_at)}


def _step(dossier: Dossier, key: str) -> str:
    language = get_language() or "vi"
    return next((name.read(language) for known, name, _role in routes_of(dossier.version_id) if known == key), key)
