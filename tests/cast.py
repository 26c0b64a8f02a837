"""The cast: An, Bình, Chi, Dũng, Én, and Giang of another authority; the same people in every test."""

import uuid
from dataclasses import dataclass, field

from django.test import Client

from portal import confirming
from portal.models import Membership, Office, Tenant, User
from portal.moments import now
from portal.roles import Role
from portal.tenancy import inside

ISSUER = "http://vneid.test"
# name, subject, personal id (place, century and gender, year, six digits), role at the office (or everywhere)
PEOPLE = [
    ("An", "Nguyễn Thị An", "082190001234", None, True),
    ("Bình", "Trần Văn Bình", "082085002345", Role.CLERK, True),
    ("Chi", "Lê Thị Chi", "082188003456", Role.OFFICER, True),
    ("Dũng", "Phạm Quốc Dũng", "082075004567", Role.HEAD, True),
    ("Én", "Võ Thị Én", "082182005678", Role.ADMINISTRATOR, False),
    ("Hà", "Đặng Thu Hà", "082187006789", Role.CASHIER, True),
    ("Khoa", "Bùi Anh Khoa", "082079007890", Role.AUDITOR, False),
    ("Lan", "Mai Thị Lan", "082195008901", Role.HELPER, True),
]
FOLDED = {
    "An": "an",
    "Bình": "binh",
    "Chi": "chi",
    "Dũng": "dung",
    "Én": "en",
    "Hà": "ha",
    "Khoa": "khoa",
    "Lan": "lan",
}


@dataclass
class Cast:
    tenant: Tenant
    other_tenant: Tenant
    office: Office
    other_office: Office
    people: dict[str, User] = field(default_factory=dict)


def make_tenant(slug: str, code: str, name: str) -> Tenant:
    """Founded by the platform's login, as in life: the application may not."""
    host = f"{slug}.localhost"
    return Tenant.objects.using("platform").create(
        slug=slug, host=host, code=code, kind="province", name=name, name_en=name, short_name=name
    )


def make_person(subject: str, full_name: str, personal_id: str) -> User:
    person = User(
        issuer=ISSUER, subject=subject, full_name=full_name, personal_id=personal_id, birth_date="1990-05-12",
        gender="female", phone="0912345678", email=f"{subject}@example.vn",
    )  # fmt: skip
    person.set_unusable_password()
    person.save()
    return person


def make_office(code: str, name: str) -> Office:
    return Office.objects.create(
        code=code, name=name, name_en=name, kind=Office.Kind.COMMUNE, address="12 Nguyễn Huệ", phone="02733841234"
    )


def make_cast() -> Cast:
    tenant = make_tenant("dongthap", "H58", "Ủy ban nhân dân tỉnh Đồng Tháp")
    other = make_tenant("vhttdl", "G16", "Bộ Văn hóa, Thể thao và Du lịch")
    people = {FOLDED[short]: make_person(FOLDED[short], full, number) for short, full, number, _role, _here in PEOPLE}
    people["giang"] = make_person("giang", "Hoàng Minh Giang", "001088009012")
    with inside(tenant):
        office = make_office("H58.30", "Ủy ban nhân dân phường Gò Công")
        for short, _full, _number, role, here in PEOPLE:
            if role:
                Membership.objects.create(user=people[FOLDED[short]], office=office if here else None, role=role)
    with inside(other):
        other_office = make_office("G16.01", "Văn phòng Bộ")
        Membership.objects.create(user=people["giang"], office=other_office, role=Role.CLERK)
    return Cast(tenant, other, office, other_office, people)


def lone_tenant() -> tuple[Tenant, Office, dict[str, User]]:
    """A committed tenant of its own with people of its own, for races: nothing has to be cleaned up afterwards."""
    tag = uuid.uuid4().hex[:8]
    tenant = make_tenant(f"t{tag}", f"T{tag.upper()}", f"Tỉnh {tag}")
    with inside(tenant):
        office = make_office(f"T{tag.upper()}.01", "Phường thử")
        people = {}
        for number, role in enumerate([None, Role.CLERK, Role.OFFICER, Role.HEAD, Role.CASHIER, Role.ADMINISTRATOR]):
            name = role.value if role else "citizen"
            people[name] = make_person(f"{name}-{tag}", f"Người {name}", f"08209{number}{int(tag, 16) % 1000000:06d}")
            if role:
                Membership.objects.create(user=people[name], office=office, role=role)
    return tenant, office, people


def open_door(tenant: Tenant, person: User | None) -> Client:
    client = Client(HTTP_HOST=tenant.host)
    if person is not None:
        client.force_login(person, backend="portal.people.ByIdentityProvider")
        session = client.session
        session["host"] = tenant.host
        session[confirming.KEY] = now().timestamp()
        session.save()
    return client
