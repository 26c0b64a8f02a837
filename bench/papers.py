"""Papers in the background: rendered, and signed, by two processes at once; a tracking book in pieces."""

import datetime
import multiprocessing
import time
from typing import Any

import django

from bench.output import Limit, tell
from bench.sizes import Size

WORKERS = 2
# What the issue asks for: a thousand papers a minute on two processors.
WANTED = Limit("1000 papers/min on 2 cores", 60 / 1000)
BOOK_ROWS = 500
AT = datetime.datetime(2026, 11, 23, 2, 5, tzinfo=datetime.UTC)
AGENCY = {"parent": "ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP", "name": "ỦY BAN NHÂN DÂN PHƯỜNG GÒ CÔNG"}
PERSON = {"name": "Nguyễn Thị An", "address": "12/5 Trương Định, phường Gò Công", "phone": "0912345678"}
PAPERS = [{"name": "Giấy đề nghị đăng ký thành lập hộ kinh doanh", "originals": 1, "certified": 0, "copies": 2}]


def _slip(number: int) -> dict[str, Any]:
    """A receipt (Mẫu 01) that is nobody's and like no other, so that nothing is remembered from one to the next."""
    address = f"http://dongthap.localhost:8000/xac-thuc/{number:04d}-AAAA-BBBB/"
    return {
        "agency": AGENCY,
        "office": AGENCY["name"],
        "place": "Gò Công",
        "issued_at": AT,
        "number": f"H58.30-261123-{number:04d}",
        "qr_url": address,
        "verification_code": f"{number:04d}-AAAA-BBBB",
        "verify_url": address,
        "submitter": {**PERSON, "name": f"Nguyễn Thị An {number}"},
        "owner": PERSON,
        "procedure": "Đăng ký thành lập hộ kinh doanh",
        "papers": PAPERS * 4,
        "sets": 1,
        "time_limit": "3 ngày làm việc",
        "received_at": AT,
        "due_at": AT + datetime.timedelta(days=3),
        "collect_at": "Nhận tại bộ phận một cửa",
        "clerk": {"name": "Trần Văn Bình"},
    }


def _work(first: int, count: int, signed: bool, ready: Any, begin: Any, spent: Any) -> None:
    """One worker: fonts are read once a process, as in a Celery child; then paper after paper."""
    django.setup()
    from portal import pdf, signing

    key = signing.signing_key("Ủy ban nhân dân tỉnh Đồng Tháp", "Ủy ban nhân dân phường Gò Công")
    pdf.render("slip_01", _slip(0), at=AT)
    ready.release()
    begin.wait()
    before = time.process_time()
    for number in range(first, first + count):
        content = pdf.render("slip_01", _slip(number), at=AT)
        if signed:
            signing.sign(content, signer=key, reason=str(number), location="Gò Công")
    spent.put(time.process_time() - before)


def _together(count: int, *, signed: bool) -> tuple[float, float]:
    """Seconds a paper, and seconds of a processor, two workers side by side, begun at one moment."""
    context = multiprocessing.get_context("spawn")
    ready, begin, spent = context.Semaphore(0), context.Event(), context.Queue()
    each = max(1, count // WORKERS)
    workers = [
        context.Process(target=_work, args=(number * each + 1, each, signed, ready, begin, spent))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for _worker in workers:
        ready.acquire()
    began = time.perf_counter()
    begin.set()
    processor = sum(spent.get(timeout=600) for _worker in workers)
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise SystemExit("A worker that renders papers failed.")
    return (time.perf_counter() - began) / (each * WORKERS), processor / (each * WORKERS)


def measure(size: Size) -> None:
    count = {1_000: 20, 100_000: 200}.get(size.dossiers, 1_000)
    for name, signed in (("papers.rendered", False), ("papers.rendered_and_signed", True)):
        seconds, processor = _together(count, signed=signed)
        more = {
            "papers": count,
            "workers": WORKERS,
            "a_minute": round(60 / seconds),
            "processor_s": round(processor, 4),
        }
        tell(name, "s/paper", seconds, WANTED, **more)
    _volume()


def _volume() -> None:
    """A whole volume of a tracking book (Mẫu 06), tagged and archival."""
    from portal import pdf

    row = {
        "no": 1, "number": "H58.30-261123-0001", "procedure": "Đăng ký thành lập hộ kinh doanh", "sets": 1, "owner": "Nguyễn Thị An", "contact": "12/5 Trương Định",
        "settled_by": "Phòng Kinh tế", "received_at": AT, "due_at": AT, "returned_at": AT, "how": "Trực tuyến", "signed": "", "note": "",
    }  # fmt: skip
    day = AT.date()
    data = {"agency": AGENCY, "issued_at": AT, "office": AGENCY["name"], "since": day, "last": day, "count": BOOK_ROWS}
    began = time.perf_counter()
    pdf.render("slip_06", {**data, "rows": [{**row, "no": number} for number in range(BOOK_ROWS)]}, at=AT)
    tell("papers.book_volume", "s", time.perf_counter() - began, Limit("5 s", 5), rows=BOOK_ROWS)
