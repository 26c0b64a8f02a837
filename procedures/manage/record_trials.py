"""Trials written by the administrator: given who files what, how and when, these papers, this fee, this route, this day."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.moments import HERE, today
from portal.templatetags.ui import moment, money, text
from procedures.manage.fields import DayField
from procedures.manage.record_answers import BUTTONS, Tried
from procedures.manage.record_fields import MomentField, MoneyField, WordsField
from procedures.manage.record_forms import Data, PartForm, Raw, listed
from procedures.manage.record_papers import REGISTRIES
from procedures.manage.record_rows import Kind, rows_of
from procedures.models import VersionDraft
from procedures.queries import versions
from procedures.queries.form_fields import summary_of
from procedures.queries.places import provinces
from procedures.queries.profiles import with_age
from procedures.queries.rehearsal import offices_for, sound
from procedures.queries.trials import facts_of
from procedures.queries.wording import CHANNEL_NAMES, OWNER_KINDS
from procedures.schema.definition import Definition
from procedures.schema.trials import ITEMS, Fact, judge

TRY, TAKE, AGAIN = "-try", "-take", "-again"
ITEM_NAMES = {
    "case": gettext_lazy("Trường hợp"),
    "papers": gettext_lazy("Giấy tờ phải có"),
    "fee": gettext_lazy("Phí, lệ phí"),
    "route": gettext_lazy("Quy trình"),
    "due": gettext_lazy("Hạn trả"),
}
GENDERS = {"": "–", "male": gettext_lazy("Nam"), "female": gettext_lazy("Nữ")}
PERSON = ("birth_date", "gender", "province", "nationality")
GIVEN = ("channel", "owner_kind", "verified", "on", "office", "registries")


class TrialForm(PartForm):
    name = WordsField(label=gettext_lazy("Tên ca thử"))
    channel = forms.ChoiceField(label=gettext_lazy("Nộp bằng cách"))
    owner_kind = forms.ChoiceField(label=gettext_lazy("Chủ hồ sơ"), choices=OWNER_KINDS.items())
    verified = forms.BooleanField(label=gettext_lazy("Chủ hồ sơ đã định danh điện tử"), required=False)
    on = MomentField(label=gettext_lazy("Nộp và tiếp nhận lúc"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("Tại"), required=False)
    registries = forms.MultipleChoiceField(
        label=gettext_lazy("Cơ sở dữ liệu đã trả lời"), choices=[pair for pair in REGISTRIES.items() if pair[0]],
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    birth_date = DayField(label=gettext_lazy("Ngày sinh theo CSDL dân cư"), required=False)
    gender = forms.ChoiceField(label=gettext_lazy("Giới tính"), choices=GENDERS.items(), required=False)
    province = forms.ChoiceField(label=gettext_lazy("Tỉnh thường trú"), required=False)
    nationality = forms.CharField(label=gettext_lazy("Quốc tịch"), max_length=100, required=False)
    asks_papers = forms.BooleanField(label=gettext_lazy("Kiểm tra giấy tờ"), required=False)
    papers = forms.MultipleChoiceField(
        label=gettext_lazy("Giấy tờ phải có"), widget=forms.CheckboxSelectMultiple, required=False
    )
    fee = MoneyField(label=gettext_lazy("Phí, lệ phí (đồng)"), required=False)
    asks_route = forms.BooleanField(label=gettext_lazy("Kiểm tra quy trình"), required=False)
    route = forms.MultipleChoiceField(
        label=gettext_lazy("Các bước, theo thứ tự"), widget=forms.CheckboxSelectMultiple, required=False
    )
    due = MomentField(label=gettext_lazy("Hạn trả"), required=False)
    case = forms.ChoiceField(label=gettext_lazy("Trường hợp"), required=False)
    sheet: Tried | None = None

    def __init__(self, data: Data | None = None, raw: object = None, **told: Any) -> None:
        super().__init__(data, raw, **told)
        self.sheet = self._sheet(data)
        self.wrong: dict[str, str] = {}

    def fit(self) -> None:
        channels = [key for key in CHANNEL_NAMES if key in (self.around.get("channels") or [])] or list(CHANNEL_NAMES)
        self._choose("channel", [(key, CHANNEL_NAMES[key]) for key in channels], [self.given.get("channel")])
        for name, rows in (("papers", "papers"), ("route", "route"), ("case", "cases")):
            known = self.expects.get(name)
            choices = [
                (str(one.get("key")), text(one.get("name")) or str(one.get("key"))) for one in listed(self.around, rows)
            ]
            first = [("", _("Không kiểm tra"))] if name == "case" else []
            self._choose(name, [*first, *choices], known if isinstance(known, list) else [known])
        offices = [(one.code, f"{one.code} – {one.title}") for one in offices_for(str(self.around.get("code") or ""))]
        self._choose("office", [("", _("Đơn vị đầu tiên thực hiện thủ tục")), *offices], [self.given.get("office")])
        self._choose(
            "province",
            [("", "–"), *sorted(provinces().items(), key=lambda pair: pair[1])],
            [self.person.get("province")],
        )

    def _choose(self, name: str, choices: list[tuple[Any, Any]], known: list[Any]) -> None:
        told = dict(choices)
        more = [(one, str(one)) for one in known if isinstance(one, str) and one and one not in told]
        self.fields[name].choices = [*choices, *more]  # type: ignore[attr-defined]

    @property
    def given(self) -> Raw:
        return _mapping(self.raw.get("given"))

    @property
    def person(self) -> Raw:
        return _mapping(self.given.get("person"))

    @property
    def expects(self) -> Raw:
        return _mapping(self.raw.get("expects"))

    def shown(self, raw: Raw) -> dict[str, Any]:
        known = {name: self.given.get(name) for name in GIVEN} | {name: self.person.get(name) for name in PERSON}
        expects = {name: self.expects.get(name) for name in ITEMS}
        asks = {"asks_papers": expects["papers"] is not None, "asks_route": expects["route"] is not None}
        usual = {"verified": self.given.get("verified", True), "owner_kind": known["owner_kind"] or "citizen"}
        return {**super().shown(raw), **known, **usual, **expects, **asks}

    def _sheet(self, data: Data | None) -> Tried | None:
        """The questions of the draft with the answers of this trial."""
        read = sound({**self.around, "trials": []}).definition
        if read is None:
            return None
        value = {
            name: self[name].value()
            for name in ("channel", "owner_kind", "verified", "birth_date", "gender", "province")
        }
        born = str(value.pop("birth_date") or "")
        person = {"birth_date": born, "gender": value.pop("gender"), "province": value.pop("province")}
        profile = {
            **value,
            "verified": bool(value["verified"]),
            "day": self._day(),
            **with_age({k: v for k, v in person.items() if v}, today()),
        }
        return Tried(read, profile, kept=_mapping(self.given.get("answers")), data=data)

    def _day(self) -> str:
        told = str(self["on"].value() or "")[:10]
        return told if len(told) == 10 and told[4:5] == "-" else today().isoformat()

    def is_valid(self) -> bool:
        if self.sheet is not None and self.is_bound:
            self.answers, self.wrong = self.sheet.read()
        return super().is_valid() and not self.wrong

    @property
    def faults(self) -> list[dict[str, str]]:
        return [*super().faults, *summary_of(self.wrong)]

    @property
    def sections(self) -> list[dict[str, Any]]:
        return self.sheet.sections(self.wrong) if self.sheet is not None else []

    def part(self) -> Any:
        told = self.cleaned_data
        person = {**self.person, **{name: str(told.get(name) or "") for name in PERSON}}
        on = told.get("on")
        given = {
            **self.given, **{name: told.get(name) for name in GIVEN}, "verified": bool(told.get("verified")),
            "on": f"{on.astimezone(HERE):%Y-%m-%dT%H:%M}" if on else None,
            "person": {name: value for name, value in person.items() if value}, "answers": self._answers(),
        }  # fmt: skip
        return {**self.raw, "name": told["name"], "given": _full(given), "expects": self._expects(told)}

    def _answers(self) -> dict[str, Any]:
        """What the page could not show (files) stays as it was."""
        asked = {one.key for one in self.sheet.whole.fields} if self.sheet is not None else set()
        before = {key: value for key, value in _mapping(self.given.get("answers")).items() if key not in asked}
        return before | {key: value for key, value in self.answers.items() if value not in (None, "", [], {})}

    def _expects(self, told: Mapping[str, Any]) -> dict[str, Any]:
        due = told.get("due")
        expects = {
            "papers": told.get("papers") if told.get("asks_papers") else None, "fee": told.get("fee"),
            "route": told.get("route") if told.get("asks_route") else None, "case": told.get("case") or None,
            "due": f"{due.astimezone(HERE):%Y-%m-%dT%H:%M}" if due else None,
        }  # fmt: skip
        return {name: value for name, value in expects.items() if value is not None}


def _mapping(value: object) -> Raw:
    return value if isinstance(value, Mapping) else {}


def _full(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in value.items() if one not in (None, "", [], {})}


def beside(request: HttpRequest, draft: VersionDraft, form: PartForm | None) -> dict[str, Any]:
    """What comes of the trial as typed; or the same put in as what is expected."""
    data = request.POST
    if not isinstance(form, TrialForm) or not form.is_bound or not (TRY in data or TAKE in data) or not form.is_valid():
        return {}
    part = {"key": "ca_thu", **form.part()}
    read = sound({**draft.definition, "trials": [{**part, "key": "ca_thu"}]})
    if read.definition is None or not read.definition.trials:
        return {"refused": _("Bản soạn còn chỗ sai nên chưa chạy thử được.")}
    facts = facts_of(read.definition, draft.code)[0]
    if TAKE in data:
        taken = {**form.part(), "expects": _as_expected(facts)}
        return {"form": TrialForm(None, taken, around=form.around, prefix="trial"), "taken": True}
    return {"outcome": outcome(read.definition, facts), "left_out": read.left_out}


def _as_expected(facts: Mapping[str, Fact]) -> dict[str, Any]:
    told = {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items() if fact is not None}
    due = facts.get("due")
    return told | ({"due": f"{due:%Y-%m-%dT%H:%M}"} if hasattr(due, "hour") else {})


def outcome(definition: Definition, facts: Mapping[str, Fact], number: int = 0) -> dict[str, Any]:
    """Expected and found beside each other, item by item, in the words of the page."""
    judged = judge(definition.trials[number], facts)
    expects = definition.trials[number].expects
    rows = [
        {
            "name": ITEM_NAMES[item], "asked": getattr(expects, item) is not None, "ok": item not in judged.failed,
            "expected": said(definition, item, getattr(expects, item)), "found": said(definition, item, facts.get(item)),
        }
        for item in ITEM_NAMES
    ]  # fmt: skip
    return {"passed": judged.passed, "rows": rows}


def said(definition: Definition, item: str, fact: Any) -> str:
    if fact is None:
        return "–"
    if item == "fee":
        return money(fact)
    if item == "due":
        return moment(fact.replace(tzinfo=HERE))
    listed_here: Mapping[str, tuple[Any, ...]] = {
        "papers": definition.papers, "route": definition.route, "case": definition.cases,
    }  # fmt: skip
    named = {str(one.key): text(one.name) for one in listed_here[item]}
    keys = fact if isinstance(fact, tuple) else (fact,)
    return ("; " if item == "papers" else " → ").join(named.get(key) or str(key) for key in keys) or _("không có")


def around(request: HttpRequest, draft: VersionDraft, _form: PartForm | None) -> dict[str, Any]:
    """The list of trials; with ?chay=1 each with how it went."""
    rows = rows_of(draft, "trials", versions.problems_of(draft))
    run = request.GET.get("chay") == "1"
    read = sound(draft.definition).definition if run else None
    facts = facts_of(read, draft.code) if read else []
    told = {trial.key: outcome(read, facts[n], n) for n, trial in enumerate(read.trials)} if read else {}
    items = [{"row": row, "outcome": told.get(row.key), **_about(row.part)} for row in rows]
    passed = sum(1 for one in told.values() if one["passed"])
    return {"items": items, "ran": run, "passed": passed, "failed": len(rows) - passed}


def _about(part: Raw) -> dict[str, Any]:
    given, expects = _mapping(part.get("given")), _mapping(part.get("expects"))
    asked = [str(ITEM_NAMES[item]) for item in ITEM_NAMES if expects.get(item) is not None]
    return {"channel": CHANNEL_NAMES.get(str(given.get("channel") or "online"), ""), "asked": asked}


TRIALS = Kind(
    "trials", "manage_draft_trials", gettext_lazy("Ca thử"), TrialForm, gettext_lazy("Thêm ca thử"),
    listing="manage/draft/trials.html", template="manage/draft/trial.html", around=around, beside=beside,
    tries=(TRY, TAKE), stays=(*BUTTONS, AGAIN), prefix="trial",
)  # fmt: skip
