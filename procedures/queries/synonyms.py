"""What people call things, beside what the law calls them: abbreviations and everyday names of the field."""

from collections.abc import Iterator

from procedures.queries.spelling import words_of

# Said by people → as it stands in names of procedures. Folded when read, so that it can be written here as it is spoken.
SAID: dict[str, tuple[str, ...]] = {
    "GPXD": ("giấy phép xây dựng",),
    "HKD": ("hộ kinh doanh",),
    "ĐKKD": ("đăng ký kinh doanh", "đăng ký thành lập hộ kinh doanh"),
    "GPKD": ("giấy phép kinh doanh", "đăng ký thành lập hộ kinh doanh"),
    "ĐKDN": ("đăng ký doanh nghiệp",),
    "CCCD": ("căn cước",),
    "CMND": ("căn cước",),
    "CMT": ("căn cước",),
    "chứng minh nhân dân": ("căn cước",),
    "căn cước công dân": ("căn cước",),
    "sổ hồng": ("giấy chứng nhận quyền sử dụng đất", "đăng ký đất đai"),
    "sổ đỏ": ("giấy chứng nhận quyền sử dụng đất", "đăng ký đất đai"),
    "QSDĐ": ("quyền sử dụng đất",),
    "GCN": ("giấy chứng nhận",),
    "sang tên": ("chuyển nhượng", "giao dịch quyền sử dụng đất"),
    "sổ hộ khẩu": ("đăng ký thường trú", "xác nhận thông tin về cư trú"),
    "hộ khẩu": ("đăng ký thường trú",),
    "KT3": ("đăng ký tạm trú",),
    "GPLX": ("giấy phép lái xe",),
    "bằng lái": ("giấy phép lái xe",),
    "bằng lái xe": ("giấy phép lái xe",),
    "ĐKKH": ("đăng ký kết hôn",),
    "giấy kết hôn": ("đăng ký kết hôn",),
    "ly hôn": ("ghi chú ly hôn",),
    "giấy độc thân": ("xác nhận tình trạng hôn nhân",),
    "GKS": ("giấy khai sinh", "đăng ký khai sinh"),
    "giấy khai sanh": ("đăng ký khai sinh",),
    "giấy chứng tử": ("đăng ký khai tử",),
    "báo tử": ("đăng ký khai tử",),
    "LLTP": ("lý lịch tư pháp",),
    "BHYT": ("bảo hiểm y tế",),
    "BHXH": ("bảo hiểm xã hội",),
    "BHTN": ("bảo hiểm thất nghiệp",),
    "PCCC": ("phòng cháy chữa cháy",),
    "ATTP": ("an toàn thực phẩm",),
    "VSATTP": ("an toàn thực phẩm",),
    "ĐTM": ("đánh giá tác động môi trường",),
    "HDV": ("hướng dẫn viên",),
    "TNHH": ("trách nhiệm hữu hạn",),
    "trách nhiệm hữu hạn": ("TNHH",),
    "MTV": ("một thành viên",),
    "DNTN": ("doanh nghiệp tư nhân",),
    "HTX": ("hợp tác xã",),
    "NLĐ": ("người lao động",),
    "GPLĐ": ("giấy phép lao động",),
    "NCC": ("người có công",),
    "TCXH": ("trợ cấp xã hội",),
    "sao y": ("chứng thực bản sao",),
    "công chứng": ("chứng thực",),
    "passport": ("hộ chiếu",),
    "mở tiệm": ("đăng ký thành lập hộ kinh doanh",),
    "mở quán": ("đăng ký thành lập hộ kinh doanh",),
    "cất nhà": ("giấy phép xây dựng nhà ở",),
    "xây nhà": ("giấy phép xây dựng nhà ở",),
    "đổi tên": ("thay đổi hộ tịch",),
}
FOLDED = {tuple(words_of(said)): [words_of(one) for one in meant] for said, meant in SAID.items()}
LONGEST = max(len(said) for said in FOLDED)


def readings(asked: list[str]) -> Iterator[list[str]]:
    """The words as typed, and as they read with an everyday name put into the field's own words."""
    yield asked
    for length in range(min(LONGEST, len(asked)), 0, -1):
        for at in range(len(asked) - length + 1):
            for meant in FOLDED.get(tuple(asked[at : at + length]), ()):
                yield [*asked[:at], *meant, *asked[at + length :]]
