"""Whole records of the national database: papers, channels with time and fees, cases, forms, results, route."""

import re
from collections.abc import Mapping

from procedures.schema.conversion import database_fees, database_form, national, papers, shape, wording
from procedures.schema.conversion.source import Source
from procedures.schema.reading import gettext_noop
from procedures.schema.record import CHANNELS

ORIGIN = ("issuing", "mark", "sources")
POPULATION, BUSINESS = re.compile(r"dân cư"), re.compile(r"đăng ký (?:kinh doanh|doanh nghiệp)")
HEADS, DESK = re.compile(r"lanh_dao"), re.compile(r"mot_cua|tiep_nhan|van_thu")
# Their time is not counted: opinions and inspections by others (DOMAIN.md §1.4).
OTHERS = re.compile(r"phoi_hop")
MONTHS = re.compile(r"(\d+) tháng")
SILENCE = re.compile(r"im lặng", re.IGNORECASE)
LEVELS = ("commune", "province", "ministry")


def convert(source: Source) -> dict[str, object]:
    channels = _channels(source)
    made_papers = _papers(source)
    fields = database_form.read(source)
    cases, chooser = _cases(source, fields)
    note, charged = database_fees.read(source, channels, fields)
    name = source.whole("name", "name")
    results = _results(source)
    months = MONTHS.search(source.text("validity", "result_template"))
    agencies = "; ".join(source.text(path, "agencies") for path in source.items("agencies"))
    return shape.in_order({
        "code": source.whole("code", "code"), "name": shape.text(name), "keywords": _keywords(source, name),
        "sector": wording.sector(source.whole("field", "sector")), "government_level": _level(source),
        "audience": _audience(source), "conditions": shape.text(source.text("registration_deadline", "conditions")),
        "decision_no": source.text("decision", "decision_no"), "channels": channels, "time": _times(source),
        "clock": _clock(source), "cases": cases, "papers": made_papers,
        "form": shape.form([*chooser, *fields], made_papers, online="online" in channels), "fees": charged,
        "fee_note": shape.text(note), "legal_basis": _laws(source), "results": results,
        "result_template": shape.result_template(_first_name(results) or name, int(months[1]) if months else None),
        "route": _route(source), "agencies": {"competent": {"vi": agencies}} if agencies else None,
        "x_source": _origin(source),
    })  # fmt: skip


def _channels(source: Source) -> list[str]:
    found = [source.text(f"{path}.channel", "channels") for path in source.items("channels")]
    return [one for one in CHANNELS if one in found]


def _keywords(source: Source, name: str) -> list[str]:
    short = source.text("short_name", "keywords")
    if short == name:
        source.use("short_name", "name")
    return [short] if short not in ("", name) else []


def _level(source: Source) -> str:
    told = source.text("agency_level", "government_level")
    named = [one for one in LEVELS if one in told]
    if len(named) != 1 or told not in LEVELS:
        source.tell("agency_level", gettext_noop("Một thủ tục ở đây thuộc một cấp: lấy cấp gần người dân nhất."))
    words = source.text("agency_level_text")
    if len(named) == 1 and [wording.LEVEL_WORDS.get(words.casefold())] == named:
        source.use("agency_level_text", "government_level")
    else:
        source.tell("agency_level_text", gettext_noop("Các cấp ghi bằng lời không khớp với một cấp ở đây."))
    return named[0] if named else "province"


def _audience(source: Source) -> list[str]:
    source.use("subjects", "audience")
    return wording.audience(source, "subjects", [source.text(path) for path in source.items("subjects")])


def _times(source: Source) -> dict[str, object]:
    times: dict[str, object] = {}
    for path in source.items("channels"):
        amount, unit = source.number(f"{path}.time"), source.text(f"{path}.unit")
        told = wording.span(amount, unit) if amount is not None and unit else None
        channel = source.text(f"{path}.channel")
        if told is None or channel in times:
            source.tell(
                f"{path}.time", national.NO_UNIT if not unit else gettext_noop("Không đổi được thành thời hạn.")
            )
        else:
            times[channel] = told
            source.use(f"{path}.time", "time")
            source.use(f"{path}.unit", "time")
    return times


def _clock(source: Source) -> dict[str, object]:
    terms = national.clock(source, {path: source.text(path) for path in source.items("clock_flags_in_text")})
    if "đã nộp lệ phí" in source.text("clock.start"):
        terms["trigger"] = "accepted_and_paid"
        source.use("clock.start", "clock.trigger")
    source.tell("clock.pause", gettext_noop("Dừng chờ nghĩa vụ tài chính là việc cán bộ làm với từng hồ sơ."))
    names = " ".join(source.text(f"{path}.name") for path in source.items("results"))
    if SILENCE.search(names):
        terms["silence_is_consent"] = True
    return terms


def _papers(source: Source) -> list[dict[str, object]]:
    made = [_paper(source, path) for path in source.items("documents")]
    papers.mark_request(made, [source.text(f"{path}.name") for path in source.items("documents")])
    return made


def _paper(source: Source, path: str) -> dict[str, object]:
    key, name = (
        source.whole(f"{path}.key", f"papers.{source.text(f'{path}.key')}"),
        source.whole(f"{path}.name", "papers"),
    )
    told = papers.read_name(name)._replace(
        originals=int(source.number(f"{path}.originals") or 0.0), copies=int(source.number(f"{path}.copies") or 0.0)
    )
    source.use(path, f"papers.{key}")
    condition, replaced = source.text(f"{path}.condition"), source.text(f"{path}.replaceable_by")
    note = [f"Khi: {condition}." if condition else "", f"Thay được bằng: {replaced}." if replaced else ""]
    if condition:
        source.remark(f"{path}.condition", gettext_noop("Điều kiện chỉ có bằng lời: giữ trong ghi chú của giấy tờ."))
    made = papers.paper(key, name, told, note=" ".join(note).strip(), mandatory=source.flag(f"{path}.mandatory"))
    registry = "population" if POPULATION.search(replaced) else "business" if BUSINESS.search(replaced) else None
    if replaced and (registry is None or "," in replaced or "/" in replaced):
        source.remark(
            f"{path}.replaceable_by", gettext_noop("Nguồn dữ liệu này không tra được ở đây: giữ trong ghi chú.")
        )
    return {**made, "replaced_by": registry} if registry else made


def _cases(source: Source, fields: list[dict[str, object]]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The cases with their times, and the field that a person chooses by where no field of the form tells them apart."""
    paths = source.items("cases")
    if not paths:
        return [], []
    names = [source.whole(f"{path}.case", "cases") for path in paths]
    keys: list[str] = []
    for name in names:
        keys.append(wording.key_of(name, keys))
    whens, chooser = _told_apart(source, names, keys, fields)
    cases: list[dict[str, object]] = []
    for path, name, key, when in zip(paths, names, keys, whens, strict=True):
        told = wording.span(source.number(f"{path}.time") or 0.0, source.text(f"{path}.unit"))
        source.use(path, f"cases.{key}")
        if told is None:
            source.tell(path, gettext_noop("Không đổi được thành thời hạn."))
        cases.append({"key": key, "name": {"vi": name}, "when": when, "time": told})
    return cases, chooser


def _told_apart(
    source: Source, names: list[str], keys: list[str], fields: list[dict[str, object]]
) -> tuple[list[Mapping[str, object] | None], list[dict[str, object]]]:
    for field in fields:
        values = {wording.plain(str(one["label"]["vi"])): one["value"] for one in field.get("choices", [])}  # type: ignore[attr-defined]
        known = [values.get(wording.plain(name)) for name in names[:-1]]
        if known and None not in known:
            return [*({"field": field["key"], "is": value} for value in known), None], []
    source.remark(
        "cases", gettext_noop("Nguồn không ghi khi nào là trường hợp nào: người nộp chọn ở trường “Trường hợp”.")
    )
    choices = [{"value": key, "label": {"vi": name}} for key, name in zip(keys, names, strict=True)]
    chooser = {
        "key": "truong_hop",
        "label": {"vi": "Trường hợp"},
        "type": "choice",
        "required": True,
        "choices": choices,
    }
    return [*({"field": "truong_hop", "is": key} for key in keys[:-1]), None], [chooser]


def _laws(source: Source) -> list[dict[str, object]]:
    return [{"number": source.whole(path, "legal_basis")} for path in source.items("legal_basis")]


def _results(source: Source) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for path in source.items("results"):
        name, code = source.whole(f"{path}.name", "results"), source.text(f"{path}.code", "results")
        key = wording.key_of(name, [str(one["key"]) for one in made])
        source.use(path, f"results.{key}")
        made.append({"key": key, "name": {"vi": name}, **({"code": code} if code else {})})
    return made


def _first_name(results: list[dict[str, object]]) -> str:
    name = results[0]["name"] if results else None
    return str(name["vi"]) if isinstance(name, dict) else ""


def _route(source: Source) -> list[dict[str, object]]:
    """The shares of the time in hours: of the counter's legal time, where it is in working days or hours."""
    hours = _working_hours(source)
    route: list[dict[str, object]] = []
    for path in source.items("workflow_illustrative"):
        name, role = source.whole(f"{path}.name", "route"), source.text(f"{path}.role")
        key = wording.key_of(name, [str(one["key"]) for one in route])
        source.use(path, f"route.{key}")
        share = source.number(f"{path}.time_share") or 0.0
        shown = {"key": key, "name": {"vi": name}, "role": _role(role), "hours": round(share * hours)}
        route.append({**shown, "excluded": bool(OTHERS.search(role))})
    if route and not hours:
        pattern = gettext_noop("Không có thời hạn tính bằng ngày làm việc hoặc giờ: các bước ghi 0 giờ.")
        source.remark("workflow_illustrative", pattern)
    return route


def _role(words: str) -> str:
    return "head" if HEADS.search(words) else "clerk" if DESK.search(words) else "officer"


def _working_hours(source: Source) -> float:
    for path in source.items("channels"):
        amount, unit = source.number(f"{path}.time"), source.text(f"{path}.unit").casefold()
        if amount and unit in ("ngày làm việc", "giờ"):
            return amount * (wording.HOURS_A_DAY if unit == "ngày làm việc" else 1)
    return 0


def _origin(source: Source) -> dict[str, object]:
    for name in ORIGIN:
        source.use(name, "x_source")
    return {"source": "database", **{name: source.at(name) for name in ORIGIN if source.at(name)}}
