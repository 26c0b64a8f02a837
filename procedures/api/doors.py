"""What every address of the API has in common: who may, what it takes, what it gives, how often, how errors read."""

from typing import Any, ClassVar, cast

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import BaseThrottle, UserRateThrottle
from rest_framework.views import APIView

from portal.models import User
from portal.problems import Conflict, TooLarge, Unprocessable
from portal.roles import PUBLIC
from procedures.actions.submission import Incomplete
from procedures.api.described import Described
from procedures.api.parsing import LimitedJson
from procedures.models import Dossier
from procedures.models.form_messages import sentence
from procedures.queries.form_fields import label_at
from procedures.queries.uploads import BadFile
from procedures.workflow import NotAllowed

Shape = type[BaseSerializer[Any]]


class Session(SessionAuthentication):
    """The session of the pages; who has none is told so by 401, and a change needs the token against forged requests."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="mot-cua"'


class PerPerson(UserRateThrottle):
    """By account, else by address: far above what a person or an office's program needs."""

    rate = "600/min"


class Door(APIView):
    """One address. `takes`, `asks` and `gives` name, by method, the shapes of body, query and answer."""

    permission: ClassVar[str]
    tag: ClassVar[str]
    takes: ClassVar[dict[str, Shape]] = {}
    asks: ClassVar[dict[str, Shape]] = {}
    gives: ClassVar[dict[str, dict[int, Any]]] = {}
    conflicts: ClassVar[bool] = False
    schema = Described()
    authentication_classes: ClassVar[list[type[BaseAuthentication]]] = [Session]  # type: ignore[misc]
    parser_classes: ClassVar[list[type[BaseParser]]] = [LimitedJson]  # type: ignore[misc]
    throttle_classes: ClassVar[list[type[BaseThrottle]]] = [PerPerson]  # type: ignore[misc]
    metadata_class = None
    http_method_names: ClassVar[list[str]] = ["get", "post", "patch", "delete", "head"]  # type: ignore[misc]

    @property
    def me(self) -> User:
        return cast(User, self.request.user)

    def told(self) -> dict[str, Any]:
        """What the body says, judged by its shape."""
        if not isinstance(self.request.data, dict):
            raise ParseError(_("Nội dung gửi lên phải là một đối tượng JSON."))
        return self._judged(self.takes[str(self.request.method)], self.request.data)

    def asked(self) -> dict[str, Any]:
        """What the query says, judged by its shape."""
        return self._judged(self.asks[str(self.request.method)], self.request.query_params.dict())

    def _judged(self, shape: Shape, data: Any) -> dict[str, Any]:
        judged = shape(data=data)
        judged.is_valid(raise_exception=True)
        return dict(judged.validated_data)

    def answer(self, obj: Any, status: int = 200) -> Response:
        shape = self.gives[str(self.request.method)][status]
        return Response(shape(obj, context={"person": self.request.user}).data, status=status)

    def listed(self, rows: list[Any], following: str | None) -> Response:
        """A page of a list, and the address of the next one."""
        return self.answer({"results": rows, "next": self._next(following)})

    def _next(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return f"{self.request.path}?{query.urlencode()}"

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, NotAllowed):
            exc = Conflict(str(exc))
        elif isinstance(exc, BadFile):
            exc = Unprocessable(str(exc), [fault("file", "bad_file", str(exc))])
        elif isinstance(exc, RequestDataTooBig):
            exc = TooLarge()
        elif isinstance(exc, SuspiciousOperation):
            exc = ParseError(str(exc))
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Nothing of a person's stays in any cache."""
        found = super().finalize_response(request, response, *args, **kwargs)
        if self.permission != PUBLIC:
            add_never_cache_headers(found)
        return found


class OpenDoor(Door):
    """For everybody; nobody is asked who they are."""

    permission = PUBLIC
    authentication_classes: ClassVar[list[type[BaseAuthentication]]] = []  # type: ignore[misc]


class Nowhere(OpenDoor):
    """Every other address of the API: the same words as for a dossier that is not there, whatever the method."""

    schema = None  # type: ignore[assignment]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound


def fault(path: str, code: str, detail: str) -> dict[str, str]:
    return {"path": path, "code": code, "detail": detail}


def incomplete(dossier: Dossier, lacking: Incomplete) -> Unprocessable:
    """What is missing or wrong, by path, in the words of the pages; and the papers that are missing."""
    return Unprocessable(str(lacking), answer_faults(dossier, lacking.messages), papers=lacking.papers)


def answer_faults(dossier: Dossier, messages: Any) -> list[dict[str, str]]:
    form, language = dossier.version.parsed.form, get_language() or "vi"
    return [
        fault(path, message.code, sentence(message, label_at(form.section_of(path.split(".")[0]), path).read(language)))
        for path, message in messages.items()
    ]
