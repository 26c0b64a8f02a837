"""Lives of demonstration dossiers: each waits (`yield` tells until when), then does what somebody would do by an action.

A life that waits for a moment still to come simply goes on standing where it stands: that is an open dossier of today.
"""

import datetime
from collections.abc import Generator

from portal.models import User
from portal.moments import now, travel
from portal.roles import Role
from procedures.actions import intake, money, processing, results, supplements, withdrawals
from procedures.demo.dates import dated
from procedures.demo.filing import Plan, begin, file_online, give, pay, submitter_of
from procedures.demo.world import DAY, HOUR, MINUTE, World
from procedures.models import ONLINE_CHANNELS, Dossier
from procedures.models.lifecycle import NOTES, TIME
from procedures.queries.answers import fee_lines
from procedures.queries.results import proposed_lines
from procedures.workflow import NotAllowed

Life = Generator[datetime.datetime, None, None]
Steps = Generator[datetime.datetime, None, bool]
REFUSALS = (
    (
        "Hồ sơ không thuộc thẩm quyền của đơn vị.",
        "Điều 17 Nghị định 61/2018/NĐ-CP",
        "Nộp tại đơn vị nơi bạn thường trú; tài khoản và tệp của bạn vẫn còn.",
    ),
    (
        "Giấy tờ kèm theo không phải của người yêu cầu.",
        "Điều 17 Nghị định 61/2018/NĐ-CP",
        "Lập hồ sơ mới kèm giấy tờ của chính bạn.",
    ),
)
WANTED = (
    ("Bản chụp rõ hơn của giấy tờ kèm theo", "Ảnh bị mờ ở góc, không đọc được số và ngày cấp."),
    ("Văn bản ủy quyền có chữ ký", "Người nộp khác chủ hồ sơ nên cần giấy ủy quyền."),
    ("Giấy tờ về địa điểm", "Địa chỉ ghi trong đơn khác với giấy tờ kèm theo."),
)
REJECTION = (
    "Nội dung đề nghị chưa đáp ứng điều kiện đã nêu trong thủ tục.",
    "Điểm b khoản 2 Điều 19 Nghị định 118/2025/NĐ-CP",
    "Khắc phục điều kiện còn thiếu rồi nộp hồ sơ mới; không phải nộp lại giấy tờ đã có.",
)
WITHDRAWALS = ("Tôi nộp nhầm thủ tục.", "Gia đình thay đổi kế hoạch.", "Tôi sẽ nộp lại với thông tin mới.")


def life(world: World, plan: Plan) -> Life:
    yield plan.at
    # Begun some while before it is sent, in one go: two drafts of one person for one thing would be the same.
    with travel(plan.at - MINUTE * world.chance.randint(6, 40)):
        dossier = begin(world, plan)
    if plan.halt == "start":
        return
    try:
        yield from _lived(world, plan, dossier)
    except NotAllowed as refusal:
        if not _time_was_first(dossier):
            told = f"{dossier.reference}, {plan.fate}, {plan.halt or 'to the end'}, {now():%Y-%m-%d %H:%M}"
            raise BrokenPlan(f"{told}, {dossier.state} after {dossier.last_step}: {refusal}") from refusal


class BrokenPlan(Exception):
    """The demonstration's plan asks for a step that cannot be taken: a mistake in the plan, or in the product."""


def _time_was_first(dossier: Dossier) -> bool:
    """A lapse or a silence that a beat carried out before somebody came: the life ends there, as it does outside."""
    last = dossier.events.exclude(step__in=NOTES).order_by("-number").first()
    return last is not None and last.actor_role == TIME and last.step in ("lapse", "decide")


def _lived(world: World, plan: Plan, dossier: Dossier) -> Life:
    if plan.channel in ONLINE_CHANNELS:
        accepted = yield from _online(world, plan, dossier)
    else:
        intake.register(dossier, _clerk(world, dossier))
        accepted = True
    if accepted and plan.halt != "accept":
        yield from _processed(world, plan, dossier)


def _clerk(world: World, dossier: Dossier) -> User:
    return world.official(dossier.receiving_office, Role.CLERK, dossier)


def _online(world: World, plan: Plan, dossier: Dossier) -> Steps:
    """From filing to the desk's word; true where it was accepted."""
    file_online(world, dossier)
    if dossier.fee_total and plan.halt != "unpaid":
        yield from _paid(world, dossier, after=MINUTE * world.chance.randint(2, 12))
    if plan.halt in ("submit", "unpaid"):
        return False
    if plan.fate == "withdrawn_early":
        yield now() + HOUR * world.chance.uniform(0.5, 3)
        withdrawals.ask_withdrawal(dossier, submitter_of(dossier), reason=world.chance.choice(WITHDRAWALS))
        return False
    yield world.soon(dossier.receiving_office, 0.2, 6)
    clerk = _clerk(world, dossier)
    if plan.fate == "refused":
        reason, clause, remedy = world.chance.choice(REFUSALS)
        intake.refuse(dossier, clerk, reason=reason, clause=clause, remedy=remedy)
        return False
    if plan.fate == "supplement_first":
        yield from _supplemented(world, plan, dossier, clerk)
    intake.accept(dossier, clerk)
    return True


def _paid(world: World, dossier: Dossier, after: datetime.timedelta) -> Life:
    """Online where the office has an account, now and then at the second try; else at the counter."""
    yield now() + after
    if world.chance.random() < 0.06 and pay(dossier, declined=True):
        yield now() + MINUTE * world.chance.randint(3, 9)
    if not pay(dossier):
        yield world.soon(dossier.office, 1, 20)
        money.take_cash(dossier, world.official(dossier.office, Role.CASHIER, dossier))


def _processed(world: World, plan: Plan, dossier: Dossier) -> Life:
    """Along the route: the officer examines and drafts, the head signs, the desk hands over."""
    route = dossier.version.parsed.route
    official, begun = _clerk(world, dossier), now()
    for number, step in enumerate(route[:-1]):
        if number:
            yield world.opening(dossier.office, _share(world, plan, dossier, begun, number / len(route)))
        to = world.official(dossier.office, step.role, dossier)
        processing.route(dossier, official, step.key, to=to)
        official = to
        if plan.halt == "route":
            yield from dated(world, plan, dossier)
            return
    yield world.opening(dossier.office, _share(world, plan, dossier, begun, 1 - 1.4 / len(route)))
    if plan.fate == "withdrawn":
        yield from _withdrawn(world, dossier)
        return
    open_still = yield from _interrupted(world, plan, dossier, official)
    if open_still:
        yield from _decided(world, plan, dossier, official)


def _share(world: World, plan: Plan, dossier: Dossier, begun: datetime.datetime, share: float) -> datetime.datetime:
    end = _end(world, plan, dossier)
    return max(now() + 5 * MINUTE, begun + (end - begun) * max(share, 0.15))


def _end(world: World, plan: Plan, dossier: Dossier) -> datetime.datetime:
    """When the head is going to decide: before, on or after the due day."""
    due = dossier.due_at or now() + 3 * DAY
    if plan.pace == "late":
        return due + DAY * world.chance.uniform(0.7, 5)
    if plan.pace == "on_time":
        return due - HOUR * world.chance.uniform(0.2, 3)
    return now() + (due - now()) * world.chance.uniform(0.25, 0.7)


def _withdrawn(world: World, dossier: Dossier) -> Life:
    withdrawals.ask_withdrawal(dossier, submitter_of(dossier), reason=world.chance.choice(WITHDRAWALS))
    yield world.soon(dossier.office, 1, 6)
    withdrawals.confirm_withdrawal(dossier, _clerk(world, dossier))


def _interrupted(world: World, plan: Plan, dossier: Dossier, officer: User) -> Steps:
    """What stops the clock on the way: a supplement, a fee, the head; false where nothing follows."""
    if plan.fate in ("supplement", "lapsed"):
        yield from _supplemented(world, plan, dossier, officer)
        return plan.fate != "lapsed" and plan.halt != "ask_supplement"
    asked = [line for line in fee_lines(dossier) if line.when_due == "request" and line.amount]
    if asked:
        processing.ask_payment(dossier, officer, amount=asked[0].amount, reason=asked[0].name.read("vi"))
        if plan.halt == "ask_payment":
            return False
        yield from _paid(world, dossier, after=HOUR * world.chance.uniform(2, 30))
    if plan.fate == "suspended":
        head = world.official(dossier.office, Role.HEAD, dossier)
        processing.suspend(dossier, head, reason="Chờ kết quả kiểm tra thực địa của cơ quan phối hợp.")
        if plan.halt == "suspend":
            return False
        yield world.soon(dossier.office, 60, 200)
        processing.resume(dossier, head)
    return True


def _supplemented(world: World, plan: Plan, dossier: Dossier, official: User) -> Life:
    name, why = world.chance.choice(WANTED)
    request = supplements.ask(dossier, official, reason=why, wanted=[{"paper": "", "name": name, "wanted": why}])
    if plan.halt == "ask_supplement":
        yield now() + 400 * DAY
    if plan.fate == "lapsed":
        yield request.due_at + MINUTE
        supplements.lapse(dossier)
        return
    yield now() + DAY * world.chance.uniform(0.4, 3.5)
    give(dossier, None, "giay-to-bo-sung.jpg", submitter_of(dossier), paper=name)
    supplements.supply(dossier, submitter_of(dossier), note="Tôi gửi lại giấy tờ theo yêu cầu.")
    yield world.soon(dossier.office, 0.3, 4)


def _decided(world: World, plan: Plan, dossier: Dossier, officer: User) -> Life:
    head = world.official(dossier.office, Role.HEAD, dossier)
    draft(dossier, officer, rejected=plan.fate == "rejected")
    last = dossier.version.parsed.route[-1]
    processing.route(dossier, officer, last.key, to=head)
    if plan.halt == "to_sign":
        return
    yield world.opening(dossier.office, max(now() + 20 * MINUTE, _end(world, plan, dossier)))
    results.decide(dossier, head)
    if plan.fate == "corrected":
        yield world.soon(dossier.office, 1, 3)
        results.send_back(dossier, head, reason="Sai ngày sinh của người yêu cầu trên kết quả.")
        yield world.soon(dossier.office, 0.5, 2)
        draft(dossier, officer, rejected=False)
        results.decide(dossier, head)
    if plan.halt != "decide":
        yield from _handed_over(world, dossier)


def draft(dossier: Dossier, officer: User, *, rejected: bool) -> None:
    if rejected:
        reason, clause, remedy = REJECTION
        told = {"reason": reason, "clause": clause, "remedy": remedy}
        results.prepare(dossier, officer, outcome=Dossier.Outcome.REJECTED, lines=[], **told)
    else:
        results.prepare(dossier, officer, outcome=Dossier.Outcome.GRANTED, lines=proposed_lines(dossier))


def _handed_over(world: World, dossier: Dossier) -> Life:
    if dossier.delivery == Dossier.Delivery.ONLINE:
        yield now() + HOUR * world.chance.uniform(0.1, 30)
        results.hand_over(dossier, submitter_of(dossier), how=Dossier.Delivery.ONLINE)
        return
    yield world.soon(dossier.receiving_office, 2, 50)
    sent = f"R{world.chance.randint(10**8, 10**9 - 1)}VN" if dossier.delivery == Dossier.Delivery.POST else ""
    results.hand_over(
        dossier, _clerk(world, dossier), how=dossier.delivery, receiver=dossier.owner_name, consignment=sent
    )
