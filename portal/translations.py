"""The Vietnamese texts of code and templates, gathered without any outside program, and their English in one file."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGES = ("portal", "payments", "integrations", "procedures")
PO = Path(settings.BASE_DIR) / "portal" / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
# What each function is given, in order.
PARTS = {
    "gettext": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
}
FUNCTIONS = {
    "_": PARTS["gettext"],
    "gettext_noop": PARTS["gettext"],
    **PARTS,
    **{f"{name}_lazy": parts for name, parts in PARTS.items()},
}
LITERAL = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
CALL = re.compile(rf" (_|gettext|ngettext|pgettext|npgettext)\(({LITERAL}(?:, {LITERAL})*)(?:, ?count)?\) ", re.DOTALL)
HOLE = re.compile(r"%(?:\((\w+)\))?[sd]")
HEAD = {
    "Project-Id-Version": "Mot Cua",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


@dataclass(frozen=True, order=True)
class Text:
    """One text as gettext knows it."""

    msgid: str
    plural: str = ""
    context: str = ""


def gathered(root: Path | None = None) -> dict[Text, list[str]]:
    """Every text that is to be translated, with the files in which it stands."""
    base = root or Path(settings.BASE_DIR)
    found: dict[Text, list[str]] = {}
    for path in sources(base):
        place = path.relative_to(base).as_posix()
        texts = in_python(path.read_text()) if path.suffix == ".py" else in_template(path.read_text())
        for text in texts:
            places = found.setdefault(text, [])
            if place not in places:
                places.append(place)
    return found


def sources(base: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted(p for p in (base / package).rglob("*.py") if "migrations" not in p.parts)
    yield from sorted(
        p
        for folder in ("templates", *PACKAGES)
        for p in (base / folder).rglob("*")
        if p.suffix in {".html", ".txt", ".xml"}
    )


def in_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            parts = FUNCTIONS.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
            words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if parts and len(words) >= len(parts):
                yield Text(**dict(zip(parts, words, strict=False)))


def in_template(source: str) -> Iterator[Text]:
    """Django itself turns a template into calls of gettext; those are read here."""
    for function, words in CALL.findall(f" {templatize(source)} "):
        literals = [str(ast.literal_eval(found)) for found in re.findall(LITERAL, words, re.DOTALL)]
        yield Text(**dict(zip(FUNCTIONS[function], literals, strict=True)))


def catalogue() -> polib.POFile:
    found = polib.pofile(str(PO), wrapwidth=0) if PO.exists() else polib.POFile(wrapwidth=0)
    found.metadata = HEAD
    return found


def text_of(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def renewed() -> polib.POFile:
    """The catalogue with exactly the texts that are there now; a text that is new has no English yet."""
    kept, new = {text_of(entry): entry for entry in catalogue()}, polib.POFile(wrapwidth=0)
    new.metadata = HEAD
    for text, places in sorted(gathered().items(), key=lambda one: (one[1][0], one[0])):
        entry = kept.get(text) or _empty(text)
        entry.occurrences = [(place, "") for place in places]
        new.append(entry)
    return new


def _empty(text: Text) -> polib.POEntry:
    words = {"msgid": text.msgid, "msgctxt": text.context or None}
    if text.plural:
        return polib.POEntry(**words, msgid_plural=text.plural, msgstr_plural={0: "", 1: ""})
    return polib.POEntry(**words)


def write(file: polib.POFile) -> None:
    PO.parent.mkdir(parents=True, exist_ok=True)
    file.save(str(PO))
    file.save_as_mofile(str(MO))


def faults() -> list[str]:
    """What keeps an English reader from reading all of it, one line each."""
    file = catalogue()
    known, told = {text_of(entry): entry for entry in file}, []
    for text, places in sorted(gathered().items(), key=lambda one: one[1][0]):
        why = _fault(text, known.get(text))
        if why:
            told.append(f"{places[0]}: {why}: {text.msgid!r}" + (f" [{text.context}]" if text.context else ""))
    if not MO.exists() or MO.read_bytes() != file.to_binary():
        told.append("django.mo is not made from this django.po: run manage.py update_translations")
    return told


def _fault(text: Text, entry: polib.POEntry | None) -> str:
    if entry is None or not entry.translated():
        return "no English"
    wanted = holes(text.msgid) | holes(text.plural)
    for english in entry.msgstr_plural.values() if text.plural else [entry.msgstr]:
        if holes(english) - wanted or (not text.plural and wanted - holes(english)):
            return "other %(names)s in the English"
    return ""


def holes(words: str) -> set[str]:
    """The places that are filled in: %(name)s and %s."""
    return {found.group() for found in HOLE.finditer(words.replace("%%", ""))}
