"""Packages and agreements for the administrators who keep them: what stands, what is missing, what may be chosen."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from portal.models import Tenant
from portal.queries import active_tenants
from portal.tenancy import current_tenant
from procedures.models import Agreement, Crossing, Package, Procedure
from procedures.queries.joint import described_form, forms_of
from procedures.schema.packages import Part, circular, read_parts
from procedures.schema.reading import Text

NEWEST = 30


def partners() -> list[Tenant]:
    """The other authorities of this deployment: who they are is public."""
    return list(active_tenants().exclude(pk=current_tenant().pk))


def agreements() -> list[Agreement]:
    return list(Agreement.objects.select_related("partner"))


def agreement_by(code: str) -> Agreement | None:
    return Agreement.objects.select_related("partner").filter(code=code).first()


def crossings(agreement: Agreement | None = None) -> list[Crossing]:
    """The newest messages, without what they say."""
    rows = Crossing.objects.defer("body", "files").select_related("partner")
    return list((rows.filter(agreement=agreement.code) if agreement else rows)[:NEWEST])


def stuck() -> list[Crossing]:
    """Messages, sent or coming, that were tried often in vain and wait still; the oldest first."""
    rows = Crossing.objects.defer("body", "files").select_related("partner")
    return list(rows.filter(state=Crossing.State.WAITING).exclude(stuck_at=None).order_by("stuck_at", "pk")[:NEWEST])


def crossing_by(key: int) -> Crossing | None:
    return Crossing.objects.select_related("partner").filter(pk=key).first()


def package_by(code: str) -> Package | None:
    return Package.objects.select_related("procedure__current", "changed_by").filter(procedure__code=code).first()


def packages() -> list[Package]:
    return list(Package.objects.select_related("procedure").order_by("procedure__code"))


def without_package() -> list[Procedure]:
    """Procedures that are received here and file nothing together yet."""
    return list(
        Procedure.objects.exclude(current=None).filter(packages=None).only("tenant_id", "code", "name", "name_en")
    )


def own_codes() -> list[str]:
    return list(Procedure.objects.exclude(current=None).values_list("code", flat=True))


@dataclass(frozen=True)
class Question:
    """One question of a part's own form, and what answers it."""

    key: str
    label: dict[str, str]
    type: str
    required: bool
    hangs: bool
    answered_by: str = ""
    constant: Any = None

    @property
    def open(self) -> bool:
        return self.required and not self.answered_by and self.constant in (None, "")


@dataclass(frozen=True)
class PartView:
    part: Part
    procedure: dict[str, str]
    agreement: Agreement | None
    questions: list[Question] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    # The names of the parts that it waits for.
    after: list[Text] = field(default_factory=list)


def views_of(package: Package) -> list[PartView]:
    """Each part with the questions that its procedure asks and what answers them; the agreements fetched once."""
    parts = read_parts(package.parts)
    own = forms_of([part.procedure for part in parts if not part.agreement])
    held = {one.code: one for one in Agreement.objects.select_related("partner").filter(sends=True)}
    astray = circular(parts)
    titles = {part.key: part.title for part in parts}
    views = [_view(part, own, held, astray) for part in parts]
    return [replace(one, after=[titles[key] for key in one.part.after if key in titles]) for one in views]


def _view(part: Part, own: dict[str, Any], held: dict[str, Agreement], astray: list[str]) -> PartView:
    agreement = held.get(part.agreement)
    known = own.get(part.procedure)
    told = described_form(known) if known else (agreement.described.get(part.procedure) if agreement else None)
    questions = [_question(raw, part) for raw in (told or {}).get("questions", ())]
    faults = list(_faults(part, agreement, told, astray))
    return PartView(part, (told or {}).get("name") or {"vi": part.procedure, "en": part.procedure}, agreement, questions, faults)  # fmt: skip


def _question(raw: dict[str, Any], part: Part) -> Question:
    answered = part.answers.get(raw["key"], "") or next((f"@{k}" for k, f in part.takes.items() if f == raw["key"]), "")
    return Question(**raw, answered_by=answered, constant=part.constants.get(raw["key"]))


def _faults(part: Part, agreement: Agreement | None, told: Any, astray: list[str]) -> list[str]:
    found = []
    if part.key in astray:
        found.append(_("Các phần chờ lẫn nhau, hoặc chờ một phần không có."))
    if part.agreement and (agreement is None or agreement.state != Agreement.State.IN_FORCE):
        found.append(_("Chưa có thỏa thuận đang có hiệu lực với cơ quan giải quyết."))
    elif told is None:
        found.append(_("Thủ tục này không nhận trực tuyến ở cơ quan giải quyết."))
    return found


def ready(views: list[PartView]) -> bool:
    """Whether it is whole: every part has its place, and every question that must be answered is."""
    return bool(views) and not any(view.faults or _unanswered(view) for view in views)


def _unanswered(view: PartView) -> bool:
    """A question that hangs on another answer may not be asked at all; the receiver judges those."""
    return any(question.open and not question.hangs for question in view.questions)
