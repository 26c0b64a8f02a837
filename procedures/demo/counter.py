"""What the counter of the demonstration has today: a queue, slots to book, papers counted, a list on its way."""

from procedures.actions import counter, paper_lists, queue
from procedures.demo.world import World
from procedures.models import Channel, Dossier, GivenPaper, Reception
from procedures.models.lifecycle import RUNNING
from procedures.queries.answers import required_papers
from procedures.queries.queue import slots_of

OPEN_AT = ("H58.30.01", "H58.30.02")
GIVEN_TO = "H58.30"
PEOPLE = ("Lê Văn Tám", "Trần Thị Mười", "Phạm Văn Sáu")
MOST_COUNTED = 40
ON_THE_LIST = 3


def furnish(world: World) -> None:
    """Open the queue where it is wanted, and count the papers of what is open; inside the tenant."""
    for code in OPEN_AT:
        if code in world.offices:
            Reception.objects.create(office=world.offices[code], numbers_open=True, booking_open=True, windows=4)
    _booked()
    _count_papers()
    _give(world)


def _booked() -> None:
    """Some of the next day's slots are taken."""
    reception = Reception.objects.select_related("office").order_by("office__code").first()
    days = slots_of(reception) if reception else []
    if reception and days:
        for name, slot in zip(PEOPLE, days[min(1, len(days) - 1)][1], strict=False):
            queue.book(reception, slot.key, name=name, phone="0912345678")


def _count_papers() -> None:
    """Paper dossiers that are open were counted when they came in."""
    rows = Dossier.objects.filter(channel__in=(Channel.COUNTER, Channel.POST), state__in=RUNNING)
    for dossier in rows.select_related("version", "procedure", "office").order_by("-pk")[:MOST_COUNTED]:
        needed = required_papers(dossier)
        counts = {p.key: {"originals": p.originals, "certified": 0, "copies": p.copies} for p in needed}
        counter.note_papers(dossier, counts)


def _give(world: World) -> None:
    """One list of papers waits for the office that settles them."""
    counted = GivenPaper.objects.filter(dossier__state__in=RUNNING).values("dossier_id")
    rows = Dossier.objects.filter(pk__in=counted).select_related("office", "receiving_office").order_by("pk")
    first = next((one for one in rows if one.office.code == GIVEN_TO), None)
    if first is None:
        return
    same = [
        one for one in rows if (one.office_id, one.receiving_office_id) == (first.office_id, first.receiving_office_id)
    ]
    giver = world.official(first.receiving_office, "clerk", first)
    paper_lists.give(same[:ON_THE_LIST], giver, from_office=first.receiving_office, to_office=first.office)
