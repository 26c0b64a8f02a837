"""What deserves a look before a definition is published: sound in itself, yet wrong for those who will use it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from procedures.schema.definition import Definition
from procedures.schema.reading import Sentence, gettext_noop


@dataclass(frozen=True)
class Place:
    """An office that offers the procedure: who works there today and what is open."""

    code: str
    name: str
    kind: str = ""
    roles: frozenset[str] = frozenset()
    online_open: bool = False
    pays_online: bool = False
    returns_online: bool = False
    blank_forms: bool = False
    has_account: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What the authority's own rows say about a procedure; empty for one that nobody offers yet."""

    places: tuple[Place, ...] = ()
    published: Definition | None = None
    open_dossiers: int = 0
    office_codes: frozenset[str] = frozenset()
    today: date | None = None


@dataclass(frozen=True)
class Advice:
    """One thing to look at, at its part of the definition; what `stops` would hurt citizens and is not published."""

    address: str
    sentence: Sentence
    stops: bool = False


Found: TypeAlias = Iterator[Advice]
Rule: TypeAlias = Callable[[Definition, Surroundings], Found]


def advise(definition: Definition, around: Surroundings = Surroundings()) -> list[Advice]:
    """Everything worth a look, what stops first, each in the order of the definition's parts."""
    found = [advice for rule in RULES for advice in rule(definition, around)]
    return sorted(found, key=lambda one: not one.stops)


def advice(address: str, pattern: str, *, stops: bool = False, **words: object) -> Advice:
    return Advice(address, Sentence(pattern, words), stops)


def _legal_basis(definition: Definition, _around: Surroundings) -> Found:
    if not definition.legal_basis:
        yield advice("legal_basis", gettext_noop("Chưa ghi căn cứ pháp lý nào."))


def _people(definition: Definition, around: Surroundings) -> Found:
    """Every dossier needs somebody to accept it and somebody to decide; each step somebody of its role."""
    for place in around.places:
        for step in definition.route:
            if step.role not in place.roles:
                yield advice(
                    f"route.{step.key}",
                    gettext_noop("Ở “%(office)s” chưa có ai giữ vai trò của bước “%(step)s”."),
                    office=place.name,
                    step=step.name.vi,
                )


def _accounts(definition: Definition, around: Surroundings) -> Found:
    if not definition.fees:
        return
    for place in around.places:
        if place.online_open and place.pays_online and not place.has_account:
            yield advice(
                "fees",
                gettext_noop("“%(office)s” chưa có tài khoản thu phí nên người dân không nộp trực tuyến được."),
                office=place.name,
            )


def _silence(definition: Definition, _around: Surroundings) -> Found:
    spans = [definition.time_for(channel) for channel in definition.channels]
    if definition.clock.silence_is_consent and None in spans:
        yield advice(
            "clock",
            gettext_noop("Quá hạn được coi là đồng ý, nhưng có cách nộp không có thời hạn nên không bao giờ quá hạn."),
            stops=True,
        )


def _lost_answers(definition: Definition, around: Surroundings) -> Found:
    if around.published is None or not around.open_dossiers:
        return
    now: Mapping[str, object] = definition.form.index
    for key in around.published.form.index:
        if key not in now:
            yield advice(
                "form.sections",
                gettext_noop("Trường “%(field)s” không còn: %(count)d hồ sơ đang mở đã trả lời theo bản trước."),
                field=key,
                count=around.open_dossiers,
            )


RULES: tuple[Rule, ...] = (_legal_basis, _people, _accounts, _silence, _lost_answers)
