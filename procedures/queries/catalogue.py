"""The public catalogue: finding a procedure by people's own words, lists by filter, and what an office opens of it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Count, Exists, FloatField, OuterRef, QuerySet, TextField, Value, When
from django.db.models.functions import Replace
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Office
from portal.moments import now
from portal.queries import open_offices
from portal.text import fold, sort_key
from procedures.models import Dossier, Offering, Procedure

LIFE_EVENTS: dict[str, str | Promise] = {
    "having_a_child": _("Có con nhỏ"),
    "getting_married": _("Kết hôn"),
    "moving_home": _("Chuyển nơi ở"),
    "building_a_house": _("Xây nhà"),
    "buying_a_home": _("Mua bán nhà đất"),
    "land": _("Đất đai"),
    "doing_business": _("Mở cửa hàng, kinh doanh"),
    "work_and_skills": _("Việc làm, nghề nghiệp"),
    "driving_and_transport": _("Xe cộ, vận tải"),
    "papers": _("Giấy tờ cá nhân"),
    "hardship": _("Gặp khó khăn"),
    "death_of_a_relative": _("Người thân qua đời"),
    "culture_and_events": _("Văn hóa, sự kiện"),
}
AUDIENCES: dict[str, str | Promise] = {
    "citizen": pgettext_lazy("đối tượng", "Người dân"),
    "household_business": pgettext_lazy("đối tượng", "Hộ kinh doanh"),
    "business": pgettext_lazy("đối tượng", "Doanh nghiệp"),
    "organisation": pgettext_lazy("đối tượng", "Tổ chức"),
    "foreigner": pgettext_lazy("đối tượng", "Người nước ngoài"),
}
WHOLE, PART, INFORMATION = "whole", "part", "information"
SCHEMES: dict[str, str | Promise] = {
    WHOLE: pgettext_lazy("dịch vụ công", "toàn trình"),
    PART: pgettext_lazy("dịch vụ công", "một phần"),
    INFORMATION: pgettext_lazy("dịch vụ công", "thông tin"),
}
PAGE = 20
MOST_WORDS = 8
# Said around what is sought, in nearly every question.
FILLERS = re.compile(r"\b(toi|minh|muon|can lam|xin|thu tuc|lam sao|the nao|o dau)\b")
CODE = re.compile(r"\d[\d.]{2,}")
# Of 1 (pg_trgm): a slip of a letter in one of two words leaves about 0.75.
LIKE_ENOUGH, LIKE_AT_ALL = 0.7, 0.3
LONGEST_SYLLABLE = 7
BESIDE_THE_BEST = 0.75
MOST_HITS = 200
USED_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Wanted:
    """What a visitor asks the catalogue for; all of it stands in the address."""

    words: str = ""
    event: str = ""
    sector: str = ""
    audience: str = ""
    level: int = 0
    office: str = ""
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        return bool(self.event or self.sector or self.audience or self.level or self.office)


@dataclass(frozen=True)
class Listed:
    """A procedure in a list."""

    code: str
    title: str
    sector_title: str
    level: int
    scheme: str | Promise


@dataclass(frozen=True)
class Found:
    procedures: list[Listed]
    total: int
    page: int = 1

    @property
    def has_more(self) -> bool:
        return self.page * PAGE < self.total


def published() -> QuerySet[Procedure]:
    """With `partial`: whether some office that offers it stops short of the whole service (`_listed`)."""
    short = Offering.objects.filter(procedure=OuterRef("pk"), office__in=open_offices()).exclude(lacks="")
    return Procedure.objects.filter(current__isnull=False).annotate(partial=Exists(short))


def find(wanted: Wanted) -> Found:
    """With words: the best first. Without: the whole list in the order of the alphabet. Two queries, however many there are."""
    rows = _filtered(wanted)
    ranked = _ranked(rows, wanted.words) if fold(wanted.words) else _in_order(rows)
    start = (wanted.page - 1) * PAGE
    keys = ranked[start : start + PAGE]
    by_key = published().in_bulk(keys)
    return Found([_listed(by_key[key]) for key in keys if key in by_key], len(ranked), wanted.page)


def _listed(row: Any) -> Listed:
    """A row of `published()`: the whole service only where every office gives it wholly."""
    whole = row.level == 4 and not row.partial
    scheme = WHOLE if whole else PART if row.level >= 3 else INFORMATION
    return Listed(row.code, row.title, row.sector_title, row.level, SCHEMES[scheme])


def _filtered(wanted: Wanted) -> QuerySet[Procedure]:
    rows = Procedure.objects.filter(current__isnull=False)
    if wanted.event:
        rows = rows.filter(life_events__contains=[wanted.event])
    if wanted.sector:
        rows = rows.filter(sector=wanted.sector)
    if wanted.audience:
        rows = rows.filter(audience__contains=[wanted.audience])
    if wanted.level:
        rows = rows.filter(level=wanted.level)
    if wanted.office:
        rows = rows.filter(offerings__office__code=wanted.office)
    return rows


def _in_order(rows: QuerySet[Procedure]) -> list[int]:
    named = [(procedure.title, procedure.pk) for procedure in rows.only("pk", "name", "name_en")]
    return [key for _name, key in sorted(named, key=lambda pair: sort_key(pair[0]))]


def _ranked(rows: QuerySet[Procedure], words: str) -> list[int]:
    """By the code, else by the likeness of every single word and of all together; near misses fall away beside good hits."""
    if CODE.fullmatch(words.strip()):
        return list(rows.filter(code__startswith=words.strip()).order_by("code").values_list("pk", flat=True))
    asked = (FILLERS.sub(" ", fold(words)[:200]).split() or fold(words).split())[:MOST_WORDS]
    like = _like(rows, asked).filter(likeness__gte=LIKE_ENOUGH).order_by("-likeness", "code")
    hits = list(like.values_list("pk", "likeness", "name")[:MOST_HITS])
    good = [hit for hit in hits if hit[1] >= BESIDE_THE_BEST * hits[0][1]]
    return [key for key, _likeness, _name in sorted(good, key=lambda hit: -hit[1] - _in_name(asked, fold(hit[2])))]


def _like(rows: QuerySet[Procedure], asked: list[str]) -> QuerySet[Any]:
    """With `likeness`, 0 to 1. A Vietnamese syllable has at most seven letters; a longer word may be several, run together."""
    each = sum((TrigramWordSimilarity(word, "search") for word in asked), start=Value(0.0, FloatField())) / len(asked)
    likeness = (each + TrigramWordSimilarity(" ".join(asked), "search")) / 2
    if len(asked) > 1 or len(asked[0]) <= LONGEST_SYLLABLE:
        return rows.annotate(likeness=likeness)
    run_together = rows.annotate(joined=Replace("search", Value(" ", TextField()), Value("", TextField())))
    return run_together.annotate(likeness=Case(When(joined__contains=asked[0], then=Value(1.0)), default=likeness))


def _in_name(asked: list[str], name: str) -> float:
    """What is said by the name itself comes before what is said by a keyword, a short name before a long one."""
    words = name.split()
    said = sum(word in words for word in asked) / len(asked)
    phrase = " ".join(asked)
    return 0.3 * said + (0.2 * len(phrase) / len(name) if phrase in name else 0)


@dataclass(frozen=True)
class Filters:
    """What can be chosen from, as it is in this authority's catalogue."""

    sectors: list[tuple[str, str]]
    events: list[tuple[str, str | Promise]]
    audiences: list[tuple[str, str | Promise]]
    offices: list[Office]


def filters() -> Filters:
    """Three queries, cheap because the answer is short."""
    rows = Procedure.objects.filter(current__isnull=False).order_by()
    sectors = {
        p.sector: p.sector_title
        for p in rows.only("sector", "sector_name", "sector_name_en").distinct("sector").order_by("sector")
    }
    kinds = list(rows.values_list("life_events", "audience").distinct())
    events, audiences = _all(events for events, _a in kinds), _all(audience for _e, audience in kinds)
    offering = open_offices().filter(pk__in=Offering.objects.values("office_id"))
    return Filters(
        sectors=sorted(sectors.items(), key=lambda pair: sort_key(pair[1])),
        events=[(key, name) for key, name in LIFE_EVENTS.items() if key in events],
        audiences=[(key, name) for key, name in AUDIENCES.items() if key in audiences],
        offices=sorted(offering, key=lambda office: sort_key(office.title)),
    )


def _all(lists: Iterable[list[str]]) -> set[str]:
    return {item for one in lists for item in one}


@dataclass(frozen=True)
class LifeEvent:
    key: str
    name: str | Promise
    count: int


def life_events() -> list[LifeEvent]:
    """Situations of life, with how many procedures this authority has for each."""
    rows = Procedure.objects.filter(current__isnull=False).exclude(life_events=[])
    counts = Counter(key for keys in rows.values_list("life_events", flat=True) for key in keys)
    return [LifeEvent(key, name, counts[key]) for key, name in LIFE_EVENTS.items() if counts[key]]


@dataclass(frozen=True)
class Used:
    procedures: list[Listed]
    counted: bool


def most_used(limit: int = 6) -> Used:
    """What people had accepted most in the last months; filled up with what can be done online, and alone where nothing was."""
    recent = Dossier.objects.filter(accepted_at__gte=now() - USED_WITHIN).values("procedure")
    times = recent.annotate(times=Count("pk")).order_by("-times", "procedure")
    keys = list(times.values_list("procedure", flat=True)[:limit])
    used = published().in_bulk(keys)
    more = published().exclude(pk__in=keys).order_by("-level", "code")[: limit - len(keys)] if len(keys) < limit else []
    return Used([_listed(row) for row in [*(used[key] for key in keys if key in used), *more]], bool(keys))


def procedure_by_code(code: str) -> Procedure:
    found = Procedure.objects.select_related("current").filter(code=code, current__isnull=False).first()
    if found is None:
        raise Http404
    return found


def offerings_of(procedure: Procedure) -> list[Offering]:
    """Where it is done today; dissolved offices keep their past elsewhere."""
    rows = Offering.objects.filter(procedure=procedure, office__in=open_offices()).select_related("office")
    return sorted(rows, key=lambda offering: sort_key(offering.office.title))


def scheme_of_offering(offering: Offering) -> str:
    if offering.level == 4 and not offering.lacks:
        return WHOLE
    return PART if offering.level >= 3 else INFORMATION


def near(words: str, limit: int = 3) -> list[Listed]:
    """The least unlike ones, to suggest where nothing was found."""
    asked = fold(words)[:200]
    rows = published().annotate(likeness=TrigramWordSimilarity(asked, "search")).filter(likeness__gte=LIKE_AT_ALL)
    return [_listed(row) for row in rows.order_by("-likeness", "code")[:limit]]


def published_codes() -> list[str]:
    return list(Procedure.objects.filter(current__isnull=False).order_by("code").values_list("code", flat=True))
