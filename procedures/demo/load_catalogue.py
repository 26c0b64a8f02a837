"""Made-up catalogues: authorities `danh-muc-<n>` with any number of procedures at any number of offices, the same every time.

Names are put together from words that real ones are made of. Rows come by a few statements of SQL as the owner of the
tables; each procedure has a whole definition of its own, and every office offers all of them.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from django.db import connections, transaction

from portal.models import Office, Tenant
from portal.moments import now
from portal.tenancy import inside
from portal.text import fold, sort_key
from procedures.actions import finding
from procedures.demo import content
from procedures.models import Procedure, SearchWord
from procedures.queries.kinds import AUDIENCES, LIFE_EVENTS
from procedures.queries.spelling import words_of

Row = tuple[Any, ...]
DEEDS = (
    "Cấp",
    "Cấp lại",
    "Cấp đổi",
    "Gia hạn",
    "Đăng ký",
    "Điều chỉnh",
    "Thu hồi",
    "Thông báo",
    "Xác nhận",
    "Công nhận",
    "Thẩm định",
    "Phê duyệt",
)
THINGS = (
    "giấy phép", "giấy chứng nhận đủ điều kiện", "chứng chỉ hành nghề", "hồ sơ", "phương án", "kế hoạch", "quyết định hỗ trợ", "thẻ", "bản đăng ký",
    "giấy xác nhận", "văn bản chấp thuận", "danh sách",
)  # fmt: skip
FIELDS = (
    "kinh doanh vận tải", "xây dựng công trình", "sản xuất thực phẩm", "khám bệnh, chữa bệnh", "quảng cáo ngoài trời", "khai thác khoáng sản", "nuôi trồng thủy sản",
    "hoạt động in", "dạy thêm ngoài nhà trường", "lưu trú du lịch", "biểu diễn nghệ thuật", "buôn bán thuốc thú y", "phòng cháy chữa cháy", "quan trắc môi trường",
    "sử dụng đất nông nghiệp", "trợ giúp xã hội", "người có công", "hợp tác xã", "viễn thông", "bán lẻ rượu", "trồng rừng", "chăn nuôi tập trung", "giám định tư pháp",
    "công chứng", "đấu giá tài sản", "an toàn bức xạ", "đo đạc và bản đồ", "khí tượng thủy văn", "thể thao", "thư viện",
)  # fmt: skip
FOR = (
    "cho tổ chức", "cho cá nhân", "cho hộ gia đình", "cho doanh nghiệp nhỏ", "của cơ sở mới thành lập", "trên địa bàn xã", "thuộc thẩm quyền cấp tỉnh", "lần đầu",
    "do hư hỏng hoặc mất", "khi thay đổi địa điểm", "trong khu công nghiệp", "có yếu tố nước ngoài", "đối với người cao tuổi", "tại nông thôn",
)  # fmt: skip
SUMMARY = "người dân nộp hồ sơ tại bộ phận một cửa hoặc trực tuyến, cơ quan xem xét và trả kết quả theo quy định"
TABLES = {
    "load_procedures": """n int PRIMARY KEY, code text, name text, sector text, sector_name text, search text, ordered text, life_events jsonb,
        audience jsonb, level int""",
    "load_words": "n int, word text, place int",
}
STATEMENTS = (
    """
INSERT INTO procedures_procedure (tenant_id, code, name, name_en, sector, sector_name, sector_name_en, search, ordered, ordered_en, offices,
    life_events, audience, level)
SELECT %(tenant)s, code, name, name, sector, sector_name, sector_name, search, ordered, ordered, '{}', life_events, audience, level
FROM load_procedures ORDER BY n
""",
    """
INSERT INTO procedures_procedureversion (tenant_id, procedure_id, number, definition, published_at, withdrawn_because, open_dossiers)
SELECT %(tenant)s, p.id, 1, %(definition)s::jsonb || jsonb_build_object('code', p.code, 'name', jsonb_build_object('vi', p.name, 'en', p.name),
    'sector', jsonb_build_object('key', p.sector, 'name', jsonb_build_object('vi', p.sector_name, 'en', p.sector_name)),
    'life_events', p.life_events, 'audience', p.audience), %(now)s, '', 'keep'
FROM procedures_procedure p JOIN load_procedures l ON l.code = p.code
""",
    """
UPDATE procedures_procedure p SET current_id = v.id FROM procedures_procedureversion v WHERE v.procedure_id = p.id AND p.current_id IS NULL
""",
    """
INSERT INTO procedures_searchword (tenant_id, word, procedure_id, place)
SELECT %(tenant)s, w.word, p.id, w.place FROM load_words w JOIN load_procedures l ON l.n = w.n JOIN procedures_procedure p ON p.code = l.code
""",
    """
INSERT INTO procedures_offering (tenant_id, procedure_id, office_id, online_open, blank_forms, pays_online, returns_online, level, lacks)
SELECT %(tenant)s, p.id, o.id, p.level > 2, p.level > 1, p.level > 3, p.level > 3, p.level, CASE WHEN p.level > 3 THEN '' ELSE 'online_closed' END
FROM procedures_procedure p CROSS JOIN portal_office o ORDER BY p.id, o.id
""",
    """
INSERT INTO procedures_levelchange (tenant_id, offering_id, level, since, lacks)
SELECT %(tenant)s, id, level, %(now)s, lacks FROM procedures_offering
""",
    # Foreign keys are checked now, while the tenant is told.
    "SET CONSTRAINTS ALL IMMEDIATE",
)


def make(tenants: int, procedures: int, offices: int) -> Iterator[tuple[str, int]]:
    """One that is there already stays as it is."""
    for number in range(1, tenants + 1):
        slug = f"danh-muc-{number}"
        tenant = _found(slug, number)
        with inside(tenant):
            if Procedure.objects.exists():
                yield slug, 0
                continue
            Office.objects.bulk_create(_offices(tenant, offices))
        _insert(tenant, list(_procedures(procedures)))
        yield slug, procedures


def _found(slug: str, number: int) -> Tenant:
    known = Tenant.objects.filter(slug=slug).first()
    if known is not None:
        return known
    name = f"Tỉnh Danh Mục {number}"
    told = {"slug": slug, "host": f"{slug}.localhost", "code": f"M{number:02d}", "kind": "province", "name": name}
    return Tenant.objects.get(pk=Tenant.objects.using("platform").create(**told, short_name=name).pk)


def _offices(tenant: Tenant, count: int) -> Iterator[Office]:
    for number in range(1, count + 1):
        name = f"Ủy ban nhân dân xã Danh Mục {number}"
        yield Office(
            code=f"{tenant.code}.{number:02d}", name=name, kind=Office.Kind.COMMUNE, address=f"{number} Đường Danh Mục"
        )


def _procedures(count: int) -> Iterator[Row]:
    """As publishing would show them. Names repeat no more than those of real lists do."""
    chance = Random(count)  # noqa: S311 -- the same catalogue every time is what is wanted
    events, audiences = list(LIFE_EVENTS), list(AUDIENCES)
    for number in range(count):
        at = chance.randrange(len(FIELDS))
        name = f"{chance.choice(DEEDS)} {chance.choice(THINGS)} {FIELDS[at]} {chance.choice(FOR)}"
        name += f", {chance.choice(FOR)}" if chance.random() < 0.5 else ""
        sector = (at * 4 + chance.randrange(4)) % 120
        code = f"{1 + number % 3}.{number:06d}"
        yield (
            number, code, name, f"sector_{sector}", f"{FIELDS[at].capitalize()} {sector // 30 + 1}", " | ".join((code, fold(name))),
            sort_key(name)[: finding.LONGEST_KEY], json.dumps(chance.sample(events, chance.randrange(3))),
            json.dumps(sorted(chance.sample(audiences, chance.randint(1, 2)))), chance.choice((1, 2, 2, 3, 4)),
        )  # fmt: skip


def _insert(tenant: Tenant, rows: list[Row]) -> None:
    """All of an authority's procedures in one transaction of the owner, who under forced policies sees this tenant only."""
    raw = content.bundles("dongthap")[0]["procedures"][0]
    words = ((row[0], word, place) for row in rows for word, place in _words(row).items())
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant.pk)])
        for name, told in {"load_procedures": rows, "load_words": words}.items():
            cursor.execute(f"CREATE TEMP TABLE {name} ({TABLES[name]}) ON COMMIT DROP")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in told:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {name}")
        for statement in STATEMENTS:
            cursor.execute(statement, {"tenant": tenant.pk, "now": now(), "definition": json.dumps(raw)})
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "ANALYZE procedures_procedure, procedures_searchword, procedures_offering, procedures_procedureversion"
        )


def _words(row: Row) -> dict[str, int]:
    """What it says by name and sector, and some words that every summary has."""
    elsewhere = dict.fromkeys(words_of(f"{row[4]} {SUMMARY}"), SearchWord.Place.ELSEWHERE.value)
    return {**elsewhere, **dict.fromkeys(words_of(row[2]), SearchWord.Place.NAME.value)}
