"""What all boxes share: words said once for each language, label, hint, mark and error, what ties a control to them."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, override, pgettext

from portal.templatetags.ui import text

Parts: TypeAlias = Mapping[str, Any]


def words() -> dict[str, str]:
    """The sentences of the boxes in the page's language, escaped: asked for once, not once a field."""
    return _words("en" if (get_language() or "vi").startswith("en") else "vi")


@cache
def _words(language: str) -> dict[str, str]:
    with override(language):
        return {key: escape(said) for key, said in _sentences().items()}


def _sentences() -> dict[str, str]:
    return {
        "optional": gettext("(không bắt buộc)"), "error": gettext("Lỗi:"), "choose": gettext("Chọn"),
        "population": gettext("Đã điền từ CSDL dân cư"), "business": gettext("Đã điền từ CSDL đăng ký doanh nghiệp"),
        "account": gettext("Đã điền từ tài khoản của bạn"),
        "unverified": gettext("Chưa xác minh: cơ quan sẽ đối chiếu sau, bạn cứ tiếp tục"),
        "left": gettext("Còn {n} ký tự"), "over": gettext("Quá {n} ký tự"), "most": gettext("Tối đa %(n)s ký tự"),
        "dong": gettext("đồng"), "in_words": gettext("Bằng chữ:"),
        "yes": pgettext("câu trả lời", "Có"), "no": pgettext("câu trả lời", "Không"),
        "several": gettext("Chọn một hoặc nhiều mục."), "own_words": gettext("Ghi rõ “%(choice)s”"),
        "day": pgettext("ô nhập ngày", "Ngày"), "month": pgettext("ô nhập ngày", "Tháng"), "year": pgettext("ô nhập ngày", "Năm"),
        "only_month": gettext("Không rõ ngày thì để trống ô ngày."),
        "only_year": gettext("Không rõ ngày, tháng thì để trống, chỉ cần năm."),
        "find_place": gettext("Tìm xã, phường"),
        "find_hint": gettext("Gõ vài chữ, tên cũ cũng được, ví dụ: go cong"), "find": pgettext("nút tìm địa danh", "Tìm"),
        "found": gettext("Chọn một nơi trong các kết quả"), "was": gettext("trước là %(name)s"),
        "not_found": gettext("Không có nơi nào như vậy. Thử ít chữ hơn, hoặc chọn tỉnh rồi chọn xã ở dưới."),
        "province": gettext("Tỉnh, thành phố"), "show_communes": gettext("Hiện xã, phường của tỉnh này"),
        "commune": gettext("Xã, phường, đặc khu"), "street": gettext("Số nhà, đường, ấp, khu phố"),
        "row": gettext("Mục %(n)s"), "remove_row": gettext("Xóa mục %(n)s"), "copy_row": gettext("Chép mục %(n)s"),
        "edit_row": gettext("Sửa"), "add_row": gettext("Thêm một mục"),
        "file_rule": gettext("Nhận tệp %(kinds)s, mỗi tệp tối đa %(mb)s MB. Ảnh chụp rõ cả bốn góc là được."),
        "upload": gettext("Tải lên"),
        "other_device": gettext("Trên máy hoặc trang khác, mục này vừa được đổi thành: %(value)s. "
                                "Ô dưới đây giữ điều bạn đang nhập ở đây; bấm tiếp tục để dùng điều này."),
    }  # fmt: skip


def said(value: Any) -> str:
    """A text of the catalogue in the page's language, escaped."""
    return escape(text(value))


def json_of(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def name_of(field: Parts) -> str:
    return escape(field.get("name") or "")


def shown(field: Parts) -> str:
    """What stands in the box."""
    value = field.get("value")
    return "" if value is None else escape(value)


def optional(field: Parts) -> str:
    return "" if field.get("required") else f' <span class="optional">{words()["optional"]}</span>'


def label(field: Parts) -> str:
    unit = said(field["unit"]) if field.get("unit") else ""
    more = f' <span class="sr">({unit})</span>' if unit else ""
    return f'<label class="label" for="id_{name_of(field)}">{said(field["label"])}{more}{optional(field)}</label>'


def notes(field: Parts) -> str:
    """Hint, registry mark, what another device wrote, and error."""
    name, told = name_of(field), words()
    made = f'<p class="hint" id="id_{name}_hint">{said(field["help"])}</p>' if field.get("help") else ""
    if field.get("source") and field.get("verified"):
        made += f'<p class="mark">{told.get(field["source"], told["account"])}</p>'
    elif field.get("unverified"):
        made += f'<p class="mark mark-open">{told["unverified"]}</p>'
    if field.get("elsewhere"):
        made += f'<p class="mark mark-open">{told["other_device"] % {"value": escape(field["elsewhere"])}}</p>'
    if field.get("error"):
        sign = f'<span class="sr">{told["error"]} </span>'
        made += f'<p class="error" id="id_{name}_error"><span>{sign}{escape(field["error"])}</span></p>'
    return made


def tied(field: Parts) -> str:
    """` aria-describedby` of a control or a set."""
    name = name_of(field)
    ids = [f"id_{name}_{part}" for part, key in (("hint", "help"), ("error", "error")) if field.get(key)]
    return f' aria-describedby="{" ".join(ids)}"' if ids else ""


def described(field: Parts) -> str:
    name = name_of(field)
    wrong = ' aria-invalid="true"' if field.get("error") else ""
    return f'id="id_{name}" name="{name}"{tied(field)}{wrong}{" required" if field.get("required") else ""}'


def completed(field: Parts, usual: str = "") -> str:
    told = field.get("autocomplete") or usual
    return f' autocomplete="{escape(told)}"' if told else ""


def fixed(field: Parts) -> str:
    return " readonly" if field.get("readonly") else ""


def fieldset(field: Parts, inside: str, more: str = "") -> str:
    legend = f'<legend class="label">{said(field["label"])}{optional(field)}</legend>'
    return f"<fieldset{tied(field)}{more}>{legend}{notes(field)}{inside}</fieldset>"


def done(html: str) -> SafeString:
    """Every word in it went through escape on its way."""
    return mark_safe(html)  # noqa: S308  the one place: everything above escapes
