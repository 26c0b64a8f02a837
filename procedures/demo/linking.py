"""The demonstration's liên thông: birth, residence and health insurance of a child in one filing, at two authorities.

By the actions that people use: offered and accepted, put together, filed, one of them finished and one half-way.
"""

import copy
import datetime
from typing import Any

from django.db.models import F

from integrations.people import BY_KEY
from portal import outbox
from portal.models import Office, OutboxRow, Tenant, User
from portal.moments import midnight, now, today, travel
from portal.roles import Role
from portal.tenancy import inside, knowing
from procedures.actions import (
    agreements,
    catalogue,
    counter,
    crossings,
    drafts,
    intake,
    joint,
    packages,
    processing,
    results,
    scans,
)
from procedures.actions.counter import Begun, Handed
from procedures.demo import content, past
from procedures.demo.filing import fill, retold
from procedures.demo.lives import draft
from procedures.demo.specimens import specimen
from procedures.models import Agreement, Dossier, Offering, Package, Procedure
from procedures.queries.answers import file_fields
from procedures.queries.joint import forms_of, questions_of

FORM, BIRTH, HOME, CARD = "2.000986", "1.001193", "1.004222", "9.000301"
ERRANDS = (crossings.ERRAND, "part_told")
DAY = datetime.timedelta(days=1)
SWITCHES = ("blank_forms", "online_open", "pays_online", "returns_online")
Tenants = dict[str, Tenant]
Raw = dict[str, Any]


def live(tenants: Tenants) -> None:
    """Once: what is there stays as people may have changed it."""
    if not {"dongthap", "bhxh"} <= tenants.keys():
        return
    with inside(tenants["dongthap"]):
        if Package.objects.exists():
            return
    with outbox.unhurried():
        with travel(now() - 60 * DAY):
            _agree(tenants)
            _open(tenants["dongthap"])
        _whole_life(tenants, "nam", _evening(27), finished=True)
        _whole_life(tenants, "an", _evening(4), finished=False)
        with travel(_last_working_morning()):
            _at_the_counter(tenants)
    for tenant in (tenants["dongthap"], tenants["bhxh"]):
        past.scan(tenant)
        with inside(tenant):
            OutboxRow.objects.filter(kind__in=past.OVER, done_at=None).update(done_at=F("created_at"))


def _person(key: str) -> User:
    found: User = User.objects.get(subject=key)
    return found


def _agree(tenants: Tenants) -> None:
    here, there = tenants["dongthap"], tenants["bhxh"]
    with inside(here):
        told: Raw = {"procedures": [CARD], "tells_back": ["due", "number", "reason", "result"], "tells_siblings": True}
        purpose = "Liên thông nhóm thủ tục khai sinh theo Nghị định 63/2024/NĐ-CP."
        code = agreements.offer(_person("en"), there, since=today(), purpose=purpose, **told).code
    _carry(tenants)
    with inside(there):
        asked = [one["key"] for one in questions_of(forms_of([CARD])[CARD])]
        agreements.accept(Agreement.objects.get(code=code), _person("trung"), {CARD: asked})
    _carry(tenants)


def _open(tenant: Tenant) -> None:
    """The procedure gets its one form, two wards take it online, and the three parts take from it what they ask."""
    with inside(tenant):
        admin = _person("en")
        version = catalogue.publish(_definition(), person=admin)
        for office in Office.objects.filter(code__in=("H58.30", "H58.31")):
            catalogue.offer(version.procedure, office, **dict.fromkeys(SWITCHES, True))
        package = packages.begin(Procedure.objects.get(code=FORM), admin)
        for raw in _parts(Agreement.objects.get().code):
            package = packages.put_part(package, admin, raw, seen=package.revision)
        packages.set_open(package, admin, is_open=True)


def _definition() -> Raw:
    """What the ministry describes for the counter, with a form: what birth asks, and what the other two ask besides."""
    raw = _raw("dongthap", FORM)
    days = raw["time"]["counter"]
    birth, home, card = (_raw(*of)["form"]["sections"] for of in (("dongthap", BIRTH), ("dongthap", HOME), ("bhxh", CARD)))  # fmt: skip
    papers = {paper["key"] for paper in raw["papers"]}
    household = _fields(home, ("gender", "home_right", "householder_name", "householder_personal_id", "home_file", "householder_agrees"))  # fmt: skip
    sections = [
        *birth[:-1],
        {"key": "household", "title": {"vi": "Chỗ ở và chủ hộ", "en": "Home and householder"}, "fields": household},
        {"key": "insurance", "title": {"vi": "Bảo hiểm y tế", "en": "Health insurance"}, "fields": _fields(card, ("clinic",))},
        birth[-1],
    ]  # fmt: skip
    for section in sections:
        section["fields"] = [_without_paper(one, papers) for one in section["fields"]]
    summary = {
        "vi": "Một lần nộp, ba kết quả: Giấy khai sinh, đăng ký thường trú và thẻ bảo hiểm y tế. Mỗi phần có thời hạn riêng, theo dõi ở một trang.",
        "en": "Filed once, three results: birth certificate, permanent residence and health insurance card. Each has its own clock, all on one page.",
    }  # fmt: skip
    asked = [{**paper, "blank_form": paper["blank_form"] or paper["key"].endswith("_form")} for paper in raw["papers"]]
    return {
        **raw, "form": {"sections": sections}, "channels": ["online", "counter"], "time": {"online": days, "counter": days},
        "summary": summary, "papers": asked,
    }  # fmt: skip


def _raw(tenant: str, code: str) -> Raw:
    found = (raw for bundle in content.bundles(tenant) for raw in bundle["procedures"] if raw["code"] == code)
    return copy.deepcopy(next(found))


def _fields(sections: list[Raw], keys: tuple[str, ...]) -> list[Raw]:
    """Questions of another form, always asked."""
    found = {one["key"]: one for section in sections for one in section["fields"]}
    return [{name: value for name, value in found[key].items() if name != "when"} for key in keys]


def _without_paper(raw: Raw, papers: set[str]) -> Raw:
    return {name: value for name, value in raw.items() if name != "paper" or value in papers}


def _parts(agreement: str) -> list[Raw]:
    birth = [one["key"] for one in questions_of(forms_of([BIRTH])[BIRTH])]
    same = ("full_name", "personal_id", "birth_date", "gender", "residence", "phone", "home_right", "householder_name", "householder_personal_id", "home_file", "householder_agrees", "true_statement")  # fmt: skip
    child = ("child_name", "child_birth_date", "child_gender", "clinic", "full_name", "personal_id", "phone", "true_statement")  # fmt: skip
    return [
        {"key": "birth", "title": {"vi": "Đăng ký khai sinh", "en": "Birth registration"}, "procedure": BIRTH, "answers": {key: key for key in birth}},
        {"key": "residence", "title": {"vi": "Đăng ký thường trú", "en": "Permanent residence"}, "procedure": HOME, "after": ["birth"], "takes": {"birth": "kinship_file"},
         "answers": {**{key: key for key in same}, "new_address": "residence"},
         "constants": {"householder_relation": "child", "reason": "newborn", "with_others": False, "fee_group": "child"}},
        {"key": "insurance", "title": {"vi": "Thẻ bảo hiểm y tế", "en": "Health insurance card"}, "procedure": CARD, "agreement": agreement, "after": ["birth"],
         "takes": {"birth": "birth_certificate_file"}, "answers": {key: key for key in child}},
    ]  # fmt: skip


def _whole_life(tenants: Tenants, key: str, at: datetime.datetime, *, finished: bool) -> None:
    here, there = tenants["dongthap"], tenants["bhxh"]
    with travel(at):
        code = _file(here, key)
        _carry(tenants)
    with travel(at + DAY / 6):
        _settle(here, code, "birth", ("binh", "chi", "dung"))
        _carry(tenants)
    later = at + 2 * DAY
    with travel(later):
        _settle(here, code, "residence", ("ngan", "thang", "dai"), to_end=finished)
        _settle(there, code, "insurance", ("uyen", "quoc", "hang"), to_end=finished)
        _carry(tenants)
    with travel(later + DAY):
        for tenant, part in ((here, "birth"), (here, "residence"), (there, "insurance")):
            _receive(tenant, code, part)
        _carry(tenants)


def _file(tenant: Tenant, key: str) -> str:
    with inside(tenant):
        person = _person(key)
        offering = Offering.objects.select_related("procedure__current", "office").get(
            procedure__code=FORM, office__code="H58.30"
        )
        form = drafts.start(offering, person)
        fill(form, _answers(key), person)
        drafts.set_contact(form, phone=person.phone, email=person.email, delivery="online", address=BY_KEY[key].street)
        return joint.file(form, person, f"demo-{form.reference}").reference


def _evening(ago: int) -> datetime.datetime:
    """After the counters closed, so that the numbers given then are the last ones of their day."""
    return midnight(today() - ago * DAY) + datetime.timedelta(hours=17, minutes=30)


def _last_working_morning() -> datetime.datetime:
    """Nine o'clock of the last weekday before today: a counter has hours."""
    day = today() - DAY
    while day.weekday() > 4:
        day -= DAY
    return midnight(day) + datetime.timedelta(hours=9)


def _at_the_counter(tenants: Tenants) -> None:
    """Somebody without an account came with paper: the clerk scanned it and filed all parts in one go."""
    with inside(tenants["dongthap"]):
        clerk, key = _person("binh"), "demo-lien-thong"
        offering = Offering.objects.select_related("procedure__current", "office").get(
            procedure__code=FORM, office__code="H58.30"
        )
        one = counter.begin(offering, clerk, key, Begun())
        for paper in file_fields(one.dossier):
            scans.add(one.dossier, paper, paper, [specimen(f"{paper}.pdf")], clerk)
        told = {name: value for name, value in _answers("hoa").items() if not name.endswith("_file")}
        counts = {paper: {"originals": 1, "certified": 0, "copies": 0} for paper in _papers(offering)}
        who = BY_KEY["hoa"]
        handed = Handed(owner_name=who.full_name, answers=told, phone="0987654321", address=who.street, counts=counts)
        counter.register_paper(offering, clerk, handed, key)
    _carry(tenants)


def _papers(offering: Offering) -> list[str]:
    return [paper.key for paper in offering.procedure.current.parsed.papers] if offering.procedure.current else []


def _answers(key: str) -> Raw:
    told = content.examples("dongthap", BIRTH, today(), lambda name: f"demo_file:{name}")[0]
    answers: Raw = retold(told.answers, BY_KEY[told.submitter], BY_KEY[key])
    person = BY_KEY[key]
    if key == "an":
        answers = {name: value for name, value in answers.items() if not name.startswith("father_")}
        answers |= {"father_known": False, "child_name": "Nguyễn Minh Khang", "mother_name": person.full_name}
        answers |= {"mother_birth_date": person.birth_date.isoformat(), "mother_personal_id": person.personal_id}
    return answers | {
        "gender": person.gender, "home_right": "owned", "householder_name": person.full_name, "householder_personal_id": person.personal_id,
        "home_file": ["demo_file:giay-chung-nhan-nha.pdf"], "householder_agrees": True, "clinic": "Trạm y tế phường Gò Công",
    }  # fmt: skip


def _settle(tenant: Tenant, code: str, part: str, people: tuple[str, str, str], *, to_end: bool = True) -> None:
    with inside(tenant):
        dossier = _dossier(code, part)
        clerk, officer, head = (_person(key) for key in people)
        route = dossier.version.parsed.route
        intake.accept(dossier, clerk)
        processing.route(dossier, clerk, route[0].key, to=officer)
        if to_end:
            draft(dossier, officer, rejected=False)
            processing.route(dossier, officer, next(one.key for one in route if one.role == Role.HEAD), to=head)
            results.decide(dossier, head)


def _receive(tenant: Tenant, code: str, part: str) -> None:
    with inside(tenant):
        dossier = _dossier(code, part)
        if dossier.state == "done" and dossier.submitter is not None:
            results.hand_over(dossier, dossier.submitter, how=Dossier.Delivery.ONLINE)


def _dossier(code: str, part: str) -> Dossier:
    rows = Dossier.objects.select_related("version", "procedure__current", "office", "receiving_office", "submitter")
    found: Dossier = rows.get(joint_code=code, part_of__part=part)
    return found


def _carry(tenants: Tenants) -> None:
    """What the worker would do between the two, at the moment that is being lived through."""
    here = (tenants["dongthap"], tenants["bhxh"])
    while sum(_relayed(tenant) for tenant in here):
        pass


def _relayed(tenant: Tenant) -> int:
    with inside(tenant):
        rows = list(OutboxRow.objects.filter(kind__in=ERRANDS, done_at=None, due_at__lte=now()).order_by("pk"))
    for row in rows:
        kind = outbox.HANDLERS[row.kind]
        with knowing(tenant) if kind.outside else inside(tenant):
            kind.handler(row)
        with inside(tenant):
            OutboxRow.objects.filter(pk=row.pk).update(done_at=now())
    return len(rows)
