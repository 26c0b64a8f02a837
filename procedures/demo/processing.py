"""What is to be seen on a dossier's page: verdicts, letters both ways, notes, an answer mended, a request before the head."""

from django.db.models import Exists, OuterRef

from integrations.models import LookUp
from portal.models import User
from portal.moments import now, travel
from portal.roles import Role
from procedures import prefill
from procedures.actions import drafts, supplements, talk
from procedures.actions.judging import Finding, judge
from procedures.demo.filing import submitter_of
from procedures.demo.world import DAY, HOUR, World
from procedures.models import Attachment, Dossier, RegistryWord
from procedures.models.lifecycle import State
from procedures.queries.judging import judged
from procedures.schema.form import Field

MANY = 3


def work_on(world: World) -> None:
    """The youngest dossiers that an officer has in hand; those with a person who can answer."""
    rows = Dossier.objects.filter(
        state=State.PROCESSING, supplement_count=0, office__code="H58.30", assignee__isnull=False, accepted_at__lt=now() - 3 * DAY
    )  # fmt: skip
    given = rows.filter(Exists(Attachment.objects.filter(dossier=OuterRef("pk"))))
    chosen = list(given.select_related("version", "procedure", "office", "assignee").order_by("-pk")[:MANY])
    mended = next((one for one in chosen if _line(one)), None)
    for dossier in chosen:
        officer = world.official(dossier.office, Role.OFFICER, dossier)
        _told(dossier)
        if mended is not None and dossier is mended:
            _mended(mended, officer)
        _judged(dossier, officer)
        _talked(dossier, officer)


def _told(dossier: Dossier) -> None:
    """What the population registry said when the form was filled in; of one thing something else."""
    bound = prefill.bound(dossier.version.parsed.form, "population")
    said = {key: dossier.answers[key] for key in bound if key in dossier.answers}
    said |= {key: f"{said[key]} Em" for key, name in bound.items() if name == "full_name" and key in said}
    if said:
        RegistryWord.objects.create(dossier=dossier, registry="population", said=said, at=dossier.created_at)
        LookUp.objects.create(
            neighbour="population", purpose="Điền sẵn tờ khai", about=dossier.owner, dossier_reference=dossier.reference, outcome="found",
            at=dossier.created_at, took_ms=180,
        )  # fmt: skip


def _mended(dossier: Dossier, officer: User) -> None:
    """The citizen changed one line of the form on request; a second request waits for the head."""
    field = _line(dossier)
    if field is None:
        return
    with travel(now() - 2 * DAY):
        wanted = {
            "paper": "",
            "name": f"Thông tin trên đơn: {field.label.vi}",
            "wanted": "sửa trên biểu mẫu",
            "form": True,
        }
        supplements.ask(dossier, officer, reason="Nội dung chưa đầy đủ.", wanted=[wanted], fields=[field.key])
    with travel(now() - DAY):
        told = f"{dossier.answers[field.key]} (ghi rõ theo yêu cầu)"
        drafts.save_answers(dossier, {field.key: told})
        supplements.supply(dossier, submitter_of(dossier), note="Tôi đã sửa lại.")
    wish = {"paper": "", "name": "Giấy tờ về địa điểm", "why": "Chưa có giấy tờ này", "wanted": "Nộp giấy tờ này."}
    supplements.propose(dossier, officer, reason="Thiếu giấy tờ về địa điểm.", wanted=[wish])


def _line(dossier: Dossier) -> Field | None:
    """A line of text that may be written otherwise."""
    fields = dossier.version.parsed.form.index.values()
    lines = (one for one in fields if one.type in ("text", "long_text") and not one.registry)
    return next((one for one in lines if isinstance(dossier.answers.get(one.key), str)), None)


def _judged(dossier: Dossier, officer: User) -> None:
    with travel(now() - 5 * HOUR):
        items = [one for one in judged(dossier) if one.files]
        found = [Finding(one.key, good=True) for one in items[1:]]
        found += [
            Finding(one.key, good=False, fault="unreadable", words="không đọc được số và ngày cấp") for one in items[:1]
        ]
        judge(dossier, officer, found)


def _talked(dossier: Dossier, officer: User) -> None:
    with travel(now() - 4 * HOUR):
        talk.note_internally(dossier, officer, "Đã gọi điện cho người nộp lúc sáng, chưa nghe máy.")
        talk.write(dossier, officer, "Ông/bà cho biết bản chính giấy tờ kèm theo hiện ở đâu để cơ quan đối chiếu?")
    with travel(now() - 2 * HOUR):
        talk.write(dossier, submitter_of(dossier), "Bản chính tôi đang giữ, sáng mai tôi mang ra quầy được không?")
