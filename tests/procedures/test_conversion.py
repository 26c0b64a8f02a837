"""Records of other systems as definitions: nothing is dropped without a word, nothing is promised that is not written."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator

from procedures.schema import bundle, parts
from procedures.schema.conversion import fees, papers, wording
from procedures.schema.conversion.convert import NotReadable, convert
from procedures.schema.conversion.source import Source, leaves
from tests.procedures.real import FILES, converted, needs_data, text_of

COUNTS = {"yenbai": 60, "database": 36, "national": 1800}


def records(kind: str) -> list[dict[str, Any]]:
    if kind == "national":
        return list(csv.DictReader(io.StringIO(text_of(kind))))
    data = json.loads(text_of(kind))
    found: list[dict[str, Any]] = data["procedures"] if isinstance(data, dict) else data
    return found


def definition_of(kind: str, code: str) -> dict[str, Any]:
    return next(one.definition for one in converted(kind) if one.code == code and one.definition)


def resolved(definition: dict[str, Any], address: str) -> object:
    """What stands there; `form.sections.*.fields.x` is the field x in whichever section."""
    if not address.startswith("form.sections.*"):
        return parts.get(definition, address)
    key = address.rpartition(".")[2]
    return next(
        field for section in definition["form"]["sections"] for field in section["fields"] if field["key"] == key
    )


# The real files


@needs_data
@pytest.mark.parametrize("kind", FILES)
def test_every_record_becomes_a_definition_that_the_published_schema_takes(kind: str) -> None:
    made = converted(kind)
    assert len(made) == COUNTS[kind]
    assert [(one.code, one.faults) for one in made if one.definition is None] == []
    whole = bundle.pack([one.definition for one in made if one.definition])
    assert list(Draft202012Validator(bundle.schema()).iter_errors(whole)) == []


@needs_data
@pytest.mark.parametrize("kind", FILES)
def test_every_value_of_every_record_is_mapped_or_listed(kind: str) -> None:
    """Counted: no leaf of the source is in neither."""
    mapped = listed = total = 0
    for record, one in zip(records(kind), converted(kind), strict=True):
        paths = {path for path, _value in leaves(record)}
        told = {
            path
            for path in paths
            for note in one.notes
            if path == note.field or path.startswith((f"{note.field}.", f"{note.field}["))
        }
        assert paths - set(one.used) - told == set(), one.code
        total, mapped, listed = total + len(paths), mapped + len(paths & set(one.used)), listed + len(paths & told)
    assert mapped > 0.6 * total and listed > 0, (mapped, listed, total)


@needs_data
@pytest.mark.parametrize("kind", FILES)
def test_what_is_called_mapped_stands_where_it_is_said_to(kind: str) -> None:
    for one in converted(kind):
        assert one.definition is not None
        for path, address in one.used.items():
            root = address.partition(".")[0]
            if one.definition.get(root) in (None, []) and root in ("fees", "keywords", "clock", "cases"):
                continue  # nothing came of it: a fee of nothing, a mark that only confirms the usual
            assert resolved(one.definition, address) is not None, (one.code, path, address)


@needs_data
@pytest.mark.parametrize("kind", ["yenbai", "database"])
def test_the_words_of_papers_steps_and_fields_arrive_unshortened(kind: str) -> None:
    for record, one in zip(records(kind), converted(kind), strict=True):
        arrived = json.dumps(one.definition, ensure_ascii=False)
        told = " ".join(note.words for note in one.notes)
        names = [paper if isinstance(paper, str) else paper["name"] for paper in record.get("documents", [])]
        names += [field["label"] for field in (record.get("form_fields") or record.get("form", {}).get("fields", []))]
        for name in names:
            flat = " ".join(name.split())
            assert json.dumps(flat, ensure_ascii=False)[1:-1] in arrived or flat in told, (one.code, name)


@needs_data
def test_days_become_hours_and_steps_keep_their_order() -> None:
    made = definition_of("yenbai", "DT01")
    assert [(step["role"], step["hours"]) for step in made["route"]] == [("clerk", 4), ("officer", 92), ("head", 24)]
    assert made["time"] == {"counter": {"amount": 15, "unit": "working_day"}}
    assert made["fees"] == [
        {"key": "fee", "name": {"vi": "Lệ phí"}, "kind": "charge", "amount": {"counter": 50000}, "when_due": "return"}
    ]


@needs_data
def test_a_step_that_stops_the_clock_is_not_counted() -> None:
    made = definition_of("yenbai", "TN04")
    assert [step["name"]["vi"] for step in made["route"] if step["excluded"]] == [
        "Trả thông báo thuế – Bộ phận một cửa"
    ]


@needs_data
def test_free_with_a_note_is_not_free() -> None:
    database: dict[str, Any] = {one.code: one.definition for one in converted("database")}
    assert database["1.001193"]["fee_note"] == {"vi": "Miễn phí."}
    for record, one in zip(records("database"), converted("database"), strict=True):
        if any(channel["fee_in_text_only"] for channel in record["channels"]):
            assert "không phải là miễn phí" in str((one.definition or {})["fee_note"]), one.code
    national: dict[str, Any] = {one.code: one.definition for one in converted("national")}
    for record in records("national"):
        free = "Miễn phí." in str(national[record["code"]].get("fee_note"))
        assert free == (record["fee"] == "free"), record["code"]


@needs_data
def test_online_reductions_and_copies_are_amounts_and_everything_vaguer_stays_words() -> None:
    made: dict[str, Any] = {one.code: one.definition for one in converted("database")}
    fee = {code: definition["fees"][0]["amount"] for code, definition in made.items() if definition["fees"]}
    assert fee["1.010038"] == {"online": 5000, "counter": 10000}
    assert fee["2.000635"]["counter"] == {"each": 8000, "of": "so_luong"}
    assert "1.001029" not in fee and "tối đa 12.000.000" in str(made["1.001029"]["fee_note"])
    assert "2.001263" not in fee and "miễn nhiều đối tượng" in str(made["2.001263"]["fee_note"])


@needs_data
def test_cases_are_told_apart_by_the_form_or_by_a_question_of_their_own() -> None:
    made: dict[str, Any] = {one.code: one.definition for one in converted("database")}
    assert made["1.013274"]["cases"][0]["when"] == {"field": "muc_dich", "is": "dam_tang"}
    assert made["1.012575"]["cases"][0]["when"] == {"field": "truong_hop", "is": "cap_moi"}


@needs_data
def test_a_number_without_a_unit_is_no_promise() -> None:
    made = next(one for one in converted("database") if one.code == "1.004873")
    assert made.definition is not None and "time" not in made.definition
    assert "channels[0].time" in [note.field for note in made.notes]


# Parts


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("50.000 đồng", [fees.Reading(50000)]),
        ("10.000 đ/trường hợp", [fees.Reading(10000)]),
        ("8.000 đ/bản × số lượng (TT 281/2016)", [fees.Reading(8000, (), True)]),
        ("20.000 đ trực tiếp / 10.000 đ trực tuyến", [fees.Reading(20000, ("counter",)), fees.Reading(10000, ("online",))]),
        ("200.000 đ trực tiếp / 160.000 đ trực tuyến, bưu chính", [fees.Reading(200000, ("counter",)), fees.Reading(160000, ("online", "post"))]),
        ("Miễn phí", [fees.Reading(0)]),
        ("Miễn phí (135.000 đồng/lần)", None),
        ("từ 50.000 đến 100.000 đồng", None),
        ("50.000 – 100.000 đồng", None),
        ("2.000 đ/trang", None),
        ("10 USD", None),
        ("400.000 đ/trường hợp; miễn nhiều đối tượng (cha dượng)", None),
        ("=cmd|'/c calc'!A1", None),
        ("", None),
    ],
)  # fmt: skip
def test_words_about_money(words: str, read: list[fees.Reading] | None) -> None:
    assert fees.read_rule(words) == read


def test_an_amount_for_one_channel_is_none_for_the_others() -> None:
    assert fees.amounts([fees.Reading(1000, ("online",))], ["online", "counter"], "copies") is None
    assert fees.amounts([fees.Reading(5), fees.Reading(3, ("online",))], ["online", "post"], "copies") == {
        "online": 3,
        "post": 5,
    }


@pytest.mark.parametrize(
    ("amount", "unit", "made"),
    [
        (15.0, "Ngày làm việc", {"amount": 15, "unit": "working_day"}),
        (0.5, "Ngày làm việc", {"amount": 4, "unit": "hour"}),
        (1.5, "Ngày", None),
        (2.0, "Tháng", {"amount": 2, "unit": "month"}),
        (-1.0, "Ngày", None),
        (1.0, "Tuần", None),
        (float("nan"), "Ngày", None),
        (float("inf"), "Giờ", None),
    ],
)
def test_times_keep_their_unit(amount: float, unit: str, made: object) -> None:
    assert wording.span(amount, unit) == made


@pytest.mark.parametrize(
    ("name", "originals", "copies"),
    [
        ("Đơn xin cấp giấy phép xây dựng (02 bản)", 2, 0),
        ("Giấy chứng nhận (02 bản sao chứng thực)", 0, 2),
        ("Trích lục: 02 bản (01 bản chính và 01 bản sao có công chứng)", 1, 1),
        ("Bản gốc và bản sao Giấy chứng nhận QSDĐ", 1, 1),
        ("Bản sao giấy khai sinh", 0, 1),
        ("04 bộ hồ sơ thiết kế", 4, 0),
        ("Tờ khai tiền sử dụng đất: 02 tờ", 2, 0),
        ("Đơn yêu cầu đăng ký thế chấp, bảo lãnh (02) bản", 2, 0),
        ("Ảnh chụp mặt đứng (9x12) công trình", 1, 0),
        ("Bản khai cá nhân (mẫu số 9-KC1)", 1, 0),
    ],
)
def test_how_many_of_a_paper(name: str, originals: int, copies: int) -> None:
    told = papers.read_name(name)
    assert (told.originals, told.copies) == (originals, copies)


def test_a_value_that_nobody_looks_at_is_told_of() -> None:
    """The control of the count above."""
    source = Source({"a": 1, "b": {"c": ["x", ""]}, "d": None})
    source.use("a", "code")
    source.finish()
    assert [(note.field, note.words) for note in source.notes] == [("b.c[0]", "x")]


# Wrong input

YENBAI = {"code": "X1", "name": "Tên", "domain": "Đất", "level_online": "not over internet", "workflow": []}


def of(kind: str, *rows: Any) -> str:
    if kind != "national":
        return json.dumps(rows)
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": ""}, "name"),
        ({"code": None}, "code"),
        ({"code": "1/2"}, "code"),
        ({"name": ["a"]}, "name"),
        ({"name": "x" * 1201}, "name.vi"),
        ({"duration_working_days": "mười"}, "duration_working_days"),
        ({"documents": "Đơn"}, "documents"),
        ({"form_fields": [{"label": "A", "type": "Textbox", "validate": "text", "required": "yes"}]}, "form_fields[0].required"),
        ({"workflow": [{"name": "a", "days": {}, "tasks": 5}]}, "workflow[0].tasks"),
    ],
    ids=str,
)  # fmt: skip
def test_a_record_that_cannot_be_read_is_refused_whole_and_stops_no_other(change: dict[str, Any], place: str) -> None:
    made = convert(of("yenbai", YENBAI | change, YENBAI | {"code": "X2"}), "yenbai")
    assert made[0].definition is None and place in [fault.path for fault in made[0].faults]
    assert all(str(fault.sentence).endswith((".", ")", ".”")) for fault in made[0].faults)
    assert made[1].definition is not None


def test_a_record_that_is_no_object_and_a_code_that_comes_twice_are_refused() -> None:
    made = convert(of("yenbai", 7, None, YENBAI, YENBAI), "yenbai")
    assert [one.definition is None for one in made] == [True, True, False, True]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("yenbai", "{"),
        ("database", "[" * 100_000),
        ("database", '{"procedures": 7}'),
        ("yenbai", "7"),
        ("national", ""),
        ("national", "code,name\n1,2\n"),
        ("national", 'code,"name\n'),
    ],
)
def test_a_file_of_another_kind_is_refused_in_a_sentence(kind: str, text: str) -> None:
    with pytest.raises(NotReadable, match=r"\.$"):
        convert(text, kind)


@needs_data
def test_a_row_that_is_too_short_is_refused_and_stops_no_other() -> None:
    lines = text_of("national").splitlines()
    made = convert("\n".join([lines[0], "1.000001,Tên", lines[1]]), "national")
    assert [one.definition is None for one in made] == [True, False]


def test_hostile_words_are_carried_as_words() -> None:
    nasty = "<script>alert(1)</script> \u202egnp.exe =1+1 #eval(1)"
    made = convert(of("yenbai", YENBAI | {"name": nasty, "documents": [nasty], "extra": nasty}), "yenbai")[0]
    assert made.definition is not None and made.definition["name"] == {"vi": nasty}
    assert [note.words for note in made.notes if note.field == "extra"] == [nasty]


# The command


@needs_data
def test_the_command_writes_a_bundle_and_a_report(tmp_path: Path) -> None:
    out, report, said = tmp_path / "goi.json", tmp_path / "bao-cao.csv", io.StringIO()
    source = tmp_path / "nguon.json"
    source.write_text(of("yenbai", *json.loads(text_of("yenbai"))[:2], {"code": "=1+1"}), encoding="utf-8")
    call_command(
        "convert_catalogue", str(source), "--format", "yenbai", "--out", str(out), "--report", str(report), stderr=said
    )
    assert bundle.problems_of(json.loads(out.read_text(encoding="utf-8"))) == []
    rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert {row["kind"] for row in rows} == {"refused", "not carried over", "decided"}
    assert [row["code"] for row in rows if row["kind"] == "refused"] == ["'=1+1"]
    assert "2 converted, 1 refused" in said.getvalue()


def test_the_command_fails_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("convert_catalogue", str(tmp_path / "absent"), "--format", "yenbai")
    (tmp_path / "x").write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match="JSON"):
        call_command("convert_catalogue", str(tmp_path / "x"), "--format", "database")


@needs_data
def test_papers_that_are_not_named_are_not_said_to_be_none() -> None:
    assert [paper["key"] for paper in definition_of("yenbai", "DT07")["papers"]] == ["unnamed"]
    for record, one in zip(records("national"), converted("national"), strict=True):
        papers = str((one.definition or {})["papers"])
        assert papers == "[]" if record["n_docs"] in ("", "0") else record["n_docs"] in papers, one.code
