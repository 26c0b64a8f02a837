"""Taking in a catalogue: 1,800 made-up records, as long and as varied as the national list, by the command."""

import io
import json
import random
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from django.core.management import call_command

from bench.output import Limit, say, tell
from bench.sizes import Size
from portal.models import Tenant
from procedures.schema.bundle import pack

SEED, MOST = 20261122, Limit("20 s", 20)
RECORDS, FEW = 1_800, 100
WORDS = [
    "cấp",
    "đổi",
    "thu",
    "hồi",
    "gia",
    "hạn",
    "giấy",
    "phép",
    "chứng",
    "nhận",
    "đăng",
    "ký",
    "xác",
    "nhận",
    "kinh",
    "doanh",
    "vận",
    "tải",
    "đất",
    "đai",
    "hộ",
    "tịch",
    "xây",
    "dựng",
    "thủy",
    "sản",
]
FIELDS = 130


def measure(size: Size) -> None:
    """First into an authority that has nothing, then the same again, as after an import that was broken off."""
    count = FEW if size.seconds < 1 else RECORDS
    tag = uuid.uuid4().hex[:8]
    slug = f"nap-{tag}"
    Tenant.objects.using("platform").create(
        slug=slug,
        host=f"{slug}.localhost",
        code=f"T{tag.upper()}",
        kind="province",
        name=slug,
        name_en=slug,
        short_name=slug,
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "goi.json"
        file.write_text(json.dumps(pack(_made_up(count)), ensure_ascii=False), encoding="utf-8")
        for name in ("imports.first", "imports.again"):
            _timed(name, file, slug, count)


def _timed(name: str, file: Path, slug: str, count: int) -> None:
    began, used = time.perf_counter(), time.process_time()
    call_command("import_catalogue", str(file), "--tenant", slug, stdout=io.StringIO())
    seconds = time.perf_counter() - began
    tell(name, "s", seconds, MOST, records=count, processor_seconds=round(time.process_time() - used, 2))
    say(f"{name}: {count / seconds:.0f} records a second")


def _made_up(count: int) -> list[dict[str, Any]]:
    dice = random.Random(SEED)
    return [_record(number, dice) for number in range(count)]


def _record(number: int, dice: random.Random) -> dict[str, Any]:
    """Names of the national list have 17 words in the middle and 200 at the most."""
    words = min(200, int(dice.lognormvariate(2.8, 0.6)) + 3)
    field = dice.randrange(FIELDS)
    span = {"amount": dice.randint(1, 30), "unit": dice.choice(["working_day", "calendar_day"])}
    return {
        "code": f"8.{number:06d}",
        "name": {"vi": f"Thủ tục {number}: {' '.join(dice.choices(WORDS, k=words))}"[:1_000]},
        "sector": {"key": f"field_{field}", "name": {"vi": f"Lĩnh vực {field}"}},
        "government_level": dice.choice(["commune", "province", "ministry"]),
        "audience": ["citizen", "business"],
        "decision_no": f"{number}/QĐ",
        "channels": ["online", "counter", "post"],
        "time": {"online": span, "counter": span, "post": span},
        "fees": [],
        "fee_note": {"vi": "Miễn phí."},
        "results": [{"key": "result", "name": {"vi": f"Kết quả KQ.G12.{number:06d}"}, "code": f"KQ.G12.{number:06d}"}],
        "agencies": {"competent": {"vi": "Ủy ban nhân dân cấp xã"}},
    }
