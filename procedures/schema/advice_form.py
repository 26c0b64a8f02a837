"""Advice about the form and about conditions: what is never seen, never chosen, never asked, or lost."""

from collections.abc import Iterator
from typing import Any

from procedures.schema.conditions import Condition, Number, comparisons, reads
from procedures.schema.definition import Definition, Field
from procedures.schema.findings import Advice, Found, Rule, Surroundings, advice
from procedures.schema.nodes import Every, Negation
from procedures.schema.proof import always, ground, never
from procedures.schema.reading import gettext_noop
from procedures.schema.record import COPIES, REGISTRY_FIELDS
from procedures.schema.rules import rules_of


def fields_of(definition: Definition) -> Iterator[tuple[str, Field, Field | None]]:
    """Every field with its address and the group in which it is a column."""
    for section in definition.sections:
        for one in section.fields:
            address = f"form.sections.{section.key}.fields.{one.key}"
            yield address, one, None
            for column in one.fields:
                yield f"{address}.fields.{column.key}", column, one


def _never_seen(definition: Definition, _around: Surroundings) -> Found:
    """Fields and sections: with the section's condition and the group's, as a citizen would meet them."""
    whole = ground(definition)
    for section in definition.sections:
        if section.when is not None and never(section.when, whole):
            yield advice(
                f"form.sections.{section.key}",
                gettext_noop("Phần “%(name)s” không bao giờ hiện ra: điều kiện của nó không thể đúng."),
                name=section.title.vi,
            )
            continue
        for one in section.fields:
            hidden = _both(section.when, one.when) if one.when is not None else None
            if hidden is not None and never(hidden, whole):
                yield _unseen(f"form.sections.{section.key}.fields.{one.key}", one)
    for address, column, group in fields_of(definition):
        if group is not None and column.when is not None and never(column.when, ground(definition, group)):
            yield _unseen(address, column)


def _unseen(address: str, one: Field) -> Advice:
    return advice(
        address,
        gettext_noop("Trường “%(name)s” không bao giờ hiện ra: điều kiện của nó không thể đúng."),
        name=one.label.vi,
    )


def _both(first: Condition | None, second: Condition) -> Condition:
    return second if first is None else Every((first, second))


def _conditions(definition: Definition, _around: Surroundings) -> Found:
    """Papers, fees and steps whose condition never holds; any condition that says nothing."""
    whole = ground(definition)
    for address, name, part, group in rules_of(definition):
        if name != "when" or address.startswith("cases."):
            continue
        if not address.startswith("form.") and never(part, whole):  # type: ignore[arg-type]
            yield advice(
                address, gettext_noop("Điều kiện này không bao giờ đúng, nên mục này không bao giờ được dùng.")
            )
        elif _says_more(part) and always(part, ground(definition, group)):  # type: ignore[arg-type]
            yield advice(address, gettext_noop("Điều kiện này lúc nào cũng đúng: có thể bỏ."))


def _says_more(part: Condition | Number) -> bool:
    """One that only waits for an answer is meant so, also where the answer is required."""
    return any(one.operator != "filled" for one in comparisons(part))


def _cases(definition: Definition, _around: Surroundings) -> Found:
    """A case that no answers lead to, by itself or because those before it take them all."""
    whole = ground(definition)
    before: list[Condition] = []
    for case in definition.cases:
        address = f"cases.{case.key}"
        own = case.when
        if own is not None and never(own, whole):
            yield advice(
                address,
                gettext_noop("Trường hợp “%(name)s” không bao giờ được chọn: điều kiện của nó không thể đúng."),
                stops=True,
                name=case.name.vi,
            )
        elif before and never(Every((*(Negation(one) for one in before), *((own,) if own else ()))), whole):
            yield advice(
                address,
                gettext_noop("Trường hợp “%(name)s” không bao giờ được chọn: các trường hợp trước đã nhận hết."),
                stops=own is not None,
                name=case.name.vi,
            )
        if own is not None:
            before.append(own)


def _exemptions(definition: Definition, _around: Surroundings) -> Found:
    """Who should pay less must be able to say so."""
    whole = ground(definition)
    for fee in definition.fees:
        for one in fee.exempt:
            if one.when is not None and never(one.when, whole):
                yield advice(
                    f"fees.{fee.key}",
                    gettext_noop("Không ai được hưởng “%(name)s”: điều kiện miễn, giảm không thể đúng."),
                    stops=True,
                    name=one.name.vi,
                )


def _counted(definition: Definition, _around: Surroundings) -> Found:
    """A fee by the number in a field that may stay empty cannot be told when the dossier is filed."""
    fields, whole = definition.form.index, ground(definition)
    for address, name, part, _group in rules_of(definition):
        if name != "formula" or not address.startswith("fees."):
            continue
        for key in {one.field for one in reads(part)} & set(fields) - {COPIES}:
            one = fields[key]
            whens = whole.whens.get(key, ())
            if whens and never(Every(whens), whole):
                yield advice(
                    address,
                    gettext_noop("Mức thu tính theo “%(name)s”, nhưng trường này không bao giờ hiện ra."),
                    stops=True,
                    name=one.label.vi,
                )
            elif not one.required and one.type not in ("computed", "yes_no"):
                yield advice(
                    address,
                    gettext_noop("Mức thu tính theo “%(name)s”, nhưng trường này không bắt buộc."),
                    name=one.label.vi,
                )


def _registries(definition: Definition, _around: Surroundings) -> Found:
    for address, one, _group in fields_of(definition):
        source, _, name = (one.registry or "").partition(".")
        if one.registry and name not in REGISTRY_FIELDS.get(source, ()):
            yield advice(
                address,
                gettext_noop("Không có dữ liệu nào tên là “%(name)s” để điền sẵn trường này."),
                name=one.registry,
            )


def _files(definition: Definition, _around: Surroundings) -> Found:
    for address, one, _group in fields_of(definition):
        if one.type == "file" and one.required and not one.paper:
            yield advice(
                address,
                gettext_noop("Tệp bắt buộc “%(name)s” không gắn với thành phần hồ sơ nào."),
                name=one.label.vi,
            )


def _english(definition: Definition, _around: Surroundings) -> Found:
    """Only where the procedure has an English name at all."""
    if not definition.title.en:
        return
    for address, one, _group in fields_of(definition):
        if any(not choice.label.en for choice in one.choices):
            yield advice(address, gettext_noop("“%(name)s” có lựa chọn chưa có tiếng Anh."), name=one.label.vi)


def _lost_answers(definition: Definition, around: Surroundings) -> Found:
    """Open dossiers that are led over would lose what they answered under a key that is gone or means something else."""
    if around.published is None or not around.open_dossiers:
        return
    now = {key: one for _, key, one in _keyed(definition)}
    for address, key, was in _keyed(around.published):
        told: dict[str, Any] = {"field": was.label.vi, "key": key, "count": around.open_dossiers}
        if key not in now:
            yield advice(
                "form.sections",
                gettext_noop(
                    "Trường “%(field)s” (%(key)s) không còn: câu trả lời của %(count)d hồ sơ đang mở sẽ mất nếu chuyển bản."
                ),
                **told,
            )
        elif now[key].kind != was.kind:
            yield advice(
                address if address in {one for one, _, _ in _keyed(definition)} else "form.sections",
                gettext_noop(
                    "Trường “%(field)s” (%(key)s) đổi loại: câu trả lời của %(count)d hồ sơ đang mở sẽ mất nếu chuyển bản."
                ),
                **told,
            )


def _keyed(definition: Definition) -> Iterator[tuple[str, str, Field]]:
    for address, one, group in fields_of(definition):
        yield address, f"{group.key}.{one.key}" if group else one.key, one


FORM_RULES: tuple[Rule, ...] = (
    _never_seen, _conditions, _cases, _exemptions, _counted, _registries, _files, _english, _lost_answers,
)  # fmt: skip
