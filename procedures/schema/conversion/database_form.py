"""Form fields of the national records as ours: one field may become several (a person, a span of days)."""

import re
from collections.abc import Callable, Mapping

from procedures.schema.conversion.source import Source
from procedures.schema.conversion.wording import key_of, plain
from procedures.schema.reading import KEY, gettext_noop

Raw = dict[str, object]
SIMPLE: Mapping[str, Raw] = {
    "text": {"type": "text"},
    "textarea": {"type": "long_text", "max_length": 5000},
    "date": {"type": "date"},
    "number": {"type": "number", "min": 0},
    "decimal": {"type": "decimal", "digits": 2, "min": 0},
    "money": {"type": "money"},
    "phone": {"type": "phone"},
    "email": {"type": "email"},
    "address": {"type": "address"},
    "cccd": {"type": "person_id"},
    "mst": {"type": "business_code"},
    # Twelve digits of a person, or a business's own: the business code takes both.
    "cccd_or_mst": {"type": "business_code"},
}
# Loosely mapped types, each with what is lost.
LOOSE: Mapping[str, tuple[Raw, str]] = {
    "select": ({"type": "text"}, gettext_noop("Nguồn không kèm danh mục để chọn: người khai gõ chữ.")),
    "agency": ({"type": "text"}, gettext_noop("Không có danh mục cơ quan cho trường này: người khai gõ chữ.")),
    "bank_account": (
        {"type": "text", "max_length": 100},
        gettext_noop("Tài khoản ngân hàng không được kiểm tra: nhận chữ."),
    ),
    "group": ({"type": "long_text", "max_length": 5000}, gettext_noop("Nhóm trường không có cột nào: nhận đoạn văn.")),
    "approval": (
        {"type": "long_text", "max_length": 1000},
        gettext_noop("Ý kiến của người khác ở đây chỉ ghi bằng lời, không ký."),
    ),
}
PARTS: Mapping[str, tuple[tuple[str, str, Raw], ...]] = {
    "person": (
        ("ho_ten", "họ và tên", {"type": "text", "max_length": 200}),
        ("so", "số định danh", {"type": "person_id"}),
    ),
    "person_or_org": (
        ("ten", "tên", {"type": "text", "max_length": 300}),
        ("so", "số định danh hoặc mã số doanh nghiệp", {"type": "business_code"}),
    ),
    "daterange": (("tu", "từ ngày", {"type": "date"}), ("den", "đến ngày", {"type": "date"})),
    "datetime": (("ngay", "ngày", {"type": "date"}), ("gio", "giờ, phút", {"type": "text", "max_length": 20})),
    "slot": (("ngay", "ngày", {"type": "date"}), ("gio", "khung giờ", {"type": "text", "max_length": 50})),
}
LISTED = re.compile(r"(?:select|radio):\s*(.+)")
TABLE = re.compile(r"table\((.+)\)")
FILE = re.compile(r"file\((.+)\)")
LIMITS = re.compile(r"(\d+)\.\.(\d+)")
LEAST = re.compile(r">=\s*(\d+)(?:,|$)")
MADE_BY_US = re.compile(r"hệ thống tự sinh|tự tính")
PREFILLED = re.compile(r"tự điền")
BINDINGS = {"person_id": "population.personal_id", "text": "population.full_name"}
GENDER = {"nam": "male", "nu": "female"}
YEARS = {"type": "number", "min": 1900, "max": 2100}
COLUMNS: tuple[tuple[str, Raw], ...] = (
    ("ngay sinh", {"type": "date"}),
    (
        "gioi tinh",
        {
            "type": "choice",
            "choices": [{"value": "male", "label": {"vi": "Nam"}}, {"value": "female", "label": {"vi": "Nữ"}}],
        },
    ),
    ("ho chieu", {"type": "text", "max_length": 30}),
    ("so dinh danh", {"type": "person_id"}),
    ("nam sx", {"type": "number", "min": 1900, "max": 2100}),
    ("dien tich", {"type": "decimal", "digits": 2, "min": 0}),
    ("chinh", {"type": "yes_no"}),
)
# Columns that paper needs and a screen does not: the number of the row, and the signature.
PAPER_ONLY = ("tt", "ky")


def read(source: Source) -> list[Raw]:
    fields: list[Raw] = []
    source.use("form.form_source", "x_source")
    source.use("form.form_code", "form.sections")
    for path in source.items("form.fields"):
        fields += _fields(source, path, [str(one["key"]) for one in fields])
    code = source.text("form.form_code")
    if fields and code and "help" not in fields[0]:
        fields[0]["help"] = {"vi": f"Theo mẫu: {code}."}
    return fields


def _fields(source: Source, path: str, taken: list[str]) -> list[Raw]:
    label, told, note = (source.text(f"{path}.{name}") for name in ("label", "type", "note"))
    if not label:
        source.tell(path, gettext_noop("Trường không có nhãn: không biết hỏi gì."))
        return []
    if MADE_BY_US.search(note):
        source.tell(path, gettext_noop("Hệ thống tự tính: không hỏi người khai."))
        return []
    given = source.text(f"{path}.key")
    key = given if KEY.fullmatch(given) and given not in taken else key_of(given or label, taken)
    common: Raw = {"required": source.flag(f"{path}.required"), **({"help": {"vi": note}} if note else {})}
    source.use(path, f"form.sections.*.fields.{key}")
    if told in PARTS:
        return _parts(source, path, key, label, told, common)
    kind = _kind(source, path, label, told)
    return [{"key": key, "label": {"vi": label}, **kind, **_limits(kind, note), **_binding(kind, key, note), **common}]


def _parts(source: Source, path: str, key: str, label: str, told: str, common: Raw) -> list[Raw]:
    if told in ("datetime", "slot"):
        source.tell(
            f"{path}.type", gettext_noop("Ngày và giờ thành hai trường; giờ nhận bằng chữ, không kiểm tra chỗ trống.")
        )
    made = [
        {"key": f"{key[:36]}_{suffix}"[:40], "label": {"vi": f"{label}: {words}"}, **kind, **common}
        for suffix, words, kind in PARTS[told]
    ]
    source.use(path, f"form.sections.*.fields.{made[0]['key']}")
    return made


def _kind(source: Source, path: str, label: str, told: str) -> Raw:
    if told == "number" and plain(label).startswith("nam sinh"):
        return dict(YEARS)
    if told in SIMPLE:
        return dict(SIMPLE[told])
    if told in LOOSE:
        kind, why = LOOSE[told]
        source.tell(f"{path}.type", why)
        return dict(kind)
    for shape, make in SHAPES:
        if found := shape.fullmatch(told):
            return make(source, path, found[1])
    source.tell(f"{path}.type", gettext_noop("Không biết loại trường này: nhận chữ thường."))
    return {"type": "text"}


def _listed(source: Source, path: str, words: str) -> Raw:
    names = list(dict.fromkeys(name.strip() for name in words.split(";") if name.strip()))
    folded = [plain(name) for name in names]
    if folded == ["co", "khong"]:
        return {"type": "yes_no"}
    if len(names) == 1:
        source.tell(f"{path}.type", gettext_noop("Nguồn không kèm danh mục để chọn: người khai gõ chữ."))
        return {"type": "text"}
    if set(folded) == set(GENDER):
        return {
            "type": "choice",
            "choices": [{"value": GENDER[f], "label": {"vi": n}} for f, n in zip(folded, names, strict=True)],
        }
    values: list[str] = []
    for name in names:
        values.append(key_of(name, values))
    return {"type": "choice", "choices": [{"value": v, "label": {"vi": n}} for v, n in zip(values, names, strict=True)]}


def _table(source: Source, path: str, words: str) -> Raw:
    columns: list[Raw] = []
    for name in [one.strip() for one in words.split(",")]:
        if plain(name) in PAPER_ONLY:
            source.tell(f"{path}.type", gettext_noop("Cột chỉ có ở tờ giấy (số thứ tự, chữ ký) không đưa vào bảng."))
            continue
        kind = next((kind for start, kind in COLUMNS if start in plain(name)), {"type": "text"})
        key = key_of(name, [str(one["key"]) for one in columns])
        columns.append({"key": key, "label": {"vi": name[:1].upper() + name[1:]}, **kind, "required": not columns})
    return {"type": "group", "fields": columns, "max_items": 50}


def _file(source: Source, path: str, words: str) -> Raw:
    return {"type": "file", "accept": [one.strip() for one in words.split(",")], "max_mb": 10}


SHAPES: tuple[tuple[re.Pattern[str], Callable[[Source, str, str], Raw]], ...] = (
    (LISTED, _listed),
    (TABLE, _table),
    (FILE, _file),
)


def _limits(kind: Raw, note: str) -> Raw:
    if kind["type"] == "date" and "không ở tương lai" in note:
        return {"max": "today"}
    if kind["type"] != "number":
        return {}
    if found := LIMITS.search(note):
        return {"min": int(found[1]), "max": int(found[2])}
    found = LEAST.match(note)
    return {"min": int(found[1])} if found else {}


def _binding(kind: Raw, key: str, note: str) -> Raw:
    """Where the source says that the account fills it in: the name or the number of the person."""
    bound = BINDINGS.get(str(kind["type"])) if PREFILLED.search(note) else None
    fits = kind["type"] == "person_id" or "ten" in key
    return {"registry": bound} if bound and fits else {}
