"""Packages of linked procedures: their parts, in which order, and what of the one form answers each part's questions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.actions import NotPossible
from portal.permissions import permission
from procedures.actions import packages as acts
from procedures.manage.frame import administrator, ask, shown, tried
from procedures.models import Agreement, Package
from procedures.queries import packages as known
from procedures.queries.joint import forms_of
from procedures.queries.package_levels import short_of
from procedures.schema.packages import read_parts

CONSTANT = "="
RESULT = "@"


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


class NewForm(forms.Form):
    procedure = forms.ChoiceField(
        label=gettext_lazy("Thủ tục có mẫu đơn chung"),
        help_text=gettext_lazy("Người dân điền mẫu đơn của thủ tục này một lần; nó hỏi đủ cho mọi phần."),
    )

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        self.procedures = {one.code: one for one in known.without_package()}
        choices = [(code, f"{code} – {one.title}"[:120]) for code, one in self.procedures.items()]
        self.fields["procedure"].choices = choices  # type: ignore[attr-defined]


class PartForm(forms.Form):
    """What a part is. Its procedure once chosen, the questions follow on its own page."""

    key = forms.RegexField(label=gettext_lazy("Khóa"), regex=r"^[a-z][a-z0-9_]{0,30}$", help_text=gettext_lazy("Chữ thường không dấu, ví dụ birth."))  # fmt: skip
    title_vi = forms.CharField(label=gettext_lazy("Tên phần"), max_length=200)
    title_en = forms.CharField(label=gettext_lazy("Tên tiếng Anh"), max_length=200, required=False)
    procedure = forms.ChoiceField(label=gettext_lazy("Thủ tục và cơ quan giải quyết"))
    after = forms.MultipleChoiceField(label=gettext_lazy("Bắt đầu khi đã có kết quả của"), required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip

    def __init__(self, *args: Any, package: Package, key: str = "", **told: Any) -> None:
        super().__init__(*args, **told)
        self.package, self.known_key = package, key
        others = [part for part in read_parts(package.parts) if part.key != key]
        self.fields["after"].choices = [(part.key, part.title.read(_language())) for part in others]  # type: ignore[attr-defined]
        self.fields["procedure"].choices = list(_places())  # type: ignore[attr-defined]
        if key:
            del self.fields["key"]
        if not others:
            del self.fields["after"]

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if key in {one["key"] for one in self.package.parts}:
            raise ValidationError(_("Khóa này đã có."))
        return key

    def as_part(self, before: dict[str, Any]) -> dict[str, Any]:
        """The part as it is kept; answers stay where its procedure stays."""
        said = self.cleaned_data
        agreement, _slash, procedure = said["procedure"].partition("/")
        same = (before.get("procedure"), before.get("agreement", "")) == (procedure, agreement)
        kept: dict[str, Any] = {
            name: before[name] for name in ("answers", "constants", "takes", "office") if same and name in before
        }
        return {
            "key": self.known_key or said["key"], "title": {"vi": said["title_vi"], "en": said["title_en"]},
            "procedure": procedure, "agreement": agreement, "after": said.get("after", []), **kept,
        }  # fmt: skip


def _places() -> Any:
    """What can be a part: what is received online here, and what agreements in force let over."""
    language = _language()
    for code, definition in forms_of(known.own_codes()).items():
        yield f"/{code}", f"{code} – {definition.name(language)}"[:150]
    for one in known.agreements():
        if one.sends and one.state == Agreement.State.IN_FORCE:
            for code, told in one.described.items():
                name = told["name"].get(language) or told["name"]["vi"]
                yield f"{one.code}/{code}", f"{one.partner.title}: {code} – {name}"[:150]


class AnswersForm(forms.Form):
    """For each question of the part's own form: the question of the one form that answers it, a result, or a fixed value."""

    def __init__(self, *args: Any, view: known.PartView, package: Package, **told: Any) -> None:
        super().__init__(*args, **told)
        self.view = view
        questions = forms_of([package.procedure.code]).get(package.procedure.code)
        ours = [(one.key, one.type, one.label.read(_language())) for section in (questions.sections if questions else ()) for one in section.fields]  # fmt: skip
        for one in view.questions:
            label = one.label.get(_language()) or one.label["vi"]
            self.fields[f"q_{one.key}"] = forms.ChoiceField(
                label=label, choices=list(self._choices(one, ours, view)), required=False, initial=one.answered_by or (CONSTANT if one.constant not in (None, "") else ""),
            )  # fmt: skip
            if one.type != "file":
                self.fields[f"c_{one.key}"] = forms.CharField(label=_("Giá trị cố định: %(label)s") % {"label": label}, required=False, max_length=200, initial=_shown(one.constant))  # fmt: skip

    def _choices(self, one: known.Question, ours: list[tuple[str, str, str]], view: known.PartView) -> Any:
        yield ("", _("Bắt buộc, chưa có câu trả lời") if one.required else _("Để trống"))
        if one.type != "file":
            yield (CONSTANT, _("Giá trị cố định"))
        else:
            yield from ((f"{RESULT}{key}", _("Kết quả của phần %(part)s") % {"part": key}) for key in view.part.after)
        yield from ((key, label) for key, kind, label in ours if kind == one.type)

    def pairs(self) -> list[tuple[Any, Any]]:
        """Each choice with its fixed value beside it, for the page."""
        return [(self[f"q_{one.key}"], self[f"c_{one.key}"] if f"c_{one.key}" in self.fields else None) for one in self.view.questions]  # fmt: skip

    def as_part(self, before: dict[str, Any]) -> dict[str, Any]:
        answers: dict[str, str] = {}
        constants: dict[str, Any] = {}
        takes = {key: field for key, field in (before.get("takes") or {}).items() if not field}
        for one in self.view.questions:
            chosen = self.cleaned_data.get(f"q_{one.key}", "")
            if chosen == CONSTANT:
                constants[one.key] = _typed(one.type, self.cleaned_data.get(f"c_{one.key}", ""))
            elif chosen.startswith(RESULT):
                takes[chosen.removeprefix(RESULT)] = one.key
            elif chosen:
                answers[one.key] = chosen
        return {**before, "answers": answers, "constants": constants, "takes": takes}


def _typed(kind: str, text: str) -> Any:
    """A fixed value as the form would have it."""
    if kind in ("yes_no", "declaration"):
        return text.strip().lower() in ("yes", "true", "1", "có", "co")
    return int(text) if kind in ("number", "money") and text.strip().lstrip("-").isdigit() else text.strip()


def _shown(value: Any) -> str:
    return {True: _("có"), False: _("không")}.get(value, "" if value is None else str(value)) if isinstance(value, bool) else str(value or "")  # fmt: skip


def _held(code: str) -> Package:
    found = known.package_by(code)
    if found is None:
        raise Http404
    return found


def _raw(held: Package, key: str) -> dict[str, Any]:
    found: dict[str, Any] | None = next((one for one in held.parts if one["key"] == key), None)
    if found is None:
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def package_new(request: HttpRequest) -> HttpResponse:
    form = NewForm(request.POST or None)

    def begin() -> HttpResponse:
        made = acts.begin(form.procedures[form.cleaned_data["procedure"]], administrator(request))
        return redirect("manage_package", made.procedure.code)

    return ask(request, form, begin, "manage_joint", title=_("Lập nhóm thủ tục liên thông"), back="manage_joint")


@never_cache
@require_safe
@permission("manage.view")
def package(request: HttpRequest, code: str) -> HttpResponse:
    held = _held(code)
    views = known.views_of(held)
    context = {"package": held, "views": views, "ready": known.ready(views), "below": short_of(held)}
    return shown(request, "manage/package.html", "manage_joint", **context)


@require_POST
@permission("manage.change")
def package_open(request: HttpRequest, code: str) -> HttpResponse:
    held = _held(code)
    try:
        acts.set_open(held, administrator(request), is_open=not held.is_open)
    except NotPossible as refusal:
        messages.warning(request, str(refusal))
    return redirect("manage_package", code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def part_add(request: HttpRequest, code: str) -> HttpResponse:
    held = _held(code)
    form = PartForm(request.POST or None, package=held)

    def add() -> HttpResponse:
        acts.put_part(held, administrator(request), form.as_part({}), seen=held.revision)
        return redirect("manage_package_part", code, form.cleaned_data["key"])

    return ask(request, form, add, "manage_joint", title=_("Thêm phần"), back="manage_package", back_to=code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def part(request: HttpRequest, code: str, joint_part: str) -> HttpResponse:
    """One part: what it is, and below it what answers its questions; each saved by itself."""
    held = _held(code)
    raw = _raw(held, joint_part)
    view = next(one for one in known.views_of(held) if one.part.key == joint_part)
    first = {"title_vi": raw["title"]["vi"], "title_en": raw["title"].get("en"), "after": raw.get("after", []), "procedure": f"{raw.get('agreement', '')}/{raw['procedure']}"}  # fmt: skip
    sent = request.POST if request.method == "POST" else None
    is_answers = sent is not None and "answers" in sent
    form = PartForm(None if is_answers else sent, package=held, key=joint_part, initial=first)
    answers = AnswersForm(sent if is_answers else None, view=view, package=held)
    asked: Any = answers if is_answers else form
    if sent is not None and asked.is_valid() and tried(asked, lambda: _saved(request, held, asked.as_part(raw))):
        messages.success(request, _("Đã lưu."))
        return redirect("manage_package_part", code, joint_part)
    context = {"package": held, "view": view, "form": form, "answers": answers, "wrong": asked}
    return shown(request, "manage/package_part.html", "manage_joint", **context)


def _saved(request: HttpRequest, held: Package, raw: dict[str, Any]) -> Package:
    """Against what the page had shown: who comes second is told."""
    seen = request.POST.get("seen", "")
    return acts.put_part(held, administrator(request), raw, seen=int(seen) if seen.isdigit() else held.revision)


@require_POST
@permission("manage.change")
def part_drop(request: HttpRequest, code: str, joint_part: str) -> HttpResponse:
    held = _held(code)
    _raw(held, joint_part)
    acts.drop_part(held, administrator(request), joint_part, seen=held.revision)
    messages.success(request, _("Đã bỏ phần này. Hồ sơ đã nộp vẫn theo nhóm như lúc nộp."))
    return redirect("manage_package", code)
