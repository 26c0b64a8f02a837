"""The kinds that the catalogue is sorted by: situations of life, audiences, schemes of service, with their names."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LIFE_EVENTS: dict[str, str | Promise] = {
    "having_a_child": _("Có con nhỏ"),
    "getting_married": _("Kết hôn"),
    "moving_home": _("Chuyển nơi ở"),
    "building_a_house": _("Xây nhà"),
    "buying_a_home": _("Mua bán nhà đất"),
    "land": _("Đất đai"),
    "doing_business": _("Mở cửa hàng, kinh doanh"),
    "work_and_skills": _("Việc làm, nghề nghiệp"),
    "driving_and_transport": _("Xe cộ, vận tải"),
    "papers": _("Giấy tờ cá nhân"),
    "hardship": _("Gặp khó khăn"),
    "death_of_a_relative": _("Người thân qua đời"),
    "culture_and_events": _("Văn hóa, sự kiện"),
}
AUDIENCES: dict[str, str | Promise] = {
    "citizen": pgettext_lazy("đối tượng", "Người dân"),
    "household_business": pgettext_lazy("đối tượng", "Hộ kinh doanh"),
    "business": pgettext_lazy("đối tượng", "Doanh nghiệp"),
    "organisation": pgettext_lazy("đối tượng", "Tổ chức"),
    "foreigner": pgettext_lazy("đối tượng", "Người nước ngoài"),
}
WHOLE, PART, INFORMATION = "whole", "part", "information"
SCHEMES: dict[str, str | Promise] = {
    WHOLE: pgettext_lazy("dịch vụ công", "toàn trình"),
    PART: pgettext_lazy("dịch vụ công", "một phần"),
    INFORMATION: pgettext_lazy("dịch vụ công", "thông tin"),
}
