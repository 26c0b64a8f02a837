"""The demonstration's national shelf: what ministries published, one procedure that Đồng Tháp follows with words of its
own, and a newer number of it. Written for the demonstration; no ministry's text."""

from typing import Any

from procedures.actions.national import put_on_shelf
from procedures.demo import content
from procedures.models import NationalDefinition
from procedures.queries.national import newest_of
from procedures.schema import parts
from procedures.schema.definition import parse

Raw = dict[str, Any]
# The procedure that is followed with a difference.
FOLLOWED = "1.010041"
MINISTRY, POLICE = "Bộ Tư pháp (minh họa)", "Bộ Công an (minh họa)"


def fill() -> None:
    """Put there what is not there yet; a second start of the demo changes nothing."""
    put_on_shelf([parse(raw) for bundle in content.national() for raw in bundle["procedures"]], MINISTRY)
    if newest_of(FOLLOWED) is None:
        first = _as_the_ministry_wrote_it(_followed())
        put_on_shelf([parse(first)], POLICE)


def renew() -> None:
    """The ministry's second number, some time after the authority adopted the first."""
    known = newest_of(FOLLOWED)
    if known is not None and known.number == 1:
        put_on_shelf([parse(_second(known.definition))], POLICE)


def national_of(code: str) -> NationalDefinition | None:
    """What the authority's own version of a procedure follows."""
    return newest_of(code)


def _followed() -> Raw:
    rows = (raw for bundle in content.bundles("dongthap") for raw in bundle["procedures"])
    return next(raw for raw in rows if raw["code"] == FOLLOWED)


def _as_the_ministry_wrote_it(local: Raw) -> Raw:
    """Without what Đồng Tháp added: its own summary, and a day less for what must be verified."""
    summary = {
        "vi": "Cấp giấy xác nhận thông tin về cư trú (CT07).",
        "en": "Issues the certificate of residence (CT07).",
    }
    made = parts.put(local, "summary", summary)
    return parts.put(made, "cases.to_verify.time.counter", {"amount": 4, "unit": "working_day"})


def _second(first: Raw) -> Raw:
    """What the ministry changed: one thing that Đồng Tháp left alone, one new question, one that both changed."""
    note = {
        "vi": "Nộp trực tuyến thì điền mẫu điện tử, không cần in.",
        "en": "Online, fill in the electronic form; nothing to print.",
    }
    summary = {
        "vi": "Cấp giấy xác nhận thông tin về cư trú (CT07), bản điện tử có giá trị như bản giấy.",
        "en": "Issues the certificate of residence (CT07); the electronic one is as good as paper.",
    }
    question = {
        "key": "in_english", "type": "yes_no", "required": False,
        "label": {"vi": "Có cần thêm bản tiếng Anh không?", "en": "Do you need an English copy as well?"},
    }  # fmt: skip
    made = parts.put(parts.put(first, "papers.application.note", note), "summary", summary)
    return parts.append(made, "form.sections.request.fields", question)
