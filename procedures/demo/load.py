"""Made-up load: authorities `tai-<n>` with any number of dossiers, the same for the same seed and day.

People, offices, catalogue and offers are made by the actions; dossiers and their events by a few statements of SQL (see
load_sql.py), as the owner of the tables, in one transaction without triggers: what they would refuse or add is kept by
the statements. Due moments come from the real clock and calendar. There are no payments, papers, messages or files.
"""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from portal.crypto import keyed_hash
from portal.models import Membership, Office, Tenant, User
from portal.moments import midnight, now, today, travel
from portal.roles import Role
from portal.tenancy import inside
from portal.text import fold
from procedures import clock
from procedures.actions import catalogue, levels
from procedures.demo import content
from procedures.demo.founding import account_for
from procedures.demo.load_sql import DOSSIERS, STATEMENTS, TABLES
from procedures.demo.world import DAY, definition_of
from procedures.models import Dossier, Offering, SupplementRequest
from procedures.queries.clocks import calendar_of
from procedures.schema.definition import Definition, Span
from procedures.schema.fees import fees_due

Row = tuple[Any, ...]
OFFICES = 12
# So many have accounts; the others came to the counter without one.
PEOPLE = 500
DOSSIERS_OF_ONE = 20
DAYS = 731
RECENT = 0.14
POSTS = {"binh": Role.CLERK, "chi": Role.OFFICER, "dung": Role.HEAD, "en": Role.ADMINISTRATOR}
CODES = (
    "1.004873",
    "1.001612",
    "2.000635",
    "1.001193",
    "1.004194",
    "1.010041",
    "1.003622",
    "2.002288",
    "1.004222",
    "1.004859",
)
WANTED = {"name": "Bản chụp rõ hơn", "paper": "", "wanted": "Bản chụp bị mờ"}
FAMILIES = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"]
MIDDLES = ["Văn", "Thị", "Minh", "Thanh", "Ngọc", "Hoàng", "Kim", "Quốc", "Thu", "Hữu"]
GIVEN = [
    "An",
    "Bình",
    "Châu",
    "Dung",
    "Đạt",
    "Giang",
    "Hà",
    "Hiếu",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Quân",
    "Quỳnh",
    "Sơn",
    "Tâm",
    "Thảo",
    "Trang",
    "Tuấn",
    "Vy",
]


def make(tenants: int, dossiers: int, seed: int, recent: float = RECENT) -> Iterator[tuple[str, int]]:
    """Spread dossiers evenly over the tenants and tell how many each got; one that is there already stays as it is.

    `recent` of them (0 to 1) came in the last four weeks: about a quarter of those are still open, and hardly any older ones.
    """
    people = list(_people(seed, max(PEOPLE, dossiers // DOSSIERS_OF_ONE)))
    for number in range(1, tenants + 1):
        slug, share = f"tai-{number}", dossiers // tenants + (number <= dossiers % tenants)
        tenant = _found(slug, number)
        with inside(tenant):
            if Dossier.objects.exists():
                yield slug, 0
                continue
            if not Office.objects.exists():
                _furnish(tenant)
            offers = list(_offers())
            days, dues = _times(offers)
        tables = {"load_people": people, "load_offers": offers, "load_days": days, "load_dues": dues}
        _insert(
            tables,
            {
                "count": share,
                "seed": seed * 1000 + number,
                "tenant": tenant.pk,
                "accounts": PEOPLE,
                "recent": recent,
                "nothing": _sealed("proposal", {}),
                "no_sources": _sealed("sources", {}),
                "wanted": _sealed("papers", [WANTED], SupplementRequest),
                "blurred": _sealed("reason", WANTED["wanted"], SupplementRequest),
                **_officials(),
            },
        )
        yield slug, share


def _people(seed: int, count: int) -> Iterator[Row]:
    """Citizens of the load, global as people are, made once for a seed; their data as the application would have sealed them."""
    chance = Random(seed)  # noqa: S311 -- the same people every time is what is wanted
    for number in range(count):
        name = f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"
        personal_id, phone = f"0821{60 + number % 40}{seed % 10}{number:05d}"[:12], f"0903{number:06d}"
        told = {
            "subject": f"tai-{seed}-{number}",
            "full_name": name,
            "personal_id": personal_id,
            "birth_date": f"19{60 + number % 40}-01-15",
        }
        user = account_for(told) if number < PEOPLE else None
        shut = [_sealed("contact_id", personal_id), keyed_hash(personal_id, "dossier_id")]
        shut += [_sealed("contact_phone", phone), keyed_hash(phone, "dossier_phone")]
        shut += [_sealed("contact_email", user.email) if user else ""]
        yield (number, user.pk if user else None, name, fold(name), *shut)


def _sealed(column: str, value: Any, model: type[Dossier | SupplementRequest] = Dossier) -> Any:
    field: Any = model._meta.get_field(column)
    return field.get_prep_value(value)


def _officials() -> dict[str, Any]:
    users = {u.subject: u for u in User.objects.filter(issuer=settings.VNEID_ISSUER, subject__in=POSTS)}
    chi, dung = users["chi"], users["dung"]
    return {
        "clerk": users["binh"].pk,
        "officer": chi.pk,
        "officer_name": chi.full_name,
        "head": dung.pk,
        "head_name": dung.full_name,
    }


def _found(slug: str, number: int) -> Tenant:
    known = Tenant.objects.filter(slug=slug).first()
    if known is not None:
        return known
    name = f"Tỉnh Tải {number}"
    told = {"slug": slug, "host": f"{slug}.localhost", "code": f"T{number:02d}", "kind": "province", "name": name}
    return Tenant.objects.get(pk=Tenant.objects.using("platform").create(**told, short_name=name).pk)


def _furnish(tenant: Tenant) -> None:
    """Its officials are the demonstration's own, at all its offices: they may sign in there."""
    with travel(midnight(today()) - DAY * (DAYS + 1)):
        for subject, role in POSTS.items():
            Membership.objects.create(user=account_for({"subject": subject}), role=role)
        offices = [_office(tenant, number) for number in range(1, OFFICES + 1)]
        known = {d["code"]: d for bundle in content.bundles("dongthap") for d in bundle["procedures"]}
        for code in CODES:
            procedure = catalogue.publish(known[code]).procedure
            Offering.objects.bulk_create([Offering(procedure=procedure, office=o, online_open=True) for o in offices])
        levels.settle_all()


def _office(tenant: Tenant, number: int) -> Office:
    name = f"Ủy ban nhân dân phường Tải {number}"
    return Office.objects.create(
        code=f"{tenant.code}.{number:02d}", name=name, kind=Office.Kind.COMMUNE, address=f"{number} Đường Tải, Tỉnh Tải"
    )


def _offers() -> Iterator[Row]:
    """Each offer with what its dossiers need to know: answers of an example, fees, spans, first step."""
    rows = Offering.objects.select_related("procedure__current", "office").order_by("office__code", "procedure__code")
    for number, offering in enumerate(rows):
        procedure, definition = offering.procedure, definition_of(offering)
        example = content.examples("dongthap", procedure.code, today() - 20 * DAY, str)[0]
        files = {key for key, field in definition.form.index.items() if field.type == "file"}
        answers = {key: value for key, value in example.answers.items() if key not in files}
        fees = [_fee(definition, answers, channel) for channel in ("online", "counter")]
        spans = [_key(definition.time_for(channel, "default")) for channel in ("online", "counter", "post")]
        words = fold(f"{procedure.name} {procedure.code}")
        yield (
            number, procedure.current_id, procedure.pk, offering.office_id, offering.office.code, offering.level, words,
            definition.route[0].key, _sealed("answers", answers), *fees, *spans,
        )  # fmt: skip


def _fee(definition: Definition, answers: dict[str, Any], channel: str) -> int:
    lines = fees_due(
        definition, answers, channel, profile={"channel": channel, "owner_kind": "citizen", "verified": True}
    )
    return sum(line.amount for line in lines if line.when_due == "submission")


def _key(span: Span | None) -> str:
    return f"{span.amount} {span.unit}" if span else ""


def _times(offers: list[Row]) -> tuple[list[Row], list[Row]]:
    """For each day the next and the last one on which offices work; for each span and day of reception the due moment."""
    calendar = calendar_of(Office.objects.order_by("code")[0], now() - DAY * (DAYS // 2))
    rules = {key: clock.Rule(span=_span(key)) for offer in offers for key in offer[-3:] if key}
    days: list[Row] = []
    dues: list[Row] = []
    worked = today() - DAY * (DAYS + 30)
    for ahead in range(-DAYS - 20, 40):
        day = today() + DAY * ahead
        opens = calendar.next_opening(midnight(day))
        worked = day if opens.date() == day else worked
        days.append((day, opens.date(), worked))
        if worked == day:
            dues += [(key, day, clock.due(rule, calendar, opens).moment) for key, rule in rules.items()]
    return days, dues


def _span(key: str) -> clock.Span:
    amount, unit = key.split()
    return clock.Span(int(amount), clock.Unit(unit))


def _usual() -> tuple[str, str]:
    """What the statement does not name of a dossier and may not be empty is as on every new one; for numbers, texts, ticks."""
    named = DOSSIERS[: DOSSIERS.index("SELECT")]
    fields = [f for f in Dossier._meta.concrete_fields if not f.null and not re.search(rf"\b{f.column}\b", named)]
    plain = [(f.column, f.get_default()) for f in fields]
    values = [str(value).lower() if isinstance(value, bool | int) else "''" for _column, value in plain]
    return "".join(f', "{column}"' for column, _value in plain), "".join(f", {value}" for value in values)


def _insert(tables: dict[str, list[Row]], told: dict[str, Any]) -> None:
    """All of a tenant's dossiers in one transaction of the owner, who under forced policies sees this tenant only."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(told["tenant"])])
        for name, columns in TABLES.items():
            cursor.execute(f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in tables[name]:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {name}")
        columns, values = _usual()
        for statement in STATEMENTS:
            whole = statement.replace("/* columns */", columns).replace("/* values */", values)
            cursor.execute(whole, {**told, "now": now().replace(microsecond=0), "today": today()})
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE procedures_dossier, procedures_dossierevent, procedures_duechange")
