"""The form of a procedure: sections of typed fields."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from typing import NamedTuple, TypeAlias

from procedures.schema.conditions import Condition, Number, Operand, read_condition, read_number, reads
from procedures.schema.dates import PRECISIONS, TODAY, is_date
from procedures.schema.numbers import KEPT, MOST_DIGITS
from procedures.schema.reading import NO_TEXT, WORD_LIMIT, Node, Text, gettext_noop

TEXTUAL = ("text", "long_text", "person_id", "business_code", "phone", "email")
NUMERIC = ("number", "decimal", "money", "computed")
TICKS = ("yes_no", "declaration")
SILENT = ("info",)
# What may be kept in the clear to search by, unless a registry says that it is an id or a telephone.
SEARCHABLE = ("text", "business_code")
KEPT_SHUT = (
    "population.personal_id",
    "population.birth_date",
    "population.residence",
    "account.phone",
    "account.email",
)
CHOOSING = ("choice", "multi_choice")
FIELD_TYPES = (*TEXTUAL, *NUMERIC, *TICKS, *SILENT, "date", *CHOOSING, "file", "address", "group")
FILE_KINDS = ("pdf", "jpg", "png", "docx", "xlsx")
# What a computed field works out: a number from `formula`, a text from `joined`, a date from `starts` and `days`.
GIVES = ("number", "decimal", "money", "text", "date")
MOST_PARTS = 30
USUAL_LENGTH = {"text": 500, "long_text": 10_000}
LONGEST = 20_000
MOST_ITEMS = 200
USUAL_ITEMS = {"group": 20, "file": 10, "multi_choice": MOST_ITEMS}

Bound: TypeAlias = int | str | None


class Choice(NamedTuple):
    """One of several answers; one with own words (“Khác: …”) asks for them beside it."""

    value: str
    label: Text
    own_words: bool = False


class Matches(NamedTuple):
    """The fields whose answers must agree with a person id: date of birth and gender."""

    birth_date: str | None = None
    gender: str | None = None


NO_MATCHES = Matches()


@dataclass(frozen=True)
class Field:
    key: str
    label: Text
    type: str
    help: Text = NO_TEXT
    required: bool = False
    when: Condition | None = None
    max_length: int = USUAL_LENGTH["text"]
    min: Bound = None
    max: Bound = None
    digits: int = 2
    unit: Text = NO_TEXT
    precision: str = "day"
    accept_old: bool = False
    choices: tuple[Choice, ...] = ()
    fields: tuple["Field", ...] = ()
    min_items: int = 0
    max_items: int = 20
    accept: tuple[str, ...] = ()
    max_mb: int = 10
    paper: str | None = None
    registry: str | None = None
    autocomplete: str = ""
    formula: Number | None = None
    gives: str = "number"
    joined: tuple[str | Operand, ...] = ()
    starts: str | None = None
    days: Number | None = None
    matches: Matches = NO_MATCHES
    # Officials find dossiers by its answer, in the clear: never an id, a telephone or what is to be kept shut.
    searchable: bool = False

    @property
    def answered(self) -> bool:
        """Does this field ever have a value of its own?"""
        return self.type not in SILENT

    @property
    def kind(self) -> str:
        """What its answers are: the type, or for a computed field what it works out."""
        return self.gives if self.type == "computed" else self.type


@dataclass(frozen=True)
class Section:
    key: str
    title: Text
    help: Text = NO_TEXT
    when: Condition | None = None
    fields: tuple[Field, ...] = ()
    one_question_per_page: bool = False


@dataclass(frozen=True)
class Form:
    sections: tuple[Section, ...] = ()

    @cached_property
    def index(self) -> dict[str, Field]:
        return {field.key: field for section in self.sections for field in section.fields}

    @cached_property
    def plan(self) -> "Plan":
        whens = {field.key: section.when for section in self.sections for field in section.fields}
        return Plan(self.index, tuple(TopologicalSorter(self.dependencies()).static_order()), whens)

    def dependencies(self) -> dict[str, list[str]]:
        index = self.index
        return {
            field.key: [key for key in asked_by(section.when, field) if key in index]
            for section in self.sections
            for field in section.fields
        }

    def section_of(self, key: str) -> Section:
        return next(section for section in self.sections if any(field.key == key for field in section.fields))


def asked_by(when: Condition | None, field: Field) -> Iterator[str]:
    """The top-level fields that decide over this one (`address.province` counts as `address`)."""
    inner = {one.key for one in field.fields}
    for asked in (*reads(when), *references(field)):
        yield asked.field.partition(".")[0]
    for one in field.fields:
        for asked in references(one):
            key = asked.field.partition(".")[0]
            if key not in inner:
                yield key


def references(field: Field) -> tuple[Operand, ...]:
    starts = (Operand(field.starts),) if field.starts else ()
    joined = tuple(part for part in field.joined if isinstance(part, Operand))
    return *reads(field.when), *reads(field.formula), *reads(field.days), *joined, *starts


class Plan(NamedTuple):
    """Fields in the order of the page, the order in which they can be worked out, and their sections' conditions."""

    fields: dict[str, Field]
    order: tuple[str, ...]
    whens: dict[str, Condition | None]


def plan(part: Form | Section | Field) -> Plan:
    """How to go through a form, one of its sections, or a row of a repeating group."""
    if isinstance(part, Form):
        return part.plan
    fields = {field.key: field for field in part.fields}
    section = part.when if isinstance(part, Section) else None
    graph = {key: [asked for asked in asked_by(None, field) if asked in fields] for key, field in fields.items()}
    return Plan(fields, tuple(TopologicalSorter(graph).static_order()), dict.fromkeys(fields, section))


def read_form(node: Node) -> Form:
    if node.absent or not node.holds_only("sections"):
        return Form()
    return Form(tuple(_read_section(item) for item in node.at("sections").items(200)))


def _read_section(node: Node) -> Section:
    node.holds_only("key", "title", "help", "when", "fields", "one_question_per_page")
    return Section(
        key=node.at("key").key(),
        title=node.at("title").text(),
        help=node.at("help").optional_text(),
        when=read_condition(node.at("when")),
        fields=_paired(tuple(_read_field(item) for item in node.at("fields").items())),
        one_question_per_page=node.at("one_question_per_page").boolean(),
    )


def _read_field(node: Node, *, inside: bool = False) -> Field:
    known = node.holds_only(*Field.__dataclass_fields__)
    kind = node.at("type").option(FIELD_TYPES) if known else "text"
    if inside and kind in ("group", "file"):
        node.at("type").wrong(gettext_noop("Trong bảng lặp không đặt được bảng lặp khác hoặc tệp đính kèm."))
    return Field(
        key=node.at("key").key(),
        label=node.at("label").text(),
        type=kind,
        help=node.at("help").optional_text(),
        required=node.at("required").boolean(),
        when=read_condition(node.at("when")),
        max_length=node.at("max_length").integer(USUAL_LENGTH.get(kind, 500), low=1, high=LONGEST),
        min=_read_bound(node.at("min"), kind),
        max=_read_bound(node.at("max"), kind),
        digits=node.at("digits").integer(2, low=1, high=MOST_DIGITS),
        unit=node.at("unit").optional_text(),
        precision=node.at("precision").option(PRECISIONS, "day"),
        accept_old=node.at("accept_old").boolean(),
        choices=tuple(_read_choice(item) for item in node.at("choices").items()),
        fields=() if inside else _paired(tuple(_read_field(one, inside=True) for one in node.at("fields").items(50))),
        min_items=node.at("min_items").integer(high=MOST_ITEMS),
        max_items=node.at("max_items").integer(USUAL_ITEMS.get(kind, 20), low=1, high=MOST_ITEMS),
        accept=node.at("accept").options(FILE_KINDS) or (FILE_KINDS[:3] if kind == "file" else ()),
        max_mb=node.at("max_mb").integer(10, low=1, high=200),
        paper=node.at("paper").word() or None,
        registry=node.at("registry").word() or None,
        autocomplete=node.at("autocomplete").word(),
        formula=None if node.at("formula").absent else read_number(node.at("formula")),
        gives=node.at("gives").option(GIVES, "number"),
        joined=tuple(_read_part(item) for item in node.at("joined").items(MOST_PARTS)),
        starts=node.at("starts").word() or None,
        days=None if node.at("days").absent else read_number(node.at("days")),
        matches=_read_matches(node.at("matches")),
        searchable=node.at("searchable").boolean(),
    )


def _read_choice(node: Node) -> Choice:
    node.holds_only("value", "label", "own_words")
    value = node.at("value").word()
    if not value:
        node.at("value").wrong(gettext_noop("Lựa chọn thiếu giá trị."))
    return Choice(value, node.at("label").text(), node.at("own_words").boolean())


def _read_part(node: Node) -> str | Operand:
    """A piece of a joined text: words as they stand, blanks kept, or a field's answer."""
    if isinstance(node.value, str):
        return node.value if len(node.value) <= WORD_LIMIT else node.word()
    node.holds_only("field")
    return Operand(node.at("field").word(), node.path)


def _read_bound(node: Node, kind: str) -> Bound:
    if node.absent:
        return 0 if kind == "money" and node.path.endswith(".min") else None
    if kind == "decimal" and isinstance(node.value, str) and KEPT.fullmatch(node.value):
        return node.value
    if kind in NUMERIC:
        return node.integer(low=-(10**15))
    if kind == "date" and isinstance(node.value, str) and (node.value == TODAY or is_date(node.value)):
        return node.value
    node.wrong(gettext_noop("Giới hạn là số nguyên (trường số, tiền) hoặc “today”, “YYYY-MM-DD” (trường ngày)."))
    return None


def _read_matches(node: Node) -> Matches:
    if node.absent or not node.holds_only("birth_date", "gender"):
        return NO_MATCHES
    return Matches(node.at("birth_date").word() or None, node.at("gender").word() or None)


def _paired(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """A person id and a birth date prefilled from the same registry belong to one person, without being told."""
    found = {field.registry: field.key for field in fields if field.registry}
    return tuple(
        replace(field, matches=_implied(field.registry, found))
        if field.type == "person_id" and field.registry and field.matches == NO_MATCHES
        else field
        for field in fields
    )


def _implied(registry: str, found: dict[str, str]) -> Matches:
    source = registry.partition(".")[0]
    return Matches(found.get(f"{source}.birth_date"), found.get(f"{source}.gender"))
