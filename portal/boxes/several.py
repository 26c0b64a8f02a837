"""Types that are several boxes: choices, dates, addresses, files."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.template.loader import get_template
from django.utils.html import escape

from portal.boxes.parts import (
    Parts,
    completed,
    described,
    fieldset,
    fixed,
    json_of,
    label,
    name_of,
    notes,
    said,
    tied,
    words,
)
from portal.templatetags.ui import date_part

MANY = 10


def choice(field: Parts) -> str:
    """One of several as rows, more than ten as a list; nothing is chosen beforehand."""
    if len(field["choices"]) > MANY:
        return f"{label(field)}{notes(field)}{_list(field)}{_own_words(field)}"
    return fieldset(field, "".join(_options(field, "radio")) + _own_words(field))


def multi_choice(field: Parts) -> str:
    hint = f'<p class="hint">{words()["several"]}</p>'
    return fieldset(field, hint + "".join(_options(field, "checkbox")) + _own_words(field), " data-several")


def _list(field: Parts) -> str:
    chosen = _chosen(field)
    options = "".join(
        f'<option value="{escape(one["value"])}"{" selected" if one["value"] in chosen else ""}>{said(one["label"])}</option>'
        for one in field["choices"]
    )
    first = f'<option value="">{words()["choose"]}</option>'
    return f'<select class="input" {described(field)}{completed(field)}>{first}{options}</select>'


def _options(field: Parts, kind: str) -> Iterator[str]:
    name, chosen = name_of(field), _chosen(field)
    for number, one in enumerate(field["choices"], start=1):
        at = f"id_{name}" if number == 1 else f"id_{name}_{number}"
        ticked = " checked" if one["value"] in chosen else ""
        hint = f'<span class="hint">{said(one["help"])}</span>' if one.get("help") else ""
        box = f'<input type="{kind}" id="{at}" name="{name}" value="{escape(one["value"])}"{ticked}>'
        yield f'<label class="choice">{box} <span>{said(one["label"])}{hint}</span></label>'


def _chosen(field: Parts) -> dict[str, str]:
    """The ticked choices with their own words."""
    value = field.get("value")
    entries = value if isinstance(value, list | tuple) else [value]
    told = (one if isinstance(one, Mapping) else {"value": one} for one in entries if one)
    return {str(one.get("value")): str(one.get("words") or "") for one in told}


def _own_words(field: Parts) -> str:
    """A box beside each choice that asks for own words; shown when it is ticked, or always without scripts."""
    name, chosen, made = name_of(field), _chosen(field), ""
    own = [one for one in field["choices"] if one.get("own_words")]
    for one in own:
        more = "" if field["type"] == "choice" else f"-{escape(one['value'])}"
        at = f"{name}-words{more}"
        rule = json_of({"field": field["name"], "is": one["value"]})
        says = words()["own_words"] % {"choice": said(one["label"])}
        made += (
            f'<div class="own-words" data-when="{rule}"><label class="sub" for="id_{at}">{says}</label>'
            f'<input class="input" type="text" id="id_{at}" name="{at}" value="{escape(chosen.get(one["value"], ""))}"></div>'
        )
    return made


def yes_no(field: Parts) -> str:
    name, value, told = name_of(field), field.get("value"), words()
    yes, no = value in (True, "yes"), value is False or value == "no"
    boxes = (
        f'<label class="choice"><input type="radio" id="id_{name}" name="{name}" value="yes"{" checked" if yes else ""}> {told["yes"]}</label>'
        f'<label class="choice"><input type="radio" name="{name}" value="no"{" checked" if no else ""}> {told["no"]}</label>'
    )
    return fieldset(field, f'<div class="choices-inline">{boxes}</div>')


def date(field: Parts) -> str:
    """Three boxes, which everybody can type and nobody has to page through."""
    boxes = "".join(
        _date_box(field, part, width) for part, width in (("day", "w-2"), ("month", "w-2"), ("year", "w-4"))
    )
    hint = {"month": "only_month", "year": "only_year"}.get(field.get("precision") or "")
    told = f'<p class="hint">{words()[hint]}</p>' if hint else ""
    return fieldset(field, f'{told}<div class="parts" data-date="{name_of(field)}">{boxes}</div>')


def _date_box(field: Parts, part: str, width: str) -> str:
    name = name_of(field)
    at = f"id_{name}" if part == "day" else f"id_{name}-{part}"
    more = f' autocomplete="bday-{part}"' if field.get("autocomplete") == "bday" else ""
    wrong = ' aria-invalid="true"' if field.get("error") else ""
    value = escape(date_part(field.get("value"), part))
    return (
        f'<div><label for="{at}">{words()[part]}</label><input class="input {width}" type="text" inputmode="numeric"'
        f' maxlength="{width[-1]}" id="{at}" name="{name}-{part}" value="{value}"{more}{fixed(field)}{wrong}></div>'
    )


def address(field: Parts) -> str:
    """Searched by a few words, or province and then ward or commune, and the rest. Without scripts the two buttons do it."""
    value = field.get("value") if isinstance(field.get("value"), Mapping) else {}
    wrong = ' aria-invalid="true"' if field.get("error") else ""
    inside = _place_search(field) + _province(field, value, wrong) + _commune(field, value, wrong)
    return fieldset(field, f'<div class="stack">{inside}{_street(field, value, wrong)}</div>')


def _place_search(field: Parts) -> str:
    name, told = name_of(field), words()
    if not field.get("search_url"):
        return ""
    found = field.get("found")
    hits = "".join(_hit(name, place) for place in found or ())
    listed = f'<fieldset class="found"><legend class="sub">{told["found"]}</legend>{hits}</fieldset>' if hits else ""
    nothing = f'<p class="hint">{told["not_found"]}</p>' if found is not None and not hits else ""
    return (
        f'<div data-place-search data-url="{escape(field["search_url"])}" data-none="{told["not_found"]}" data-was="{told["was"]}">'
        f'<label class="sub" for="id_{name}-find">{told["find_place"]}</label><div class="row">'
        f'<input class="input" type="search" id="id_{name}-find" name="{name}-find" value="{escape(field.get("asked") or "")}"'
        f' placeholder="{told["find_hint"]}" autocomplete="off">'
        f' <button type="submit" class="button button-second" name="find" value="{name}" formnovalidate>{told["find"]}</button></div>'
        f"{listed}{nothing}</div>"
    )


def _hit(name: str, place: Any) -> str:
    was = f'<span class="hint">{words()["was"] % {"name": escape(place.was)}}</span>' if place.was else ""
    value = f"{escape(place.province)}.{escape(place.code)}"
    return f'<label class="choice"><input type="radio" name="{name}-found" value="{value}"> <span>{escape(place.name)}{was}</span></label>'


def _province(field: Parts, value: Any, wrong: str) -> str:
    name, told = name_of(field), words()
    live = (
        f' data-communes="id_{name}-commune" data-url="{escape(field["communes_url"])}"'
        if field.get("communes_url")
        else ""
    )
    return (
        f'<div><label class="sub" for="id_{name}">{told["province"]}</label><div class="row">'
        f'<select class="input" id="id_{name}" name="{name}-province" autocomplete="address-level1"{live}{wrong}>'
        f"{_places(field.get('provinces') or (), value.get('province'))}</select>"
        f' <button type="submit" class="button button-link" name="province" value="{name}" data-no-script formnovalidate>'
        f"{told['show_communes']}</button></div></div>"
    )


def _commune(field: Parts, value: Any, wrong: str) -> str:
    name = name_of(field)
    return (
        f'<div><label class="sub" for="id_{name}-commune">{words()["commune"]}</label>'
        f'<select class="input" id="id_{name}-commune" name="{name}-commune" autocomplete="address-level2"{wrong}>'
        f"{_places(field.get('communes') or (), value.get('commune'))}</select></div>"
    )


def _street(field: Parts, value: Any, wrong: str) -> str:
    name = name_of(field)
    return (
        f'<div><label class="sub" for="id_{name}-street">{words()["street"]}</label>'
        f'<input class="input" type="text" id="id_{name}-street" name="{name}-street" autocomplete="street-address"'
        f' value="{escape(value.get("street") or "")}"{wrong}></div>'
    )


def _places(listed: Any, chosen: Any) -> str:
    """`listed` comes from our own tables; codes and names are escaped once for each list."""
    options = "".join(
        f'<option value="{code}"{" selected" if code == chosen else ""}>{escape(name)}</option>'
        for code, name in listed
    )
    return f'<option value="">{words()["choose"]}</option>{options}'


def file(field: Parts) -> str:
    """What has arrived already, and a box for more; an ordinary upload that scripts give a progress bar."""
    name, told = name_of(field), words()
    kinds, mb = field.get("accept") or (), field.get("max_mb") or 10
    rule = told["file_rule"] % {"kinds": escape(", ".join(kinds).upper()), "mb": mb}
    accept = f' accept="{escape(",".join(f".{kind}" for kind in kinds))}"' if kinds else ""
    wrong = ' aria-invalid="true"' if field.get("error") else ""
    files = {"files": field.get("files"), "removable": True}
    given = get_template("parts/upload_list.html").render(files) if field.get("files") else ""
    return (
        f'{label(field)}{notes(field)}{given}<p class="hint">{rule}</p><div class="row">'
        f'<input class="input" type="file" id="id_{name}" name="{name}" multiple{accept} data-max-mb="{mb}"{tied(field)}{wrong}>'
        f' <button type="submit" class="button button-second" name="upload" value="{name}" formnovalidate>{told["upload"]}</button></div>'
    )
