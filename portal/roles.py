"""Who may do what, on one screen: the roles of an authority and what each may."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CITIZEN = "citizen", _("Người dân")
    HELPER = "helper", _("Người hỗ trợ")
    CLERK = "clerk", _("Cán bộ một cửa")
    OFFICER = "officer", _("Chuyên viên")
    HEAD = "head", _("Lãnh đạo")
    CASHIER = "cashier", _("Thủ quỹ")
    ADMINISTRATOR = "administrator", _("Quản trị")
    AUDITOR = "auditor", _("Kiểm tra, giám sát")
    OPERATOR = "operator", _("Vận hành nền tảng")


_ANYBODY = frozenset(Role)
_DESK = frozenset({Role.CLERK, Role.OFFICER, Role.HEAD, Role.CASHIER, Role.ADMINISTRATOR, Role.AUDITOR})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "account": _ANYBODY,
    "dossier.file": _ANYBODY,
    "desk.view": _DESK,
    "dossier.view": _DESK,
    "dossier.register": frozenset({Role.CLERK}),
    "dossier.accept": frozenset({Role.CLERK}),
    "dossier.refuse": frozenset({Role.CLERK}),
    "dossier.ask_supplement": frozenset({Role.CLERK, Role.OFFICER, Role.HEAD}),
    "dossier.judge": frozenset({Role.CLERK, Role.OFFICER, Role.HEAD}),
    "dossier.talk": frozenset({Role.CLERK, Role.OFFICER, Role.HEAD}),
    "dossier.allow_supplement": frozenset({Role.HEAD}),
    "dossier.scan": frozenset({Role.CLERK, Role.OFFICER}),
    "papers.hand": frozenset({Role.CLERK, Role.OFFICER, Role.HEAD}),
    "dossier.supply_at_counter": frozenset({Role.CLERK}),
    "dossier.route": frozenset({Role.CLERK, Role.OFFICER, Role.HEAD}),
    "opinion.ask": frozenset({Role.OFFICER, Role.HEAD}),
    "opinion.answer": frozenset({Role.OFFICER, Role.HEAD}),
    "work.own": frozenset({Role.CLERK, Role.OFFICER, Role.HEAD}),
    "work.lead": frozenset({Role.HEAD, Role.ADMINISTRATOR}),
    "dossier.ask_payment": frozenset({Role.OFFICER, Role.HEAD}),
    "dossier.suspend": frozenset({Role.HEAD}),
    "dossier.extend": frozenset({Role.HEAD}),
    "dossier.apologise": frozenset({Role.HEAD}),
    "dossier.prepare": frozenset({Role.OFFICER, Role.HEAD}),
    "dossier.decide": frozenset({Role.HEAD}),
    "dossier.send_back": frozenset({Role.HEAD}),
    # Making a control slip, a course, a receipt, or a slip again.
    "paper.issue": frozenset({Role.CLERK, Role.OFFICER, Role.HEAD}),
    # The tracking book (Mẫu 06) names everybody with address and telephone.
    "book.view": frozenset({Role.CLERK, Role.HEAD, Role.ADMINISTRATOR, Role.AUDITOR}),
    "dossier.hand_over": frozenset({Role.CLERK}),
    "results.view": frozenset({Role.CLERK, Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR, Role.AUDITOR}),
    "dossier.confirm_withdrawal": frozenset({Role.CLERK}),
    "payment.confirm": frozenset({Role.CASHIER}),
    "feedback.answer": frozenset({Role.CLERK, Role.HEAD, Role.ADMINISTRATOR}),
    "dossier.export_personal": frozenset({Role.HEAD, Role.ADMINISTRATOR}),
    "figures.drill": _DESK,
    "manage.view": frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    "manage.change": frozenset({Role.ADMINISTRATOR}),
    "audit.view": frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    "platform.view": frozenset({Role.OPERATOR}),
}
# Held at the whole authority, never at one office: what they open has no office.
AUTHORITY_WIDE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
# Open to everybody, signed in or not.
PUBLIC = "public"
# Signed in is enough; no role at the authority is asked.
FOR_EVERY_ACCOUNT = frozenset({"account", "dossier.file"})
