"""Why levels are not reached, in words: short for lists and filters, a sentence for each place, a remedy for each group."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from portal.models import Office
from procedures.models import Offering
from procedures.queries.levels import TOP
from procedures.schema.completeness import gaps
from procedures.schema.definition import Definition

Word = str | Promise
WHOLE_SERVICE = TOP + 1
LACKS: dict[str, Word] = {
    "unpublished": gettext_lazy("Không còn được công bố"),
    "record": gettext_lazy("Thông tin công khai chưa đủ"),
    "sections": gettext_lazy("Chưa có biểu mẫu điện tử"),
    "blank_form": gettext_lazy("Chưa có mẫu đơn để tải"),
    "channel": gettext_lazy("Chưa cho nộp trực tuyến"),
    "online_closed": gettext_lazy("Chưa mở nhận trực tuyến"),
    "pays_closed": gettext_lazy("Chưa mở thu phí, lệ phí trực tuyến"),
    "fee_account": gettext_lazy("Chưa thu được phí, lệ phí trực tuyến"),
    "returns_online": gettext_lazy("Chưa trả kết quả trực tuyến"),
}
SENTENCES: dict[str, Word] = {
    "unpublished": gettext_lazy("thủ tục không còn phiên bản nào có hiệu lực"),
    "record": gettext_lazy("thông tin công khai còn thiếu %(parts)s"),
    "sections": gettext_lazy("thủ tục chưa có biểu mẫu điện tử"),
    "blank_form": gettext_lazy("%(where)s chưa cho tải mẫu đơn"),
    "channel": gettext_lazy("thủ tục chưa có cách nộp trực tuyến"),
    "online_closed": gettext_lazy("%(where)s chưa mở nhận hồ sơ trực tuyến"),
    "pays_closed": gettext_lazy("%(where)s chưa mở thu phí, lệ phí trực tuyến"),
    "fee_account": gettext_lazy("phí của %(where)s chưa thu trực tuyến được vì chưa có tài khoản thu"),
    "returns_online": gettext_lazy("%(where)s chưa trả kết quả trực tuyến"),
}
# What is to be done, for as many offices or procedures as it takes.
REMEDIES: dict[str, Word] = {
    "unpublished": ngettext_lazy("công bố lại %(n)s thủ tục", "công bố lại %(n)s thủ tục", "n"),
    "record": ngettext_lazy("bổ sung thông tin công khai của %(n)s thủ tục", "bổ sung thông tin công khai của %(n)s thủ tục", "n"),
    "sections": ngettext_lazy("soạn biểu mẫu cho %(n)s thủ tục", "soạn biểu mẫu cho %(n)s thủ tục", "n"),
    "blank_form": ngettext_lazy("mở tải mẫu đơn ở %(n)s đơn vị", "mở tải mẫu đơn ở %(n)s đơn vị", "n"),
    "channel": ngettext_lazy("cho nộp trực tuyến %(n)s thủ tục", "cho nộp trực tuyến %(n)s thủ tục", "n"),
    "online_closed": ngettext_lazy("mở nhận trực tuyến ở %(n)s đơn vị", "mở nhận trực tuyến ở %(n)s đơn vị", "n"),
    "pays_closed": ngettext_lazy("mở thu trực tuyến ở %(n)s đơn vị", "mở thu trực tuyến ở %(n)s đơn vị", "n"),
    "fee_account": ngettext_lazy("mở tài khoản thu cho %(n)s đơn vị", "mở tài khoản thu cho %(n)s đơn vị", "n"),
    "returns_online": ngettext_lazy("mở trả kết quả trực tuyến ở %(n)s đơn vị", "mở trả kết quả trực tuyến ở %(n)s đơn vị", "n"),
}  # fmt: skip
# Mended once in the definition, for all offices together.
IN_THE_DEFINITION = ("unpublished", "record", "sections", "channel")
GAPS: dict[str, Word] = {
    "audience": gettext_lazy("đối tượng thực hiện"),
    "agency": gettext_lazy("cơ quan thực hiện"),
    "channels": gettext_lazy("cách thức thực hiện"),
    "steps": gettext_lazy("trình tự thực hiện"),
    "legal_basis": gettext_lazy("căn cứ pháp lý"),
    "results": gettext_lazy("kết quả thực hiện"),
}
# As the public is told, who can mend nothing.
PUBLIC: dict[str, Word] = {
    "record": gettext_lazy("thông tin công khai đầy đủ"),
    "sections": gettext_lazy("mẫu điện tử"),
    "blank_form": gettext_lazy("mẫu đơn tải về được"),
    "channel": gettext_lazy("cách nộp trực tuyến"),
    "online_closed": gettext_lazy("cơ quan mở nhận hồ sơ trực tuyến"),
    "pays_closed": gettext_lazy("thu phí, lệ phí trực tuyến"),
    "fee_account": gettext_lazy("thu phí, lệ phí trực tuyến"),
    "returns_online": gettext_lazy("trả kết quả trực tuyến"),
}


def lacks_of(offering: Offering) -> list[str]:
    return offering.lacks.split()


def step_above(level: int) -> str:
    """What the reasons at a level stand against."""
    return _("toàn trình") if level >= TOP else _("mức độ %(n)s") % {"n": level + 1}


def sentence(reason: str, definition: Definition | None, offices: Sequence[Office]) -> str:
    """One reason as a sentence that can follow "mức độ 3: "; `offices` are those where it stands."""
    return str(SENTENCES[reason]) % {"where": _where(offices), "parts": missing_parts(definition)}


def missing_parts(definition: Definition | None) -> str:
    return ", ".join(str(GAPS[part]) for part in gaps(definition)) if definition else ""


def _where(offices: Sequence[Office]) -> str:
    if not offices:
        return _("mọi đơn vị")
    if len(offices) == 1:
        return offices[0].title
    return _("%(first)s và %(n)s đơn vị khác") % {"first": offices[0].title, "n": len(offices) - 1}


def public_line(offering: Offering) -> str:
    """ "Để lên mức độ 3 còn thiếu: …" for the procedure's own page; nothing at the very top."""
    words = list(dict.fromkeys(str(PUBLIC[reason]) for reason in lacks_of(offering) if reason in PUBLIC))
    if not words:
        return ""
    listed = ", ".join(words)
    if offering.level >= TOP:
        return _("Để thành toàn trình còn thiếu: %(listed)s.") % {"listed": listed}
    return _("Để lên mức độ %(n)s còn thiếu: %(listed)s.") % {"n": offering.level + 1, "listed": listed}
