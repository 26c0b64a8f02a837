"""Addresses of the parts of a draft that are not its form; all below thu-tuc/<code>/soan/ho-so-thu-tuc/."""

from django.urls import URLPattern, path

from procedures.manage import (
    record_calculator,
    record_checks,
    record_papers,
    record_result,
    record_route,
    record_rows,
    record_texts,
    record_time,
    record_trials,
)
from procedures.manage.record_rows import Kind


def of_list(kind: Kind, slug: str, *, own_page: bool = True) -> list[URLPattern]:
    """The pages of a list of the definition; `own_page` where it is not shown on another's."""
    told, name = {"kind": kind}, f"manage_draft_{kind.name}"
    page = [path(f"{slug}/", record_rows.listed, told, name=name)] if own_page else []
    return [
        *page,
        path(f"{slug}/them/", record_rows.added, told, name=f"{name}_add"),
        path(f"{slug}/xep/", record_rows.arranged, told, name=f"{name}_arrange"),
        path(f"{slug}/sua/<str:part>/", record_rows.written, told, name=f"{name}_edit"),
    ]


urlpatterns = [
    path("", record_texts.record, name="manage_draft_record"),
    path("sua/<str:group>/", record_texts.record_edit, name="manage_draft_record_edit"),
    *of_list(record_papers.PAPERS, "giay-to"),
    *of_list(record_papers.CASES, "truong-hop", own_page=False),
    *of_list(record_calculator.FEES, "phi"),
    path("phi/ghi-chu/", record_texts.fee_note, name="manage_draft_fee_note"),
    path("thoi-han/", record_time.time, name="manage_draft_time"),
    path("thoi-han/sua/", record_time.time_edit, name="manage_draft_time_edit"),
    *of_list(record_route.ROUTE, "quy-trinh"),
    path("ket-qua/", record_result.result, name="manage_draft_result"),
    path("ket-qua/sua/", record_result.result_edit, name="manage_draft_result_edit"),
    path("ket-qua/mau.pdf", record_result.result_sample, name="manage_draft_result_sample"),
    *of_list(record_trials.TRIALS, "ca-thu"),
    path("kiem-tra/", record_checks.checks, name="manage_draft_checks"),
]
