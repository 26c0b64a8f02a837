"""Amounts in Vietnamese words, as receipts and contracts want them."""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu")
BILLION = 10**9


def in_words(amount: int) -> str:
    """25.000 → “Hai mươi lăm nghìn đồng”."""
    words = "âm " + _number(-amount) if amount < 0 else _number(amount)
    return f"{words[0].upper()}{words[1:]} đồng"


def _number(number: int) -> str:
    if number == 0:
        return DIGITS[0]
    billions, rest = divmod(number, BILLION)
    head = [_number(billions), "tỷ"] if billions else []
    return " ".join([*head, *_below_billion(rest, full=bool(billions))])


def _below_billion(number: int, *, full: bool) -> list[str]:
    words: list[str] = []
    for scale in (2, 1, 0):
        group = number // 1000**scale % 1000
        if group:
            words += _group(group, full=full or bool(words))
            words += [SCALES[scale]] if scale else []
    return words


def _group(number: int, *, full: bool) -> list[str]:
    """Up to 999; `full` names the hundreds also when there are none, as after a higher group."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens > 1:
        words += [DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append("lẻ")
    return [*words, _ones(tens, ones)] if ones else words


def _ones(tens: int, ones: int) -> str:
    if tens > 1 and ones == 1:
        return "mốt"
    if tens > 1 and ones == 4:
        return "tư"
    return "lăm" if tens and ones == 5 else DIGITS[ones]
