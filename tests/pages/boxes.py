"""What a browser would send back from a page: every box of its main form with what it shows."""

from html.parser import HTMLParser


class _Boxes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.inside = False
        self.area = ""
        self.choosing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        usual = "on" if told.get("type") == "checkbox" else ""
        name, value = told.get("name") or "", told.get("value", usual) or ""
        if tag == "form":
            self.inside = "part" in (told.get("class") or "").split()
        if not self.inside or "disabled" in told:
            return
        if tag == "input" and (told.get("type") not in ("radio", "checkbox", "submit") or "checked" in told):
            self.found.setdefault(name, []).append(value)
        elif tag == "textarea":
            self.area, self.found[name] = name, [""]
        elif tag == "select":
            self.choosing = name
        elif tag == "option" and ("selected" in told or self.choosing not in self.found):
            self.found[self.choosing] = [value]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.found[self.area] = [self.found[self.area][0].removeprefix("\n")]
            self.area = ""
        if tag == "form":
            self.inside = False


def all_boxes(page: str) -> dict[str, list[str]]:
    """Every value of every name: ticked boxes share one."""
    reader = _Boxes()
    reader.feed(page)
    return {name: values for name, values in reader.found.items() if name and name != "csrfmiddlewaretoken"}


def boxes(page: str) -> dict[str, str]:
    """One value a name, for pages on which every box has its own."""
    return {name: values[-1] for name, values in all_boxes(page).items()}
