"""Advice about the record: law, people, money, time, papers, and the level that all this does not reach."""

from collections.abc import Iterator

from procedures.schema.conditions import Condition
from procedures.schema.definition import Definition, RouteStep, Span
from procedures.schema.findings import Found, Place, Rule, Surroundings, advice
from procedures.schema.nodes import Every
from procedures.schema.proof import ground, never
from procedures.schema.reading import gettext_noop

HOURS = {"working_day": 8.0, "calendar_day": 8 * 5 / 7, "hour": 1.0, "month": 8 * 22.0}
EVERY_DESK = {
    "clerk": gettext_noop("Ở “%(office)s” chưa có ai để tiếp nhận hồ sơ."),
    "head": gettext_noop("Ở “%(office)s” chưa có ai để ký, quyết định."),
}


def _legal_basis(definition: Definition, _around: Surroundings) -> Found:
    if not definition.legal_basis:
        yield advice("legal_basis", gettext_noop("Chưa ghi căn cứ pháp lý nào."))


def _people(definition: Definition, around: Surroundings) -> Found:
    """Each step needs somebody of its role where it is done; every dossier somebody to accept it and to decide."""
    for place in around.places:
        for role, pattern in EVERY_DESK.items():
            if role not in place.roles and role not in {step.role for step in definition.route}:
                yield advice("route", pattern, office=place.name)
        for step in definition.route:
            if step.role not in _held(step, place, around):
                yield advice(
                    f"route.{step.key}",
                    gettext_noop("Ở “%(office)s” chưa có ai giữ vai trò của bước “%(step)s”."),
                    office=step.office or place.name,
                    step=step.name.vi,
                )


def _held(step: RouteStep, place: Place, around: Surroundings) -> frozenset[str]:
    """The roles at the office of the step; a step for any office of a kind is not judged here."""
    if step.office is not None:
        return around.roles_at.get(step.office, frozenset())
    return place.roles if step.office_kind in (None, place.kind) else frozenset({step.role})


def _four_eyes(definition: Definition, around: Surroundings) -> Found:
    """Two people look at it: so there are two, and at a step that leads to the decision."""
    for step in definition.route:
        if step.four_eyes and step.role not in ("officer", "head"):
            yield advice(
                f"route.{step.key}",
                gettext_noop("Bước “%(step)s” cần hai người kiểm soát nhưng không do chuyên viên hay lãnh đạo làm."),
                step=step.name.vi,
            )
        for place in around.places if step.four_eyes else ():
            if place.hands is not None and place.hands < 2:
                yield advice(
                    f"route.{step.key}",
                    gettext_noop(
                        "Bước “%(step)s” cần hai người, nhưng ở “%(office)s” chỉ có %(n)s người dự thảo hoặc ký."
                    ),
                    step=step.name.vi,
                    office=place.name,
                    n=place.hands,
                )


def _step_offices(definition: Definition, around: Surroundings) -> Found:
    for step in definition.route:
        if step.office and around.roles_at and step.office not in around.roles_at:
            yield advice(
                f"route.{step.key}",
                gettext_noop("Không có cơ quan nào mang mã “%(code)s”."),
                stops=True,
                code=step.office,
            )


def _money(definition: Definition, around: Surroundings) -> Found:
    asked = [fee for fee in definition.fees if any(not amount.free for amount in fee.amounts())]
    for place in around.places if asked else ():
        if place.online_open and not place.has_account:
            yield advice(
                "fees",
                gettext_noop("“%(office)s” chưa có tài khoản thu phí nên người dân không nộp trực tuyến được."),
                office=place.name,
            )
        elif place.online_open and not place.pays_online:
            yield advice(
                "fees",
                gettext_noop("“%(office)s” chưa mở thu trực tuyến nên dịch vụ ở đó dừng ở mức 3."),
                office=place.name,
            )
    for fee in asked:
        if fee.law is None and not any(rate.law for rate in fee.rates) and not definition.legal_basis:
            yield advice(
                f"fees.{fee.key}", gettext_noop("“%(name)s” thu tiền mà không có căn cứ nào."), name=fee.name.vi
            )


def _free(definition: Definition, _around: Surroundings) -> Found:
    """Decree texts print “Miễn phí” wherever the amount is blank: the note beside it holds the fee."""
    note = definition.fee_note.vi
    if not definition.fees and any(sign.isdigit() for sign in note):
        yield advice(
            "fee_note", gettext_noop("Ghi chú có số tiền nhưng không có khoản thu nào: đừng để hiểu là miễn phí.")
        )


def _level(definition: Definition, around: Surroundings) -> Found:
    """What stands between the channels that the record promises and those that work."""
    if "online" in definition.channels and not definition.sections:
        yield advice(
            "form.sections", gettext_noop("Ghi là nộp trực tuyến nhưng chưa có biểu mẫu: dịch vụ dừng ở mức 1.")
        )
    if "online" not in definition.channels and any(place.online_open for place in around.places):
        yield advice("channels", gettext_noop("Có cơ quan mở nhận trực tuyến nhưng thủ tục không ghi cách nộp này."))
    for paper in definition.papers:
        if paper.blank_form and not definition.sections:
            yield advice(
                f"papers.{paper.key}",
                gettext_noop("“%(name)s” có mẫu để tải, nhưng chưa có biểu mẫu để làm ra mẫu đó."),
                name=paper.name.vi,
            )


def _silence(definition: Definition, _around: Surroundings) -> Found:
    for case in (None, *definition.cases):
        key = case.key if case else None
        for channel in definition.channels:
            silent = definition.clock_for(channel, key).silence_is_consent
            if silent and definition.time_for(channel, key) is None:
                yield advice(
                    "clock",
                    gettext_noop(
                        "Quá hạn được coi là đồng ý, nhưng có cách nộp không có thời hạn nên không bao giờ quá hạn."
                    ),
                    stops=True,
                )


def _route_hours(definition: Definition, _around: Surroundings) -> Found:
    """The steps that count must fit into the shortest legal time."""
    hours = sum(step.hours for step in definition.route if not step.excluded and step.when is None)
    spans = [span for span in _spans(definition) if span is not None]
    shortest = min((_hours(span) for span in spans), default=None)
    if shortest is not None and hours > shortest:
        yield advice(
            "route",
            gettext_noop("Các bước cần %(hours)d giờ làm việc, nhiều hơn thời hạn ngắn nhất (khoảng %(legal)d giờ)."),
            hours=hours,
            legal=int(shortest),
        )


def _spans(definition: Definition) -> Iterator[Span | None]:
    for case in definition.cases or (None,):
        for channel in definition.channels:
            yield definition.time_for(channel, case.key if case else None)


def _hours(span: Span) -> float:
    """Nought of any unit means on the same working day."""
    return span.amount * HOURS[span.unit] or HOURS["working_day"]


def _time(definition: Definition, _around: Surroundings) -> Found:
    for channel in definition.channels:
        if definition.time_for(channel) is None and not any(case.times for case in definition.cases):
            yield advice(
                "time",
                gettext_noop("Cách nộp “%(channel)s” không có thời hạn: hồ sơ sẽ không có ngày hẹn trả."),
                channel=channel,
            )
    for step in definition.route:
        if step.excluded and not step.reason:
            yield advice(
                f"route.{step.key}",
                gettext_noop("Bước “%(step)s” không tính vào thời hạn nhưng không nói vì sao."),
                step=step.name.vi,
            )
    yield from _terms(definition)


def _terms(definition: Definition) -> Found:
    terms = definition.clock
    if terms.trigger == "accepted_and_paid" and not definition.fees:
        yield advice("clock", gettext_noop("Thời hạn tính từ khi nộp đủ tiền, nhưng không có khoản thu nào."))
    days = {span.unit for span in _spans(definition) if span is not None}
    if terms.counting == "hours" and days and not days & {"hour", "working_day"}:
        yield advice("clock", gettext_noop("Tính theo giờ làm việc không có tác dụng với ngày thường và tháng."))
    if terms.max_supplements == 0 and terms.supplement_mode == "restart":
        yield advice("clock", gettext_noop("Không cho bổ sung mà lại đặt thời hạn tính lại sau khi bổ sung."))


def _papers(definition: Definition, _around: Surroundings) -> Found:
    """Papers that nobody is asked for, and papers that nobody can hand in online."""
    proofs = {one.proof for fee in definition.fees for one in fee.exempt}
    asked = {one.paper for one in definition.form.index.values() if one.type == "file"}
    whole = ground(definition)
    for paper in definition.papers:
        address, name = f"papers.{paper.key}", paper.name.vi
        ways = [_way(case.when, paper.when) for case in definition.cases if paper.key in (case.papers or (paper.key,))]
        if paper.key not in proofs and definition.cases and all(way is not None and never(way, whole) for way in ways):
            yield advice(address, gettext_noop("“%(name)s” không bao giờ được yêu cầu."), name=name)
        elif "online" not in definition.channels or not definition.sections or paper.key in asked:
            continue
        elif paper.key in proofs or _must_be_sent(
            paper.mandatory, paper.present_only, paper.blank_form, paper.replaced_by
        ):
            yield advice(address, gettext_noop("“%(name)s” phải nộp nhưng biểu mẫu không có chỗ gửi tệp."), name=name)


def _must_be_sent(mandatory: bool, present_only: bool, blank_form: bool, replaced_by: str | None) -> bool:
    """The form itself takes the place of a request; what a registry answers or is only shown is not sent."""
    return mandatory and not present_only and not blank_form and replaced_by is None


def _way(case: Condition | None, paper: Condition | None) -> Condition | None:
    parts = tuple(part for part in (case, paper) if part is not None)
    return Every(parts) if parts else None


def _renewal(definition: Definition, around: Surroundings) -> Found:
    """Who is led to another procedure when the result runs out has to find it, and find it open somewhere."""
    template = definition.result_template
    if template is None or not template.renewed_by:
        return
    at, code = "result_template.renewed_by", template.renewed_by
    if not template.validity_months:
        yield advice(at, gettext_noop("Giấy không có thời hạn, nên thủ tục gia hạn không được dùng đến."))
    if around.offered is None or code == definition.code:
        return
    if code not in around.offered:
        yield advice(at, gettext_noop("Không có thủ tục nào mang mã %(code)s để gia hạn."), stops=True, code=code)
    elif not around.offered[code]:
        yield advice(at, gettext_noop("Thủ tục gia hạn %(code)s chưa có ở đơn vị nào."), stops=True, code=code)


RECORD_RULES: tuple[Rule, ...] = (
    _legal_basis, _people, _four_eyes, _step_offices, _money, _free, _level, _silence, _route_hours, _time, _papers, _renewal,
)  # fmt: skip
