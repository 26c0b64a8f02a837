"""The people of the demonstration: made up, consistent with one another, known to the stand-ins and to the demo data only."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DemoPerson:
    """A made-up person. `key` is their OpenID subject; relatives are keys of others or, where nobody stands, names."""

    key: str
    full_name: str
    personal_id: str
    birth_date: date
    marital_status: str
    commune: str
    street: str
    hometown: str = ""
    ethnicity: str = "Kinh"
    father: str = ""
    mother: str = ""
    spouse: str = ""
    post: str = ""

    @property
    def gender(self) -> str:
        """The fourth digit of a personal id: even for men, odd for women (Nghị định 137/2015/NĐ-CP, Điều 13)."""
        return "female" if int(self.personal_id[3]) % 2 else "male"

    @property
    def province(self) -> str:
        return province_of(self.commune)

    @property
    def phone(self) -> str:
        return f"09{self.personal_id[-8:]}"

    @property
    def email(self) -> str:
        return f"{self.key}@example.com"


def province_of(commune: str) -> str:
    """Everybody here lives in Đồng Tháp (82) or Hà Nội (01)."""
    return "01" if commune.startswith("0") else "82"


def _born(day: str) -> date:
    return date.fromisoformat(day)


CAST = (
    DemoPerson(
        "an",
        "Nguyễn Thị An",
        "082190001234",
        _born("1990-05-12"),
        "single",
        "28306",
        "12 Trương Định",
        father="phuoc",
        mother="sau",
    ),
    DemoPerson(
        "binh",
        "Trần Văn Bình",
        "082085002345",
        _born("1985-11-03"),
        "married",
        "28306",
        "45 Nguyễn Huệ",
        spouse="mai",
        post="Cán bộ một cửa",
    ),
    DemoPerson(
        "chi",
        "Lê Thị Chi",
        "082188003456",
        _born("1988-02-21"),
        "married",
        "28297",
        "8 Hai Bà Trưng",
        spouse="tam",
        post="Chuyên viên",
    ),
    DemoPerson(
        "dung",
        "Phạm Quốc Dũng",
        "082075004567",
        _born("1975-09-15"),
        "married",
        "29869",
        "27 Lý Thường Kiệt",
        spouse="yen",
        post="Lãnh đạo",
    ),
    DemoPerson(
        "en", "Võ Thị Én", "082182005678", _born("1982-07-30"), "divorced", "29869", "103 Nguyễn Huệ", post="Quản trị"
    ),
    DemoPerson(
        "giang",
        "Hoàng Minh Giang",
        "001088009012",
        _born("1988-12-08"),
        "married",
        "00256",
        "12 Bà Triệu",
        "00256",
        spouse="Nguyễn Hồng Vân",
        post="Cán bộ một cửa, Bộ Văn hóa, Thể thao và Du lịch",
    ),
    DemoPerson(
        "ha", "Đặng Thu Hà", "082187006789", _born("1987-04-17"), "single", "28306", "6 Võ Duy Linh", post="Thủ quỹ"
    ),
    DemoPerson(
        "khoa",
        "Bùi Anh Khoa",
        "082079007890",
        _born("1979-01-26"),
        "married",
        "29888",
        "19 Phạm Hữu Lầu",
        spouse="Lâm Thị Nguyệt",
        post="Thanh tra",
    ),
    DemoPerson(
        "lan",
        "Mai Thị Lan",
        "082195008901",
        _born("1995-10-05"),
        "single",
        "28315",
        "Khu phố 3",
        post="Hỗ trợ công dân",
    ),
    DemoPerson(
        "op",
        "Lý Quang Phúc",
        "079083000123",
        _born("1983-03-19"),
        "married",
        "00070",
        "30 Lý Thái Tổ",
        "28261",
        spouse="Trịnh Thanh Hương",
        post="Vận hành nền tảng",
    ),
)

NEIGHBOURS = (
    DemoPerson(
        "phuoc",
        "Nguyễn Văn Phước",
        "082060010111",
        _born("1960-08-20"),
        "married",
        "28306",
        "12 Trương Định",
        spouse="sau",
    ),
    DemoPerson(
        "sau", "Trần Thị Sáu", "082163010222", _born("1963-03-14"), "married", "28306", "12 Trương Định", spouse="phuoc"
    ),
    DemoPerson(
        "mai",
        "Nguyễn Thị Tuyết Mai",
        "082187010333",
        _born("1987-06-09"),
        "married",
        "28306",
        "45 Nguyễn Huệ",
        spouse="binh",
    ),
    DemoPerson(
        "tam", "Ngô Thanh Tâm", "082085010444", _born("1985-05-25"), "married", "28297", "8 Hai Bà Trưng", spouse="chi"
    ),
    DemoPerson(
        "yen",
        "Đỗ Hoàng Yến",
        "087177010555",
        _born("1977-12-12"),
        "married",
        "29869",
        "27 Lý Thường Kiệt",
        spouse="dung",
    ),
    DemoPerson(
        "nam",
        "Lê Hoàng Nam",
        "082095011101",
        _born("1995-01-08"),
        "married",
        "28306",
        "77 Lý Thường Kiệt",
        father="Lê Văn Tư",
        mother="Phan Thị Bé",
        spouse="han",
    ),
    DemoPerson(
        "han",
        "Phạm Thị Ngọc Hân",
        "082197011202",
        _born("1997-09-28"),
        "married",
        "28306",
        "77 Lý Thường Kiệt",
        spouse="nam",
    ),
    DemoPerson(
        "phat", "Trương Tấn Phát", "082078011303", _born("1978-04-02"), "married", "28297", "Khu phố 2", spouse="hue"
    ),
    DemoPerson(
        "hue", "Cao Thị Huệ", "082180011404", _born("1980-11-19"), "married", "28297", "Khu phố 2", spouse="phat"
    ),
    DemoPerson("loi", "Huỳnh Văn Lợi", "082068011505", _born("1968-02-11"), "widowed", "28729", "Khu phố Sơn Qui A"),
    DemoPerson(
        "thao",
        "Nguyễn Ngọc Thảo",
        "082301011606",
        _born("2001-07-07"),
        "single",
        "28315",
        "Khu phố 1",
        father="Nguyễn Văn Khởi",
        mother="Lê Thị Đẹp",
    ),
    DemoPerson("duy", "Võ Khánh Duy", "082200011707", _born("2000-03-23"), "single", "28306", "134 Trần Hưng Đạo"),
    DemoPerson("ngoc", "Phan Thị Bích Ngọc", "082192011808", _born("1992-12-30"), "divorced", "28747", "Ấp Cầu Muống"),
    DemoPerson(
        "sang",
        "Đoàn Minh Sang",
        "082084011909",
        _born("1984-08-16"),
        "married",
        "28702",
        "Ấp Kinh Giữa",
        spouse="Trần Thị Kim Chi",
    ),
    DemoPerson(
        "hanh",
        "Lương Thị Hạnh",
        "082171012010",
        _born("1971-10-24"),
        "married",
        "28651",
        "Khu phố 4",
        spouse="Lê Phước Thọ",
    ),
    DemoPerson("tin", "Nguyễn Trung Tín", "082089012111", _born("1989-06-01"), "single", "28261", "210 Hùng Vương"),
    DemoPerson("van", "Trần Thị Cẩm Vân", "082194012212", _born("1994-02-17"), "single", "28261", "18 Lê Lợi"),
    DemoPerson(
        "hoa",
        "Quách Mỹ Hoa",
        "082186012313",
        _born("1986-09-05"),
        "married",
        "28273",
        "62 Ấp Bắc",
        ethnicity="Hoa",
        spouse="Lâm Chí Cường",
    ),
    DemoPerson("kiet", "Phạm Tuấn Kiệt", "082098012414", _born("1998-05-29"), "single", "28249", "91 Nguyễn Thị Thập"),
    DemoPerson(
        "thu",
        "Lê Thị Minh Thư",
        "082193012515",
        _born("1993-11-11"),
        "married",
        "28285",
        "Khu phố 6",
        spouse="Nguyễn Hữu Nghĩa",
    ),
    DemoPerson(
        "tho",
        "Đinh Công Thọ",
        "082072012616",
        _born("1972-01-15"),
        "married",
        "28270",
        "Khu phố Thới Hòa",
        spouse="Hồ Thị Lệ",
    ),
    DemoPerson(
        "quyen",
        "Hồ Thị Quyên",
        "082183012717",
        _born("1983-08-08"),
        "married",
        "28439",
        "Khu phố 1",
        spouse="Mai Văn Thành",
    ),
    DemoPerson(
        "cuong",
        "Nguyễn Chí Cường",
        "087081013101",
        _born("1981-03-03"),
        "married",
        "29869",
        "56 Tôn Đức Thắng",
        spouse="Võ Thị Diễm",
    ),
    DemoPerson("tuyen", "Mai Thanh Tuyền", "087195013202", _born("1995-06-18"), "single", "29869", "240 Phạm Hữu Lầu"),
    DemoPerson("long", "Lâm Hải Long", "087090013303", _born("1990-10-10"), "single", "29884", "Khu phố Mỹ Phú"),
    DemoPerson(
        "nhung",
        "Tạ Hồng Nhung",
        "087189013404",
        _born("1989-04-27"),
        "married",
        "29888",
        "15 Điện Biên Phủ",
        spouse="Bùi Văn Hậu",
    ),
    DemoPerson(
        "dat",
        "Châu Thành Đạt",
        "087203013505",
        _born("2003-12-21"),
        "single",
        "29905",
        "88 Nguyễn Sinh Sắc",
        ethnicity="Khmer",
    ),
    DemoPerson("trinh", "Dương Thị Kiều Trinh", "087187013606", _born("1987-07-13"), "single", "29905", "Khóm 2"),
    DemoPerson(
        "minh",
        "Nguyễn Nhật Minh",
        "082211014101",
        _born("2011-09-02"),
        "single",
        "28306",
        "77 Trương Định",
        father="Nguyễn Nhật Trường",
        mother="Lê Thị Hồng Gấm",
    ),
)

PEOPLE = CAST + NEIGHBOURS
BY_KEY = {person.key: person for person in PEOPLE}
BY_PERSONAL_ID = {person.personal_id: person for person in PEOPLE}
