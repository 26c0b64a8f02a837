"""Lives the demonstration's past: every dossier by the real actions, each at its moment, all in the order of time."""

import datetime
import heapq
import io
from collections.abc import Iterable, Iterator
from itertools import count
from random import Random

from django.db.models import F

from integrations import scanning
from portal import outbox
from portal.files import read_stored
from portal.models import OutboxRow, Tenant
from portal.moments import HERE, now, travel
from portal.tenancy import inside
from procedures.actions import feedback, levels
from procedures.actions.scanning import note_verdict
from procedures.demo import counter, desks, hands, plans, processing, returns
from procedures.demo.dates import beats
from procedures.demo.filing import Plan
from procedures.demo.lives import Life, life
from procedures.demo.world import HOUR, World
from procedures.models import Attachment, Dossier

COUNTS = {"dongthap": 150, "vhttdl": 40, "bhxh": 0}
OF_THE_TOWN = 24
# What the past would still have a worker do. Nobody gets a mail about a dossier of last year, nor a second payment.
OVER = ("mail", "payment_settled")
SIGNED_SINCE = datetime.timedelta(days=21)


def live_through(tenant: Tenant, *, thin: bool = False) -> int:
    """Give an authority its past, in one transaction: all of it or, after a failure, nothing. Done once."""
    with outbox.unhurried(), inside(tenant):
        if Dossier.objects.exists():
            return 0
        levels.settle_all()
        world = World(tenant, Random(f"{tenant.slug} 2026"))  # noqa: S311 -- the same past every time is what is wanted
        told = [life(world, plan) for plan in _plans(world, 10 if thin else 1)]
        _live(world, [*told, beats(world)], now())
        _feedback(world)
        if tenant.slug == "dongthap":
            processing.work_on(world)
        hands.arrange(world)
        desks.arrange()
        returns.arrange(world)
        OutboxRow.objects.filter(kind__in=OVER, done_at=None).update(done_at=F("created_at"))
        _leave_unsigned(now())
        counter.furnish(world)
    scan(tenant)
    return len(told)


def _leave_unsigned(until: datetime.datetime) -> None:
    """Slips of long ago are shown as they were issued; a worker signs only those of the last weeks."""
    old = OutboxRow.objects.filter(kind="seal_paper", done_at=None, created_at__lt=until - SIGNED_SINCE)
    old.update(done_at=F("created_at"))


def _plans(world: World, part: int) -> Iterator[Plan]:
    slug = world.tenant.slug
    yield from plans.ordinary(world, COUNTS[slug] // part)
    yield from plans.elsewhere(world)
    if slug == "dongthap":
        yield from plans.before_the_merger(world, OF_THE_TOWN // part)
        yield from plans.of_an(world)
        yield from plans.on_desks(world)


def _live(world: World, lives: Iterable[Life], until: datetime.datetime) -> None:
    """The earliest moment first, so that numbers, registers and chains grow in the order of time."""
    order = count()
    waiting = [(next(one), next(order), one) for one in lives]
    heapq.heapify(waiting)
    day: datetime.date | None = None
    while waiting and waiting[0][0] <= until:
        (moment, _number, one), again = heapq.heappop(waiting), None
        if moment.astimezone(HERE).date() != day:
            day = moment.astimezone(HERE).date()
            world.forget_roles()
        with travel(moment):
            again = next(one, None)
        if again is not None:
            heapq.heappush(waiting, (max(again, moment), next(order), one))
    world.forget_roles()


SAID = {
    "dongthap": [
        (40, "portal", "Ảnh chụp căn cước 12 MB không tải lên được, phải nhờ cháu thu nhỏ.", "Cảm ơn bà. Cổng đã hướng dẫn ngay tại ô tải tệp; nếu vẫn nặng, bà có thể nộp tại quầy."),
        (25, "data", "Đã đăng nhập rồi mà vẫn phải gõ lại ngày sinh.", "Hôm đó cơ sở dữ liệu dân cư gián đoạn 20 phút nên ô để trống; nay đã tự điền trở lại."),
        (12, "payment", "Đã trừ tiền nhưng hồ sơ vẫn báo chưa nộp phí khoảng mười phút.", "Hệ thống đã tự hỏi lại ngân hàng và ghi nhận lúc 09:42 cùng ngày. Xin lỗi ông về sự bất tiện."),
        (3, "procedure", "Xin hướng dẫn rõ hơn giấy tờ về địa điểm kinh doanh khi ở nhờ nhà cha mẹ.", ""),
        (1, "other", "Cán bộ một cửa phường hướng dẫn nhiệt tình, xin cảm ơn.", ""),
    ],
    "vhttdl": [
        (18, "procedure", "Đổi thẻ hướng dẫn viên có cần nộp lại bằng tốt nghiệp không?", "Không cần, nếu bằng đã có trong kho giấy tờ của bạn."),
        (2, "portal", "Trang tra cứu trên điện thoại của tôi tải chậm.", ""),
    ],
}  # fmt: skip


def _feedback(world: World) -> None:
    """What people said, and what was answered within two working days."""
    told = SAID.get(world.tenant.slug, [])
    clerk = world.people["binh" if world.tenant.slug == "dongthap" else "giang"]
    for days, group, body, answer in told:
        said_at = now() - datetime.timedelta(days=days, hours=2)
        with travel(said_at):
            given = feedback.give(group=group, body=body, person=world.people["hanh"])
        if answer:
            with travel(said_at + 20 * HOUR):
                feedback.answer(given, clerk, answer)


def scan(tenant: Tenant) -> None:
    """Have the scanner see each file once, many being alike; where it is away the worker will."""
    with inside(tenant):
        waiting = list(Attachment.objects.filter(status=Attachment.Status.QUARANTINED))
    verdicts: dict[str, scanning.Verdict] = {}
    for attachment in waiting:
        if attachment.sha256 not in verdicts:
            verdicts[attachment.sha256] = scanning.scan(io.BytesIO(read_stored(attachment.path)))
            if verdicts[attachment.sha256].state is scanning.State.NOT_SCANNED:
                return
    with inside(tenant):
        for attachment in waiting:
            note_verdict(attachment, verdicts[attachment.sha256])
        keys = [f"attachment-{attachment.pk}" for attachment in waiting]
        OutboxRow.objects.filter(kind="scan", key__in=keys, done_at=None).update(done_at=now())
