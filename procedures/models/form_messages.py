"""The sentences for what is wrong with an answer: what it is, and how to mend it."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from procedures.schema import dates
from procedures.schema.messages import Message
from procedures.schema.numbers import localised
from procedures.schema.reading import Problem, Sentence

SENTENCES: Mapping[str, str | Promise] = {
    "required": _("Hãy nhập “%(label)s”."),
    "required_choice": _("Hãy chọn một câu trả lời cho “%(label)s”."),
    "required_choices": _("Hãy chọn ít nhất một mục ở “%(label)s”."),
    "required_date": _("Hãy nhập ngày, tháng, năm cho “%(label)s”."),
    "required_file": _("Hãy đính kèm ít nhất một tệp cho “%(label)s”."),
    "declaration": _("Bạn cần đọc và đánh dấu đồng ý với “%(label)s” thì mới nộp được."),
    "shape": _("Dữ liệu gửi cho “%(label)s” không đúng loại; hãy nhập lại."),
    "too_long": _("“%(label)s” dài %(got)s ký tự; chỉ được tối đa %(max)s ký tự. Hãy viết ngắn lại."),
    "number": _("“%(label)s” phải là một số, chỉ gồm các chữ số, ví dụ 12 hoặc 1.200; bạn đã nhập “%(given)s”."),
    "whole_number": _("“%(label)s” phải là số nguyên; bạn đã nhập “%(given)s”. Hãy bỏ phần lẻ sau dấu phẩy."),
    "number_min": _("“%(label)s” phải từ %(min)s trở lên; bạn đã nhập %(got)s."),
    "number_max": _("“%(label)s” không được lớn hơn %(max)s; bạn đã nhập %(got)s."),
    "money": _("“%(label)s” phải là số tiền bằng đồng, chỉ gồm các chữ số, ví dụ 50.000; bạn đã nhập “%(given)s”."),
    "money_min": _("“%(label)s” phải từ %(min)s đồng trở lên; bạn đã nhập %(got)s đồng."),
    "money_max": _("“%(label)s” không được lớn hơn %(max)s đồng; bạn đã nhập %(got)s đồng."),
    "decimal": _("“%(label)s” phải là một số, phần lẻ viết sau dấu phẩy, ví dụ 120,5; bạn đã nhập “%(given)s”."),
    "decimal_digits": _("“%(label)s” chỉ ghi tối đa %(digits)s chữ số sau dấu phẩy; bạn đã nhập %(got)s."),
    "decimal_min": _("“%(label)s” phải từ %(low)s trở lên; bạn đã nhập %(given)s."),
    "decimal_max": _("“%(label)s” không được lớn hơn %(high)s; bạn đã nhập %(given)s."),
    "date": _("“%(label)s” phải là một ngày, ví dụ 12/05/1990; bạn đã nhập “%(given)s”."),
    "date_incomplete": _("“%(label)s” còn thiếu %(missing)s; hãy nhập thêm cho đủ."),
    "date_impossible": _("“%(label)s”: không có ngày %(given)s trong lịch. Hãy kiểm tra lại ngày và tháng."),
    "date_year": _("“%(label)s”: năm phải viết đủ bốn chữ số, ví dụ 1990; bạn đã nhập “%(given)s”."),
    "date_future": _("“%(label)s” không được sau hôm nay (%(today)s)."),
    "date_past": _("“%(label)s” không được trước hôm nay (%(today)s)."),
    "date_min": _("“%(label)s” không được trước ngày %(min)s."),
    "date_max": _("“%(label)s” không được sau ngày %(max)s."),
    "choice": _("“%(given)s” không có trong danh sách của “%(label)s”; hãy chọn lại một mục."),
    "choice_words": _("Bạn chọn mục có lời riêng ở “%(label)s”; hãy ghi rõ là gì vào ô bên cạnh."),
    "choices_min": _("Hãy chọn ít nhất %(min)s mục ở “%(label)s”; bạn đã chọn %(got)s."),
    "choices_max": _("Chỉ được chọn nhiều nhất %(max)s mục ở “%(label)s”; bạn đã chọn %(got)s."),
    "yes_no": _("Hãy chọn Có hoặc Không cho “%(label)s”; “%(given)s” không phải là một trong hai."),
    "person_id_characters": _("“%(label)s” chỉ gồm chữ số; bạn đã nhập “%(given)s”. Hãy bỏ các chữ cái và ký hiệu."),
    "person_id_length": _("Số định danh có 12 chữ số; bạn đã nhập %(got)s."),
    "person_id_length_either": _("Số định danh có 12 chữ số, chứng minh nhân dân cũ có 9; bạn đã nhập %(got)s."),
    "person_id_old": _(
        "Bạn đã nhập 9 chữ số, có thể là số chứng minh nhân dân cũ. Hãy nhập số định danh 12 chữ số trên thẻ căn cước."
    ),
    "person_id_place": _("Số định danh không thể bắt đầu bằng %(place)s; hãy xem lại số trên thẻ căn cước."),
    "person_id_year": _("Theo số này thì năm sinh là %(year)s, chưa tới; hãy xem lại chữ số thứ tư đến thứ sáu."),
    "person_id_birth_year": _(
        "Số định danh cho biết năm sinh %(id_year)s, nhưng ngày sinh bạn nhập là năm %(given_year)s. "
        "Hãy kiểm tra cả hai."
    ),
    "person_id_gender": _(
        "Số định danh này là của %(id_gender)s, khác với giới tính bạn đã chọn. Hãy kiểm tra cả hai."
    ),
    "business_code_characters": _(
        "“%(label)s” chỉ gồm chữ số (và dấu gạch trước số chi nhánh); bạn đã nhập “%(given)s”."
    ),
    "business_code_length": _(
        "Mã số thuế có 10 chữ số, của chi nhánh có 13, của hộ kinh doanh và cá nhân có 12; bạn đã nhập %(got)s."
    ),
    "business_code_check": _("Không có mã số nào là %(given)s: có chữ số bị gõ nhầm. Hãy xem lại “%(label)s”."),
    "business_code_branch": _("Số chi nhánh sau dấu gạch có ba chữ số, từ 001 đến 999; bạn đã nhập %(given)s."),
    "phone": _(
        "“%(given)s” không phải là số điện thoại đang dùng. Ví dụ đúng: 0912 345 678; số nước ngoài bắt đầu bằng dấu +."
    ),
    "phone_length": _("Số di động có 10 chữ số, số cố định có 11; bạn đã nhập %(got)s."),
    "email": _("“%(label)s” phải có dạng ten@vidu.vn, không có khoảng trống; bạn đã nhập “%(given)s”."),
    "email_at": _("“%(label)s” thiếu dấu @, ví dụ ten@vidu.vn; bạn đã nhập “%(given)s”."),
    "email_domain": _("Phần sau dấu @ (“%(domain)s”) không phải là tên miền; ví dụ đúng: gmail.com."),
    "address": _("Hãy nhập “%(label)s” gồm tỉnh, xã hoặc phường, và số nhà."),
    "address_province": _("Hãy chọn tỉnh hoặc thành phố cho “%(label)s”."),
    "address_province_unknown": _("Tỉnh hoặc thành phố này không có trong danh mục; hãy chọn lại cho “%(label)s”."),
    "address_commune": _("Hãy chọn xã, phường hoặc đặc khu cho “%(label)s”."),
    "address_commune_unknown": _("Xã, phường hoặc đặc khu này không có trong danh mục; hãy chọn lại cho “%(label)s”."),
    "address_commune_elsewhere": _("Xã, phường này không thuộc tỉnh đã chọn; hãy chọn lại cho “%(label)s”."),
    "address_street": _("Hãy nhập số nhà, đường hoặc ấp, thôn cho “%(label)s”."),
    "rows_min": _("“%(label)s” cần ít nhất %(min)s dòng; hiện có %(got)s."),
    "rows_max": _("“%(label)s” có nhiều nhất %(max)s dòng; hãy xóa bớt."),
    "files_min": _("“%(label)s” cần ít nhất %(min)s tệp; hiện có %(got)s."),
    "files_max": _("“%(label)s” nhận nhiều nhất %(max)s tệp; hiện có %(got)s, hãy xóa bớt."),
    "file_unknown": _("Tệp của “%(label)s” không còn trong hồ sơ này; hãy tải lên lại."),
    "person_id_place_unknown": _(
        "Ba chữ số đầu (%(place)s) không có trong bảng mã nơi đăng ký khai sinh. Hãy xem lại; nếu đúng thì cứ tiếp tục."
    ),
    "email_typo": _("Có phải bạn muốn nhập %(suggestion)s không?"),
}
# What was typed is said as typed, but for decimals that were understood: these are said as people write them.
DECIMALS = ("decimal_min", "decimal_max")
DATE_PARTS = {
    "day": pgettext_lazy("part of a date", "ngày"),
    "month": pgettext_lazy("part of a date", "tháng"),
    "year": pgettext_lazy("part of a date", "năm"),
}
GENDERS = {"male": pgettext_lazy("gender", "nam"), "female": pgettext_lazy("gender", "nữ")}


def sentence(message: Message, label: str) -> str:
    """The message in the reader's language, about the field with this label."""
    words = {name: _shown(name, value) for name, value in message.params.items()}
    if message.code in DECIMALS:
        words["given"] = _decimal(message.params["given"])
    return str(SENTENCES[message.code]) % {"label": label, **words}


def problem_sentence(problem: Problem) -> str:
    """What is wrong with a definition, in the administrator's language."""
    told: Sentence = problem.sentence
    return gettext(told.pattern) % told.words if told.words else gettext(told.pattern)


def _shown(name: str, value: str | int) -> str:
    return SHOWN[name](value) if name in SHOWN else _plain(value)


def _plain(value: str | int) -> str:
    """Dates as people write them; big numbers in groups, years (which have names of their own) without."""
    if isinstance(value, str):
        return dates.shown(value)
    return f"{value:,}" if (get_language() or "vi").startswith("en") else f"{value:,}".replace(",", ".")


def _decimal(value: str | int) -> str:
    return localised(str(value), english=(get_language() or "vi").startswith("en"))


def _missing(value: str | int) -> str:
    return ", ".join(str(DATE_PARTS[part]) for part in str(value).split())


SHOWN: Mapping[str, Callable[[str | int], str]] = {
    "missing": _missing,
    "id_gender": lambda value: str(GENDERS[str(value)]),
    "year": str,
    "id_year": str,
    "given_year": str,
    "low": _decimal,
    "high": _decimal,
    "place": str,
    "given": str,
    "domain": str,
    "suggestion": str,
}
