"""Filing demonstration dossiers as people do: by the actions of the doors, with example answers told as somebody's own."""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from integrations.people import BY_KEY, DemoPerson
from payments.actions import Traveller, apply_callback, leave
from payments.models import Account, Payment, ProviderCode
from payments.providers.base import stamp
from payments.providers.vnpay import sign, sign_data
from portal.models import Office, User
from portal.moments import now, today
from portal.roles import Role
from procedures.actions import drafts, money, submission
from procedures.demo import content
from procedures.demo.content import Example
from procedures.demo.specimens import specimen
from procedures.demo.world import World
from procedures.models import ONLINE_CHANNELS, Channel, Dossier
from procedures.schema.definition import Field

SHOPS = (
    "Tạp hóa Thanh Bình", "Quán cơm Bến Đò", "Sửa xe Ngã Tư Bình Ân", "Nước mắm Tân Thành", "Cà phê Ao Trường Đua", "May đo Kim Chi",
    "Hủ tiếu Mỹ Tho", "Vật tư nông nghiệp Vàm Láng", "Tiệm bánh Hoa Sen", "Nhà trọ Sơn Qui", "Điện nước Long Thuận", "Trái cây sơ ri Gò Công",
)  # fmt: skip
ATTACHED = "demo_file:"


@dataclass(frozen=True)
class Plan:
    """What a dossier's life is to be: where and by whom it begins, what becomes of it, how fast, and where it stops today."""

    at: datetime.datetime
    code: str
    office: Office
    owner: str
    channel: str = Channel.ONLINE
    delivery: str = Dossier.Delivery.ONLINE
    fate: str = "granted"
    pace: str = "early"
    halt: str = ""
    example: int = 0


def begin(world: World, plan: Plan) -> Dossier:
    """A draft with answers and files; a clerk's or helper's hand on it does not make it theirs."""
    owner, paper = world.people[plan.owner], plan.channel not in ONLINE_CHANNELS
    offering = world.offerings[plan.code, plan.office.code]
    desk = world.desk_of(plan.office) if paper else None
    dossier = drafts.start(offering, owner, channel=plan.channel, receiving_office=desk)
    told = example_for(world, plan)
    if told.owner_name != owner.full_name:
        code = str(told.answers.get("business_code", ""))
        drafts.set_owner(
            dossier, Dossier.OwnerKind.BUSINESS, owner=None, name=told.owner_name, identity=code or owner.personal_id
        )
    fill(dossier, told.answers, owner)
    home = BY_KEY[plan.owner]
    drafts.set_contact(
        dossier,
        phone=owner.phone,
        email=owner.email,
        delivery=plan.delivery,
        address=home.street,
        owner_name=told.owner_name,
    )
    return dossier


def example_for(world: World, plan: Plan) -> Example:
    """An example filing of the procedure, as the plan's owner would have filled it in."""
    found = content.examples(world.tenant.slug, plan.code, today(), lambda name: f"{ATTACHED}{name}")
    mine = [example for example in found if example.submitter == plan.owner] or found
    chosen = mine[plan.example % len(mine)]
    if chosen.submitter == plan.owner:
        return chosen
    before, after = BY_KEY[chosen.submitter], BY_KEY[plan.owner]
    name = after.full_name if chosen.owner_name == before.full_name else chosen.owner_name
    answers = retold(chosen.answers, before, after)
    if "business_name" in answers and plan.code == "1.001612":
        answers["business_name"] = f"{SHOPS[hash_of(plan) % len(SHOPS)]} {after.full_name.split()[-1]}"
    return replace(chosen, submitter=plan.owner, owner_name=name, answers=answers)


def hash_of(plan: Plan) -> int:
    return plan.at.toordinal() + len(plan.owner) * 5


def retold(value: Any, before: DemoPerson, after: DemoPerson) -> Any:
    """The same words about another person: name, numbers, day of birth, home."""
    if isinstance(value, list):
        return [retold(item, before, after) for item in value]
    if not isinstance(value, dict):
        same = {
            before.full_name: after.full_name,
            before.personal_id: after.personal_id,
            before.phone: after.phone,
            before.email: after.email,
        }
        same[before.birth_date.isoformat()] = after.birth_date.isoformat()
        return same.get(value, value) if isinstance(value, str) else value
    if value.get("street") == before.street:
        return {"province": after.province, "commune": after.commune, "street": after.street}
    changed = {key: retold(item, before, after) for key, item in value.items()}
    return {**changed, "gender": after.gender} if value.get("gender") == before.gender else changed


def fill(dossier: Dossier, answers: dict[str, Any], giver: User) -> None:
    files = {
        field.key: field
        for section in dossier.version.parsed.sections
        for field in section.fields
        if field.type == "file"
    }
    drafts.save_answers(dossier, {key: value for key, value in answers.items() if key not in files})
    for key, field in files.items():
        for name in answers.get(key, []):
            give(dossier, field, name.removeprefix(ATTACHED), giver)


def give(dossier: Dossier, field: Field | None, name: str, giver: User, paper: str = "") -> None:
    drafts.attach(dossier, field, specimen(name), giver, paper=paper)


def submitter_of(dossier: Dossier) -> User:
    if dossier.submitter is None:
        raise LookupError(f"{dossier.reference} was filed by nobody known.")
    return dossier.submitter


def file_online(world: World, dossier: Dossier) -> None:
    """Sent by the citizen, or for them by a helper or clerk."""
    hands = {Channel.ONLINE_ASSISTED: Role.HELPER, Channel.ONLINE_TYPED: Role.CLERK}
    role = hands.get(Channel(dossier.channel))
    person = world.official(dossier.office, role, dossier) if role else submitter_of(dossier)
    submission.submit(dossier, person, f"demo-{dossier.reference}")


def pay(dossier: Dossier, *, declined: bool = False) -> bool:
    """Pay by VNPAY and hear the provider's own signed words; False where the office has no account with it."""
    account = next((a for a in money.accounts_for(dossier) if a.provider == ProviderCode.VNPAY), None)
    if account is None:
        return False
    payment = money.begin_payment(dossier, submitter_of(dossier), account)
    leave(payment.reference, traveller=Traveller(payment.return_url, "127.0.0.1", "vi"), now=now())
    apply_callback(ProviderCode.VNPAY, _words(payment, account, declined), now=now())
    money.note_payment(dossier.reference)
    return True


def _words(payment: Payment, account: Account, declined: bool) -> dict[str, str]:
    number = str(20_000_000 + payment.pk)
    words = {
        "vnp_TmnCode": account.terminal,
        "vnp_Amount": str(payment.amount * 100),
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": f"VNP{number}",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": f"Thanh toan phi le phi {payment.reference}",
        "vnp_PayDate": stamp(now()),
        "vnp_ResponseCode": "51" if declined else "00",
        "vnp_TransactionNo": number,
        "vnp_TransactionStatus": "02" if declined else "00",
        "vnp_TxnRef": payment.reference,
    }
    return {**words, "vnp_SecureHash": sign(sign_data(words), account.secret)}
