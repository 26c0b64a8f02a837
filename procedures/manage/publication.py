"""Publishing a draft: what will happen is shown whole on one page, with one button; and the draft beside what is in force."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.moments import midnight, today
from portal.permissions import permission
from portal.templatetags.ui import day
from procedures.actions import publication
from procedures.manage.drafting import draft_at, draft_page
from procedures.manage.fields import DayField
from procedures.manage.frame import administrator, tried
from procedures.models import OpenDossiers, ProcedureVersion, VersionDraft
from procedures.queries import moves, versions
from procedures.queries.comparisons import compare

NOW, LATER = "now", "day"


class PublishForm(forms.Form):
    """From when a version holds, and what it means for what is open."""

    when = forms.ChoiceField(
        label=gettext_lazy("Có hiệu lực"), widget=forms.RadioSelect, initial=NOW,
        choices=[(NOW, gettext_lazy("Ngay bây giờ")), (LATER, gettext_lazy("Từ ngày"))],
    )  # fmt: skip
    day = DayField(label=gettext_lazy("Ngày có hiệu lực"), required=False)
    open_dossiers = forms.ChoiceField(
        label=gettext_lazy("Hồ sơ đang mở"), widget=forms.RadioSelect, initial=OpenDossiers.KEEP,
        help_text=gettext_lazy("Hồ sơ đã tiếp nhận luôn được giải quyết theo phiên bản lúc nộp."),
    )  # fmt: skip

    def __init__(self, *args: Any, open_now: moves.Open, **told: Any) -> None:
        super().__init__(*args, **told)
        counts = {"drafts": open_now.drafts, "filed": open_now.filed}
        keep = _("Giữ: %(drafts)s bản đang điền và %(filed)s hồ sơ chờ tiếp nhận đi tiếp theo phiên bản cũ") % counts
        move = _(
            "Chuyển: %(drafts)s bản đang điền và %(filed)s hồ sơ chờ tiếp nhận sang phiên bản mới; người nộp được báo"
        )
        choices = [(OpenDossiers.KEEP.value, keep), (OpenDossiers.MOVE.value, move % counts)]
        self.fields["open_dossiers"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        chosen = told.get("day")
        if told.get("when") == LATER and "day" not in self.errors:
            if chosen is None:
                self.add_error("day", _("Hãy chọn ngày có hiệu lực."))
            elif chosen <= today():
                self.add_error("day", _("Ngày có hiệu lực phải sau hôm nay."))
        return told

    @property
    def told(self) -> dict[str, Any]:
        """What the action is told of the choices made here."""
        return {"effective_from": self.effective_from, "open_dossiers": self.cleaned_data["open_dossiers"]}

    @property
    def effective_from(self) -> datetime.datetime | None:
        later = self.cleaned_data["when"] == LATER
        return midnight(self.cleaned_data["day"]) if later else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def draft_publish(request: HttpRequest, code: str) -> HttpResponse:
    draft = draft_at(code)
    form = PublishForm(request.POST or None, open_now=moves.open_of(draft.procedure))
    if request.method == "POST" and form.is_valid():
        published = tried(form, lambda: _publish(request, draft, form))
        if published is not None:
            messages.success(request, said(published))
            return redirect("manage_procedure", code)
    return draft_page(request, code, "manage/draft_publish.html", "manage_draft_publish", form=form, **_facts(draft))


def _publish(request: HttpRequest, draft: VersionDraft, form: PublishForm) -> ProcedureVersion:
    sent = request.POST.get("revision", "")
    revision = int(sent) if sent.isdecimal() and len(sent) < 10 else 0
    return publication.publish_draft(draft, administrator(request), revision=revision, **form.told)


def _facts(draft: VersionDraft) -> dict[str, Any]:
    current = draft.procedure.current if draft.procedure else None
    judged = publication.judge(draft.definition, draft.code)
    return {
        "draft": draft, "current": current, "judged": judged, "waiting": versions.scheduled(draft.code),
        "changes": compare(current.definition if current else {}, draft.definition) if current else [],
        "passed": len(judged.outcomes) - len(judged.failed), "overtaken": current is not None and draft.base_id != current.pk,
        "stopping": len(judged.problems) + sum(one.stops for one in judged.advice),
        "advised": sum(not one.stops for one in judged.advice),
    }  # fmt: skip


def said(version: ProcedureVersion) -> str:
    told = {"n": version.number, "day": day(version.effective_from) if version.effective_from else ""}
    if version.is_scheduled:
        return _("Đã công bố phiên bản %(n)s, có hiệu lực từ ngày %(day)s.") % told
    return _("Đã công bố phiên bản %(n)s. Người dân đang thấy phiên bản này.") % told


@never_cache
@require_safe
@permission("manage.view")
def draft_compare(request: HttpRequest, code: str) -> HttpResponse:
    """The draft beside the version in force, part by part."""
    draft = draft_at(code)
    current = draft.procedure.current if draft.procedure else None
    changes = compare(current.definition, draft.definition) if current else []
    told = {"draft": draft, "current": current, "changes": changes}
    return draft_page(request, code, "manage/draft_compare.html", "manage_draft_compare", **told)
