"""A part of a raw definition as a form, with rows of the same kind inside it; what was typed survives every button."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.manage.record_fields import cleaned
from procedures.schema.reading import ITEM_LIMIT

Raw = Mapping[str, Any]
Data = MultiValueDict[str, Any]
EMPTY: tuple[Any, ...] = (None, "", [], {}, ())
WAS = "was"


class PartForm(forms.Form):
    """Each field reads and writes the key of its own name; what the form does not know of a part stays as it is.

    `data` with `check=False` shows again what was typed, without a word about what is still missing.
    """

    rows: ClassVar[Mapping[str, type["PartForm"]]] = {}
    # For forms of rows: what the rows are, and the words of the button that adds one.
    legend: ClassVar[str | Promise] = ""
    add: ClassVar[str | Promise] = gettext_lazy("Thêm một dòng")
    # Their own drawing, where boxes one after another are too long; fields that it folds away while they are empty.
    drawing: ClassVar[str] = ""
    folded: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        data: Data | None = None,
        raw: object = None,
        *,
        around: Raw | None = None,
        check: bool = True,
        prefix: str = "",
    ) -> None:
        self.raw: Raw = raw if isinstance(raw, Mapping) else self.wrapped(raw)
        self.around: Raw = around or {}
        super().__init__(data if check else None, initial=self.shown(self.raw), prefix=prefix or None)
        self.fit()
        if data is not None and not check:
            self.initial = {
                name: field.widget.value_from_datadict(data, MultiValueDict(), self.add_prefix(name))
                for name, field in self.fields.items()
            }
        self.lists = {
            name: Rows(self.add_prefix(name), made, data, self.listed(name), around=self.around, check=check)
            for name, made in self.rows.items()
        }

    def wrapped(self, raw: object) -> Raw:
        """A part that is no object, as one."""
        return {}

    def fit(self) -> None:
        """Give the fields what they offer in this definition (`around`)."""

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """What may be chosen here; what the part says already stays to be seen, even where it is unknown."""
        field, told = self.fields[name], list(choices)
        known = self.raw.get(name)
        chosen = known if isinstance(known, list) else [known]
        told += [(one, str(one)) for one in chosen if isinstance(one, str) and one and one not in dict(told)]
        field.choices = told  # type: ignore[attr-defined]

    def shown(self, raw: Raw) -> dict[str, Any]:
        """The values of the fields as this part has them; a field that the part leaves out shows what is usual."""
        return {name: raw[name] for name in self.base_fields if name in raw}

    def listed(self, name: str) -> Sequence[object]:
        """The rows of a list as the part has them."""
        found = self.raw.get(name)
        return found if isinstance(found, list) else []

    def is_valid(self) -> bool:
        """Everything is looked at, so that everything is said at once."""
        return all([super().is_valid(), *(one.is_valid() for one in self.lists.values())])

    def part(self) -> Any:
        """The part as it will be kept."""
        told = {name: self._unless_same(name, self.cleaned_data.get(name)) for name in self.fields}
        told |= {name: one.parts() for name, one in self.lists.items()}
        made = {name: value for name, value in self.raw.items() if name not in told}
        nothing = {name: self.raw[name] for name in told if name in self.raw and self.raw[name] in EMPTY}
        return made | nothing | {name: value for name, value in told.items() if self._says(name, value)}

    def _unless_same(self, name: str, value: Any) -> Any:
        """What means the same as before stays as it was written."""
        if name not in self.raw:
            return value
        same = getattr(self.fields[name], "means_same", None)
        return self.raw[name] if same is not None and value is not None and same(self.raw[name], value) else value

    def _says(self, name: str, value: Any) -> bool:
        """What is empty, or usual and was not written down before, is left out."""
        usual = self.fields[name].initial if name in self.fields else None
        return value not in EMPTY and (name in self.raw or type(value) is not type(usual) or value != usual)

    @property
    def unfolded(self) -> bool:
        """Is something said, or wrong, in what is folded away?"""
        said = any(str(self[name].value() or "").strip(" {}") for name in self.folded if name in self.fields)
        listed = any(one.forms for name, one in self.lists.items() if name in self.folded)
        return said or listed or (self.is_bound and any(name in self.errors for name in self.folded))

    @property
    def bad(self) -> bool:
        return bool(self.faults)

    @property
    def faults(self) -> list[dict[str, str]]:
        """Every fault with the box that it is about, for parts/error_summary.html."""
        if not self.is_bound:
            return []
        own = [{"name": "", "text": str(text)} for text in self.non_field_errors()]
        for field in self:
            own += [{"name": field.html_name, "text": f"{field.label}: {text}"} for text in field.errors]
        return own + [fault for one in self.lists.values() for fault in one.faults]

    def blame(self, path: str, text: str) -> None:
        """Put a fault of the definition at the box that its path inside this part leads to."""
        steps = [step for step in re.split(r"[.\[\]]+", path) if step]
        name = steps[0] if steps else ""
        if name in self.lists:
            self.lists[name].blame(steps[1:], text)
        elif self.place_of(steps) in self.fields:
            self.add_error(self.place_of(steps), text)
        else:
            self.add_error(None, text)

    def place_of(self, steps: Sequence[str]) -> str:
        """The field that shows this key of the part."""
        return steps[0] if steps else ""


class Rows:
    """Rows of one kind of form. Without scripts a button sends the page, which comes back with a row more, less or moved."""

    def __init__(
        self,
        name: str,
        made: type[PartForm],
        data: Data | None,
        raw: Sequence[object],
        *,
        around: Raw,
        check: bool = True,
    ) -> None:
        self.name, self.made, self.raw, self.error = name, made, list(raw), ""
        if data is None:
            told = [(made(None, row, around=around, prefix=f"{name}-{n}"), n) for n, row in enumerate(self.raw)]
        else:
            found = [(n, self._was(data, n)) for n in numbers(data, name)]
            told = [
                (made(data, self._raw(was), around=around, check=check, prefix=f"{name}-{n}"), was)
                for n, was in found
                if not check or not self._is_blank(data, n)
            ]
        self.forms = [form for form, _was in told]
        self.pairs = told

    def _was(self, data: Data, n: int) -> int:
        """Which row of the kept list this one was; -1 for a new one."""
        text = str(data.get(f"{self.name}-{n}-{WAS}") or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1

    def _raw(self, was: int) -> object:
        return self.raw[was] if 0 <= was < len(self.raw) else None

    def _is_blank(self, data: Data, n: int) -> bool:
        start = f"{self.name}-{n}-"
        typed = (
            value for key in data if key.startswith(start) and key != f"{start}{WAS}" for value in data.getlist(key)
        )
        return not any(cleaned(str(value)) for value in typed)

    def is_valid(self) -> bool:
        if len(self.forms) > ITEM_LIMIT:
            self.error = _("Quá nhiều dòng; nhiều nhất %(most)s.") % {"most": ITEM_LIMIT}
        return all([not self.error, *(form.is_valid() for form in self.forms)])

    def parts(self) -> list[Any]:
        return [form.part() for form in self.forms]

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """For templates: each row's form, its number and which kept row it was."""
        last = len(self.pairs) - 1
        return [
            {"form": form, "n": n, "was": "" if was < 0 else was, "first": n == 0, "last": n == last}
            for n, (form, was) in enumerate(self.pairs)
        ]

    @property
    def faults(self) -> list[dict[str, str]]:
        own = [{"name": self.name, "text": self.error}] if self.error else []
        for number, form in enumerate(self.forms, 1):
            told = {"n": number}
            own += [{**fault, "text": _("Dòng %(n)s") % told + f", {fault['text']}"} for fault in form.faults]
        return own

    def blame(self, steps: Sequence[str], text: str) -> None:
        number = int(steps[0]) if steps and steps[0].isdigit() else -1
        if 0 <= number < len(self.forms):
            self.forms[number].blame(".".join(steps[1:]), text)
        else:
            self.error = f"{self.error} {text}".strip()


def numbers(data: Mapping[str, Any], name: str) -> list[int]:
    """The numbers of the rows that a page sent."""
    shape = re.compile(rf"{re.escape(name)}-([0-9]{{1,6}})-.*", re.DOTALL)
    return sorted({int(found[1]) for key in data if (found := shape.fullmatch(key))})


def rearranged(data: Data, asked: str) -> Data:
    """What was typed, after a button of a list was pressed: `steps:add`, `steps:2:up`, `steps:2:down`, `steps:2:remove`."""
    name, _colon, deed = asked.partition(":")
    order: list[int | None] = list(numbers(data, name))
    at, _colon, deed = deed.rpartition(":")
    if deed == "add" and len(order) <= ITEM_LIMIT:
        order.append(None)
    elif at.isdigit() and int(at) in order:
        place = order.index(int(at))
        beside = {"up": place - 1, "down": place + 1}.get(deed, place)
        if deed == "remove":
            del order[place]
        elif 0 <= beside < len(order):
            order[place], order[beside] = order[beside], order[place]
    return _renumbered(data, name, order)


def _renumbered(data: Data, name: str, order: Sequence[int | None]) -> Data:
    kept: Data = MultiValueDict({key: data.getlist(key) for key in data if not _of_rows(key, name)})
    for number, was in enumerate(order):
        kept.setlist(f"{name}-{number}-{WAS}", [""])
        for key, values in _row(data, f"{name}-{was}-"):
            kept.setlist(f"{name}-{number}-{key}", values)
    return kept


def _of_rows(key: str, name: str) -> bool:
    return re.fullmatch(rf"{re.escape(name)}-[0-9]{{1,6}}-.*", key, re.DOTALL) is not None


def _row(data: Data, start: str) -> Iterator[tuple[str, list[Any]]]:
    return ((key[len(start) :], data.getlist(key)) for key in data if key.startswith(start))


def listed(raw: Raw, name: str) -> list[Any]:
    """The objects of a list of the definition, whatever else it may hold."""
    found = raw.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
