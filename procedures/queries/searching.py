"""How an official finds a dossier: by code, by the hash of an id or telephone, by the clear words that are declared."""

import re

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from portal.crypto import keyed_hash
from portal.kept import by_version
from portal.text import fold
from procedures.models import Dossier, DossierWord, Procedure
from procedures.queries.spelling import words_of
from procedures.schema import identity
from procedures.schema.messages import Invalid

Offices = set[int] | None
WORDS = 8
# So many dossiers are found by their words at once; a word that more of them say is asked of each dossier of the list.
MOST_FOUND = 1000
# Words that one dossier in so many says fill a page soon.
ONE_IN = 300
LONGEST = 990
CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{2,6}){1,4}")
LEAST_PREFIX = 5
LAST = "\U0010ffff"


def search_words(dossier: Dossier) -> str:
    """The declared list: whose dossier it is, and the answers that its procedure declares searchable; folded."""
    index = dossier.version.parsed.form.index
    told = [dossier.answers.get(key) for key, field in index.items() if field.searchable]
    return fold(" ".join([dossier.owner_name, *(str(one) for one in told if isinstance(one, str))]))[:LONGEST]


def found(q: str, offices: Offices) -> Q:
    """Which dossiers an official means, who looks in these offices (None: the whole authority)."""
    code = " ".join(q.split()).upper()
    procedures = [pk for pk, words in _procedure_words().items() if code.lower() == words[0]]
    if procedures:
        return Q(procedure_id__in=procedures)
    words = list(dict.fromkeys(words_of(q)))[:WORDS]
    if any(sign.isdigit() for sign in code) or CODE.fullmatch(code):
        return _by_code(code) | _by_hash(q) | _by_words(words, offices)
    return _by_words(words, offices)


def _by_code(code: str) -> Q:
    """Number or reference whole, or the beginning of a number: by order, since a pattern uses no index here."""
    exact = Q(number=code) | Q(reference=code)
    return exact | Q(number__gte=code, number__lt=code + LAST) if len(code) >= LEAST_PREFIX else exact


def _by_hash(q: str) -> Q:
    """Ids and telephones are kept encrypted; whoever knows one whole finds it by its keyed hash."""
    digits = re.sub(r"[\s.\-+()]", "", q)
    if not digits.isdigit() or len(digits) < 9:
        return Q()
    by_id, by_phone = keyed_hash(digits, "dossier_id"), keyed_hash(_telephone(q), "dossier_phone")
    return Q(contact_id_hash=by_id) | Q(contact_phone_hash=by_phone)


def _telephone(q: str) -> str:
    try:
        return identity.phone(q)
    except Invalid:
        return q


def _by_words(words: list[str], offices: Offices) -> Q:
    """All words said of one dossier; words that no dossier says must stand in the name of its procedure."""
    counts = {word: _said(word, offices)[:MOST_FOUND].count() for word in words}
    own = sorted((word for word in words if counts[word]), key=lambda word: counts[word])
    if own:
        wanted = _own(own, offices, is_common=counts[own[0]] >= MOST_FOUND)
        others = [word for word in words if not counts[word]]
        return wanted & _of_procedures(others) if others else wanted
    return _of_procedures(words)


def _said(word: str, offices: Offices) -> QuerySet[DossierWord]:
    rows: QuerySet[DossierWord] = DossierWord.objects.filter(word=word)
    return rows if offices is None else rows.filter(office_id__in=offices)


def _own(words: list[str], offices: Offices, *, is_common: bool) -> Q:
    """The first word is the rarest: its rows are read, the newest first, and hold the others."""
    rows = _said(words[0], offices)
    for word in words[1:]:
        rows = rows.filter(text__contains=f" {word} ")
    if not is_common:
        return Q(pk__in=list(rows.values_list("dossier_id", flat=True)[:MOST_FOUND]))
    keys = list(rows.order_by("-dossier_id").values_list("dossier_id", flat=True)[:MOST_FOUND])
    if len(keys) < MOST_FOUND:
        return Q(pk__in=keys)
    said = rows.filter(dossier_id=OuterRef("pk"))
    if len(keys) * ONE_IN > keys[0] - keys[-1]:
        # Asked of each dossier in the order of the list until the page is full; the database would gather all of them first.
        return Q(pk=Subquery(said.values("dossier_id")[:1]))
    return Q(Exists(said))


def _of_procedures(words: list[str]) -> Q:
    known = _procedure_words()
    return Q(procedure_id__in=[pk for pk, told in known.items() if words and all(word in told for word in words)])


def _procedure_words() -> dict[int, tuple[str, ...]]:
    """Procedure → its code, then every folded word that it is known by; kept until the catalogue changes."""
    rows = Procedure.objects.values_list("pk", "code", "search")
    return by_version("procedure_words", lambda: {pk: (code.lower(), *words_of(said)) for pk, code, said in rows})
