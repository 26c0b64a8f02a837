"""What a definition says that cannot be true together: unknown names, wrong comparisons, circles."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeAlias

from procedures.schema.checking import COUNTED, check, check_number_field, kind_of, problem, unknown_field
from procedures.schema.conditions import Operand
from procedures.schema.form import KEPT_SHUT, SEARCHABLE, Field, asked_by
from procedures.schema.numbers import as_number
from procedures.schema.reading import NO_TEXT, Problem, gettext_noop
from procedures.schema.record import COPIES, Case
from procedures.schema.rules import rules_of
from procedures.schema.tariff import Amount

if TYPE_CHECKING:
    from procedures.schema.definition import Definition

Problems: TypeAlias = Iterator[Problem]
RESULT_VALUES = ("owner_name", "number", "decided_on", "office")
LONG_CIRCLE = 12
# Every fee knows how many copies are asked for, also where no field asks.
COUNT_OF_COPIES = Field(COPIES, NO_TEXT, "number", min=1)


def find_contradictions(made: "Definition") -> Problems:
    yield from _repeated(made)
    yield from _fields(made)
    yield from _conditions(made)
    yield from _circles(made)
    yield from _papers(made)
    yield from _fees(made)
    yield from _result(made)


def _repeated(made: "Definition") -> Problems:
    fields = [field for section in made.sections for field in section.fields]
    yield from _twice("form.sections", (section.key for section in made.sections))
    yield from _twice("form.sections", (field.key for field in fields))
    for field in fields:
        yield from _twice(f"field:{field.key}.fields", (one.key for one in field.fields))
        yield from _twice(f"field:{field.key}.choices", (one.value for one in field.choices))
    for name in ("cases", "papers", "fees", "results", "route", "trials"):
        yield from _twice(name, (part.key for part in getattr(made, name)))
    yield from _twice("channels", made.channels)


def _twice(path: str, keys: Iterable[str]) -> Problems:
    for key, count in Counter(keys).items():
        if count > 1 and key:
            yield problem(
                path,
                gettext_noop("“%(key)s” xuất hiện %(count)d lần; mỗi khóa chỉ dùng một lần."),
                key=key,
                count=count,
            )


def _places(made: "Definition") -> Iterator[tuple[str, Field, Mapping[str, Field]]]:
    """Every field with its path and the fields that it can see: its own row's before the form's."""
    everything = made.form.index
    for at, section in enumerate(made.sections):
        for number, field in enumerate(section.fields):
            path = f"form.sections[{at}].fields[{number}]"
            yield path, field, everything
            seen = {**everything, **{one.key: one for one in field.fields}}
            for inner, one in enumerate(field.fields):
                yield f"{path}.fields[{inner}]", one, seen


def _fields(made: "Definition") -> Problems:
    papers = {paper.key for paper in made.papers}
    for path, field, seen in _places(made):
        yield from _missing_parts(path, field)
        yield from _limits(path, field)
        if field.searchable and (field.type not in SEARCHABLE or field.registry in KEPT_SHUT):
            yield problem(
                f"{path}.searchable",
                gettext_noop(
                    "Chỉ tìm được theo chữ thường và mã số doanh nghiệp; số định danh, điện thoại, địa chỉ được giữ kín."
                ),
            )
        if field.paper and field.paper not in papers:
            yield _unknown_paper(f"{path}.paper", field.paper)
        for name, kind in (("birth_date", "date"), ("gender", "choice")):
            key = getattr(field.matches, name)
            if key and (key not in seen or seen[key].type != kind):
                yield unknown_field(f"{path}.matches.{name}", key)


def _missing_parts(path: str, field: Field) -> Problems:
    computed = {
        "text": (bool(field.joined), "joined"),
        "date": (field.starts is not None and field.days is not None, "starts"),
    }
    needed = {
        "choice": (field.choices, "choices"),
        "multi_choice": (field.choices, "choices"),
        "group": (field.fields, "fields"),
        "computed": computed.get(field.gives, (field.formula is not None, "formula")),
    }
    present, name = needed.get(field.type, (True, ""))
    if not present:
        yield problem(f"{path}.{name}", gettext_noop("Trường loại %(type)s phải có mục này."), type=field.type)


def _limits(path: str, field: Field) -> Problems:
    too_few = field.type in COUNTED and field.min_items > field.max_items
    low, high = as_number(field.min), as_number(field.max)
    if too_few or (low is not None and high is not None and low > high):
        yield problem(path, gettext_noop("Giới hạn dưới lớn hơn giới hạn trên."))


def _conditions(made: "Definition") -> Problems:
    everything = made.form.index
    for ruling in rules_of(made):
        columns = {one.key: one for one in ruling.group.fields} if ruling.group else {}
        if ruling.name in ("when", "exempt", "days") or (ruling.name == "formula" and not ruling.of_fee):
            yield from check(ruling.part, {**everything, **columns})
    for path, field, seen in _places(made):
        yield from _pieces(path, field, seen)


def _pieces(path: str, field: Field, seen: Mapping[str, Field]) -> Problems:
    """What a computed text or date is made of."""
    for part in field.joined:
        if isinstance(part, Operand) and kind_of(part.field, seen)[0] is None:
            yield unknown_field(part.path, part.field)
    if field.starts and kind_of(field.starts, seen)[0] != "date":
        yield problem(f"{path}.starts", gettext_noop("Trường “%(field)s” không phải là ngày."), field=field.starts)


def _circles(made: "Definition") -> Problems:
    graphs = [("form", made.form.dependencies())]
    for path, field, _ in _places(made):
        columns = {one.key: one for one in field.fields}
        if columns:
            graphs.append(
                (path, {key: [k for k in asked_by(None, one) if k in columns] for key, one in columns.items()})
            )
    for path, graph in graphs:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            keys = [*reversed(error.args[1])]
            circle = " → ".join(keys if len(keys) <= LONG_CIRCLE else [*keys[:LONG_CIRCLE], "…"])
            yield problem(path, gettext_noop("Điều kiện hoặc công thức đi vòng: %(circle)s."), circle=circle)


def _papers(made: "Definition") -> Problems:
    known = {paper.key for paper in made.papers}
    for at, case in enumerate(made.cases):
        for number, key in enumerate(case.papers or ()):
            if key not in known:
                yield _unknown_paper(f"cases[{at}].papers[{number}]", key)
    for at, fee in enumerate(made.fees):
        for number, exemption in enumerate(fee.exempt):
            if exemption.proof and exemption.proof not in known:
                yield _unknown_paper(f"fees[{at}].exempt[{number}].proof", exemption.proof)
    yield from _unreachable(made.cases)


def _unreachable(cases: tuple[Case, ...]) -> Problems:
    for at, case in enumerate(cases[:-1]):
        if case.when is None:
            yield problem(
                f"cases[{at}]",
                gettext_noop(
                    "Trường hợp “%(key)s” không có điều kiện nên các trường hợp sau nó không bao giờ được chọn."
                ),
                key=case.key,
            )


def _fees(made: "Definition") -> Problems:
    for at, fee in enumerate(made.fees):
        path = f"fees[{at}].amount"
        for rate in fee.rates:
            for channel in made.channels:
                if rate.by(channel) is None:
                    yield problem(path, gettext_noop("Thiếu mức thu cho kênh “%(channel)s”."), channel=channel)
        for amount in dict.fromkeys(fee.amounts()):
            yield from _amount(path, amount, made.form.index)


def _amount(path: str, amount: Amount, fields: Mapping[str, Field]) -> Problems:
    if amount.of and amount.of != COPIES:
        yield from check_number_field(amount.of, path, fields)
    priced = {**fields, COPIES: fields.get(COPIES, COUNT_OF_COPIES)}
    yield from check(amount.formula, priced)


def _result(made: "Definition") -> Problems:
    known = {*RESULT_VALUES, *made.form.index}
    for at, line in enumerate(made.result_template.lines if made.result_template else ()):
        if line.value not in known:
            yield unknown_field(f"result_template.lines[{at}].value", line.value)


def _unknown_paper(path: str, key: str) -> Problem:
    return problem(path, gettext_noop("Không có thành phần hồ sơ nào tên là “%(key)s”."), key=key)
