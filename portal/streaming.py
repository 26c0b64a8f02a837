"""Long files that are written while they are sent: each piece is made in a short transaction of its own."""

from collections.abc import Callable, Iterator

from django.utils import translation

from portal.tenancy import current_tenant, inside

# From where to go on (empty at first) to the text of a piece and from where to go on after it, None at the end.
Piece = Callable[[str], tuple[str, str | None]]


def pieces(make: Piece) -> Iterator[bytes]:
    """Bound to the authority and language of the request that asked; whoever reads slowly holds no transaction."""
    tenant, language = current_tenant(), translation.get_language() or "vi"

    def stream() -> Iterator[bytes]:
        place: str | None = ""
        while place is not None:
            with inside(tenant), translation.override(language):
                text, place = make(place)
            yield text.encode()

    return stream()
