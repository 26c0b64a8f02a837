"""Who files what when: two years of an authority's ordinary life, and what lies on the cast's desks today."""

import datetime
from collections.abc import Iterable, Iterator

from integrations.people import NEIGHBOURS
from portal.models import Office
from portal.moments import HERE, midnight, now, today
from procedures import clock
from procedures.demo import content
from procedures.demo.filing import Plan
from procedures.demo.world import DAY, World, definition_of
from procedures.models import ONLINE_CHANNELS, Channel, Dossier, Offering
from procedures.queries.clocks import span_of

MERGED = datetime.date(2025, 7, 1)
TWO_YEARS = datetime.timedelta(days=730)
RESERVED = {"an", "minh"}  # An's own dossiers are told one by one below; Minh is a child
NO_PHONE = {"ngoc"}  # her made-up number follows her personal id and is none that a form takes
FILERS = [person.key for person in NEIGHBOURS if person.key not in RESERVED | NO_PHONE]
FATES = {
    "granted": 74,
    "supplement": 7,
    "supplement_first": 4,
    "rejected": 4,
    "refused": 5,
    "withdrawn": 2,
    "withdrawn_early": 1,
    "lapsed": 2,
    "corrected": 1,
}
PLAIN = ("granted", "granted", "granted", "granted", "rejected", "refused", "withdrawn_early")
PACES = {"early": 58, "on_time": 31, "late": 11}
CHANNELS = {
    Channel.ONLINE: 58,
    Channel.ONLINE_ASSISTED: 7,
    Channel.ONLINE_TYPED: 5,
    Channel.COUNTER: 24,
    Channel.POST: 6,
}
DELIVERIES = {
    Channel.COUNTER: (Dossier.Delivery.COUNTER,),
    Channel.POST: (Dossier.Delivery.POST,),
    Channel.ONLINE: (
        Dossier.Delivery.ONLINE,
        Dossier.Delivery.ONLINE,
        Dossier.Delivery.ONLINE,
        Dossier.Delivery.POST,
        Dossier.Delivery.COUNTER,
    ),
}
HELPED = "H58.30"  # where the helper of the cast sits
MORE_IN_LAST = datetime.timedelta(days=24)


def ordinary(world: World, count: int) -> Iterator[Plan]:
    """Spread over two years, the newest weeks thicker; an office has dossiers only in its own days."""
    opened = [o for o in _with_examples(world) if o.office.closed_on is None]
    first = max(now() - TWO_YEARS, midnight(MERGED) if world.tenant.slug == "dongthap" else now() - TWO_YEARS)
    for number in range(count):
        start = now() - MORE_IN_LAST if number < count // 7 else first
        yield _plan(world, _offering(world, opened), start, now())


def before_the_merger(world: World, count: int) -> Iterator[Plan]:
    """Gò Công while it was a town: everything was settled before it was dissolved."""
    gone = [o for o in _with_examples(world) if o.office.closed_on == MERGED]
    first, last = midnight(datetime.date(2024, 10, 1)), midnight(datetime.date(2025, 5, 20))
    for _number in range(count if gone else 0):
        plan = _plan(world, world.chance.choice(gone), first, last)
        yield Plan(**{**plan.__dict__, "fate": world.chance.choice(PLAIN), "pace": "early"})


def _with_examples(world: World) -> list[Offering]:
    return [o for o in world.offerings.values() if content.examples(world.tenant.slug, o.procedure.code, today(), str)]


def _offering(world: World, offers: list[Offering]) -> Offering:
    """A third at the ward of the cast, more where much is asked for."""
    here = [o for o in offers if o.office.code == HELPED]
    return world.chance.choice(here if here and world.chance.random() < 0.3 else offers)


def _plan(world: World, offering: Offering, first: datetime.datetime, last: datetime.datetime) -> Plan:
    chance, office = world.chance, offering.office
    channel = _channel(world, offering)
    at = first + (last - first) * chance.random()
    local = at.astimezone(HERE).replace(
        hour=chance.choice((7, 8, 9, 10, 14, 15, 16, 20, 21)), minute=chance.randint(0, 59)
    )
    moment = local if channel in ONLINE_CHANNELS else world.opening(office, local)
    delivery = chance.choice(DELIVERIES.get(channel, DELIVERIES[Channel.ONLINE]))
    fate = _chosen(world, FATES)
    if channel not in ONLINE_CHANNELS and fate in ("refused", "supplement_first", "withdrawn_early"):
        fate = "granted"
    if offering.procedure.code == "1.013225" and fate == "granted" and chance.random() < 0.4:
        fate = "suspended"
    return Plan(
        at=moment, code=offering.procedure.code, office=office, owner=_filer(world, offering), channel=channel, delivery=delivery,
        fate=fate, pace=_chosen(world, PACES), example=chance.randrange(9),
    )  # fmt: skip


def _channel(world: World, offering: Offering) -> Channel:
    known = set(definition_of(offering).channels)
    fitting = {c: n for c, n in CHANNELS.items() if ("online" if c in ONLINE_CHANNELS else c) in known}
    if offering.level < 3:
        fitting = {c: n for c, n in fitting.items() if c not in ONLINE_CHANNELS}
    if offering.office.code != HELPED:
        fitting.pop(Channel.ONLINE_ASSISTED, None)
    return Channel(_chosen(world, fitting))


def _filer(world: World, offering: Offering) -> str:
    """Mostly those for whom an example was written; a company's procedure only by its own people."""
    told = content.examples(world.tenant.slug, offering.procedure.code, today(), str)
    keys = [example.submitter for example in told if example.submitter not in RESERVED]
    personal = all(example.answers.get("full_name") for example in told)
    return world.chance.choice(FILERS if personal and (not keys or world.chance.random() < 0.7) else keys)


def _chosen(world: World, weights: "dict[str, int] | dict[Channel, int]") -> str:
    return str(world.chance.choices(list(weights), weights=list(weights.values()))[0])


def of_an(world: World) -> Iterator[Plan]:
    """What An finds in her account: one of each that matters."""
    ward, police = world.offices["H58.30"], world.offices["H58.30.02"]
    yield Plan(_days_ago(460), "1.010041", police, "an")
    yield Plan(_days_ago(210), "2.000635", ward, "an", channel=Channel.COUNTER, delivery=Dossier.Delivery.COUNTER)
    # Valid for half a year, so it runs out in some two weeks.
    yield Plan(_days_ago(168), "1.004873", ward, "an")
    yield Plan(_days_ago(96), "1.001612", ward, "an", fate="supplement", pace="on_time")
    yield Plan(_days_ago(9), "2.000635", ward, "an", halt="decide")
    yield Plan(_days_ago(6), "1.001612", ward, "an", halt="ask_supplement", fate="supplement")
    yield Plan(
        filed_to_be_due(world, ward, "1.004873", _working_days(world, ward, 1)), "1.004873", ward, "an", halt="route"
    )
    yield Plan(now() - datetime.timedelta(hours=11), "1.010041", police, "an", halt="start")


def on_desks(world: World) -> Iterator[Plan]:
    """What waits for Bình, Chi, Dũng and Hà at the ward of Gò Công: new, due soon, overdue, to sign, to hand over."""
    ward = world.offices["H58.30"]
    new = [
        ("1.004873", "duy"),
        ("1.001612", "han"),
        ("1.001193", "nam"),
        ("2.000635", "sau"),
        ("1.004873", "thao"),
        ("1.001612", "tin"),
    ]
    for number, (code, owner) in enumerate(new):
        yield Plan(now() - datetime.timedelta(hours=1 + 2 * number), code, ward, owner, halt="submit", example=number)
    yield Plan(_days_ago(7), "1.004859", ward, "phuoc", halt="submit")
    yield Plan(_days_ago(1), "1.001612", ward, "kiet", halt="unpaid")
    yield from _halted(
        world,
        ward,
        "route",
        [
            ("1.004873", "trinh", 0),
            ("1.001612", "duy", 1),
            ("1.001612", "loi", -5),
        ],
    )
    yield from _halted(world, ward, "route", [("1.004873", "van", 1)], fate="extended")
    yield from _halted(world, ward, "route", [("1.004873", "hoa", -2)], fate="apologised")
    yield from _halted(world, ward, "accept", [("1.001612", "quyen", 1), ("1.004873", "thu", 2)])
    yield from _halted(world, ward, "to_sign", [("1.001612", "tho", 1), ("1.004873", "mai", 0), ("1.013225", "nam", 3)])
    yield from _halted(
        world, ward, "decide", [("1.004873", "sau", 0), ("1.001612", "han", -1)], delivery=Dossier.Delivery.COUNTER
    )
    # On the shelf for weeks; and one that goes to the post (demo/returns.py).
    by_hand, by_post = Dossier.Delivery.COUNTER, Dossier.Delivery.POST
    yield Plan(_days_ago(26), "2.000635", ward, "sau", channel=Channel.COUNTER, delivery=by_hand, halt="decide")
    yield Plan(_days_ago(5), "1.004873", ward, "tuyen", delivery=by_post, halt="decide")
    yield Plan(_days_ago(12), "1.004859", ward, "phuoc", halt="ask_payment")
    yield Plan(_days_ago(16), "1.013225", ward, "nam", fate="suspended", halt="suspend")
    yield Plan(_days_ago(10), "1.001612", ward, "tuyen", fate="supplement", halt="ask_supplement", example=1)
    yield Plan(_days_ago(8), "1.004859", ward, "phuoc", fate="supplement", halt="ask_supplement")
    yield Plan(_days_ago(33), "1.001612", ward, "kiet", fate="refused")
    yield Plan(_days_ago(27), "1.013225", ward, "nam", fate="withdrawn")
    yield Plan(_days_ago(75), "1.004873", ward, "duy", fate="lapsed")
    yield Plan(
        _days_ago(20),
        "1.004859",
        ward,
        "phuoc",
        fate="rejected",
        channel=Channel.COUNTER,
        delivery=Dossier.Delivery.COUNTER,
    )


def elsewhere(world: World) -> Iterator[Plan]:
    """What lies at the other offices: a few nearly due and a few left lying, so that no list is empty."""
    told = {
        "dongthap": [(f"H58.{ward}", code) for ward in (31, 32, 33, 34) for code in ("1.004873", "1.001612")],
        "vhttdl": [("G16.02", "1.004623"), ("G16.02", "9.000201"), ("G16.04", "9.000203"), ("G16.03", "9.000204")],
    }
    for number, (office, code) in enumerate(told.get(world.tenant.slug, [])):
        days = (1, -2, 0, -6)[number % 4]
        owner = _filer(world, world.offerings[code, office])
        yield from _halted(world, world.offices[office], "route", [(code, owner, days)])


def _halted(
    world: World,
    office: Office,
    halt: str,
    told: Iterable[tuple[str, str, int]],
    delivery: str = Dossier.Delivery.ONLINE,
    fate: str = "granted",
) -> Iterator[Plan]:
    for number, (code, owner, days) in enumerate(told):
        due = _working_days(world, office, days)
        yield Plan(
            filed_to_be_due(world, office, code, due),
            code,
            office,
            owner,
            halt=halt,
            delivery=delivery,
            example=number,
            fate=fate,
        )


def _days_ago(days: int) -> datetime.datetime:
    return (now().astimezone(HERE) - DAY * days).replace(hour=8, minute=12 + days % 40)


def _working_days(world: World, office: Office, count: int) -> datetime.date:
    """Today where it is a working day, else the next one, and so many working days on or back."""
    calendar, day = world.calendar(office, now()), today()
    while not calendar.is_working_day(day):
        day += DAY
    for _step in range(abs(count)):
        day += DAY if count > 0 else -DAY
        while not calendar.is_working_day(day):
            day += DAY if count > 0 else -DAY
    return day


def filed_to_be_due(world: World, office: Office, code: str, day: datetime.date) -> datetime.datetime:
    """A morning on which an online dossier must be filed for it to be due on a day."""
    rule = clock.Rule(span=span_of(definition_of(world.offerings[code, office.code]).time_for("online", "default")))
    for back in range(1, 90):
        start = midnight(day - DAY * back) + datetime.timedelta(hours=7, minutes=35 + back % 20)
        calendar = world.calendar(office, start)
        due = clock.due(rule, calendar, start).moment
        if calendar.is_working_day(start.date()) and due and due.astimezone(HERE).date() <= day:
            return start
    raise LookupError(f"{code} is never due on {day}.")
