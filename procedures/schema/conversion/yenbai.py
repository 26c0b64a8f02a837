"""Procedures of a city's one-stop shop of 2013–2015: papers by name, steps with days and tasks, typed form fields."""

from procedures.schema.conversion import fees, papers, shape, wording, yenbai_form
from procedures.schema.conversion.source import Source
from procedures.schema.reading import gettext_noop

DESK, HEADS = "Bộ phận một cửa", "Lãnh đạo đơn vị"
PAY, GIVE, HAND = "THU_PHI", "TRA_KET_QUA", "BAN_GIAO"
UNSET = -1
# Lists in the sources are written as they came; in the product each procedure is filed at a counter.
COUNTER, ONLINE = "counter", "online"


def convert(source: Source, *, also_online: bool = False) -> dict[str, object]:
    """The definition of one record. `also_online` opens online filing, which the source did not know."""
    channels = _channels(source, also_online)
    name = _name(source)
    made_papers = _papers(source)
    fields = yenbai_form.read(source)
    route, paid_at_the_end = _route(source)
    note, charged = _fees(source, channels, "return" if paid_at_the_end else "submission")
    agency = shape.text(source.text("agency", "agencies"))
    return shape.in_order({
        "code": source.whole("code", "code"), "name": shape.text(name), "keywords": _keywords(source, name),
        "sector": wording.sector(source.whole("domain", "sector")), "government_level": "commune", "channels": channels,
        "time": _time(source, channels), "papers": made_papers, "fees": charged, "fee_note": shape.text(note),
        "form": shape.form(fields, made_papers, online=also_online), "route": route,
        "results": [{"key": "result", "name": {"vi": name}}], "result_template": shape.result_template(name),
        "agencies": {"competent": agency, "performing": agency} if agency else None, "x_source": _origin(source),
    })  # fmt: skip


def _name(source: Source) -> str:
    name, full = source.whole("name", "name"), source.text("name_full")
    source.use("name_full", "name" if full in ("", name) else "keywords")
    source.remark("results", gettext_noop("Nguồn không ghi kết quả: lấy tên thủ tục làm tên kết quả."))
    source.remark("government_level", gettext_noop("Nguồn không ghi cấp: thủ tục làm ở một cửa nên ghi cấp xã."))
    return name


def _keywords(source: Source, name: str) -> list[str]:
    full = source.text("name_full")
    return [full[:500]] if full not in ("", name) else []


def _origin(source: Source) -> dict[str, object]:
    return {name: source.text(name, "x_source") for name in ("source", "code_system") if source.text(name)}


def _channels(source: Source, also_online: bool) -> list[str]:
    """`not over internet` means the counter alone."""
    if source.text("level_online") == "not over internet":
        source.use("level_online", "channels")
    if also_online:
        source.tell(
            "level_online", gettext_noop("Theo yêu cầu, mở thêm kênh trực tuyến; thời hạn và phí như tại quầy.")
        )
    return [COUNTER, ONLINE] if also_online else [COUNTER]


def _time(source: Source, channels: list[str]) -> dict[str, object] | None:
    days = source.number("duration_working_days")
    if days == UNSET:
        source.tell("duration_working_days", gettext_noop("-1 nghĩa là chưa đặt thời hạn; không suy ra từ các bước."))
        return None
    told = wording.span(days, "Ngày làm việc") if days is not None else None
    if told is None:
        source.tell("duration_working_days", gettext_noop("Không đổi được thành thời hạn."))
        return None
    source.use("duration_working_days", "time")
    _compare(source, float(days or 0))
    return dict.fromkeys(channels, told)


def _compare(source: Source, days: float) -> None:
    """Where a total and the sum of its parts differ, both are kept and told of."""
    parts = [source.number(f"{step}.days") or 0.0 for step in source.items("workflow")]
    total = sum(part for part in parts if part > 0)
    if total != days:
        pattern = gettext_noop("Thời hạn là %(days)s ngày nhưng các bước cộng lại %(total)s ngày: giữ cả hai.")
        source.remark("duration_working_days", pattern, days=f"{days:g}", total=f"{total:g}")


def _papers(source: Source) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    uncounted = 0
    for path in source.items("documents"):
        name = source.text(path)
        if papers.SETS.match(name):
            source.tell(path, gettext_noop("Đây là số bộ hồ sơ, không phải một giấy tờ."))
            continue
        told = papers.read_name(name)
        key = wording.key_of(name, [str(one["key"]) for one in made])
        made.append(papers.paper(key, name, told, mandatory=not told.conditional))
        source.use(path, f"papers.{key}")
        uncounted += not told.counted
        if told.conditional:
            source.remark(path, gettext_noop("Điều kiện chỉ có bằng lời: giữ trong tên giấy tờ, không bắt buộc."))
    if uncounted:
        pattern = gettext_noop("%(count)d giấy tờ không ghi số bản: coi là 01 bản chính.")
        source.remark("documents", pattern, count=uncounted)
    if not made:
        source.remark("documents", gettext_noop("Nguồn không ghi giấy tờ nào."))
        return [papers.unnamed("Nguồn không ghi thành phần hồ sơ; hỏi bộ phận một cửa.")]
    papers.mark_request(made, [str(dict(one["name"])["vi"]) for one in made])  # type: ignore[call-overload]
    return made


def _fees(source: Source, channels: list[str], when_due: str) -> tuple[str, list[dict[str, object]]]:
    amount = source.number("fee_vnd")
    if amount is None:
        source.remark("fee_vnd", gettext_noop("Nguồn không ghi mức thu."))
        return "Nguồn không ghi mức thu; hỏi bộ phận một cửa.", []
    if amount == 0:
        source.use("fee_vnd", "fee_note")
        return "Không thu phí, lệ phí (nguồn ghi 0 đồng).", []
    if amount < 0 or not amount.is_integer():
        source.tell("fee_vnd", gettext_noop("Không đọc được thành số tiền."))
        return "", []
    source.use("fee_vnd", "fees.fee")
    return "", [fees.fee("Lệ phí", dict.fromkeys(channels, int(amount)), when_due)]


def _route(source: Source) -> tuple[list[dict[str, object]], bool]:
    """The steps with their hours; and whether money is taken with the handing over."""
    steps = source.items("workflow")
    source.use("n_steps", "route")
    if (count := source.number("n_steps")) is not None and count != len(steps):
        source.tell("n_steps", gettext_noop("Số bước khác với danh sách các bước: giữ danh sách."))
    last = len(steps)
    while last > 1 and _tasks(source, steps[last - 1]) <= {PAY, GIVE, HAND}:
        last -= 1
    paid = any(PAY in _tasks(source, step) for step in steps[last:])
    for step in steps[last:]:
        _close(source, step)
    route: list[dict[str, object]] = []
    for step in steps[:last]:
        route.append(_step(source, step, [str(one["key"]) for one in route]))
    _look_at(source, route)
    return route, paid


def _tasks(source: Source, step: str) -> set[str]:
    return {source.text(f"{task}.code") for task in source.items(f"{step}.tasks")}


def _close(source: Source, step: str) -> None:
    """Taking money and handing over are no steps of a route here: they come after the decision, by themselves."""
    taken = PAY in _tasks(source, step)
    for name in ("group", "name", "tasks"):
        source.use(f"{step}.{name}", "fees" if taken else "results.result")
    if source.number(f"{step}.days"):
        source.tell(f"{step}.days", gettext_noop("Thu tiền và trả kết quả không có thời gian riêng trong quy trình."))
    source.use(f"{step}.days", "results.result")


def _step(source: Source, step: str, taken: list[str]) -> dict[str, object]:
    name, group = source.text(f"{step}.name"), source.text(f"{step}.group")
    shown = name if wording.plain(group) in wording.plain(name) else f"{name} – {group}"
    key = wording.key_of(name, taken)
    tasks = source.items(f"{step}.tasks")
    pauses = any(source.flag(f"{task}.pause") for task in tasks)
    for path in [
        f"{step}.group",
        f"{step}.name",
        *(f"{task}.{flag}" for task in tasks for flag in ("pause", "unpause", "biz_done")),
    ]:
        source.use(path, f"route.{key}")
    source.tell(
        f"{step}.tasks", gettext_noop("Quy trình ở đây gồm các bước; việc nhỏ trong một bước không có chỗ riêng.")
    )
    role = _role(group, _tasks(source, step))
    return {"key": key, "name": {"vi": shown}, "role": role, "hours": _hours(source, step, key), "excluded": pauses}


def _role(group: str, tasks: set[str]) -> str:
    if group == HEADS:
        return "head"
    if group == DESK:
        return "cashier" if tasks and tasks <= {PAY} else "clerk"
    return "officer"


def _hours(source: Source, step: str, key: str) -> int:
    days = source.number(f"{step}.days") or 0.0
    hours = days * wording.HOURS_A_DAY
    if days < 0 or not hours.is_integer():
        source.tell(f"{step}.days", gettext_noop("Không đổi được thành số giờ; ghi 0 giờ."))
        return 0
    source.use(f"{step}.days", f"route.{key}")
    return int(hours)


def _look_at(source: Source, route: list[dict[str, object]]) -> None:
    stops = source.flag("has_stop_clock", "route")
    if stops != any(one["excluded"] for one in route):
        source.tell(
            "has_stop_clock",
            gettext_noop("Nguồn nói đồng hồ có dừng nhưng không bước nào ghi chỗ dừng, hoặc ngược lại."),
        )
    if route and all(one["role"] != "head" for one in route):
        source.remark("workflow", gettext_noop("Không có bước ký: lãnh đạo ký ở bước cuối cùng."))
