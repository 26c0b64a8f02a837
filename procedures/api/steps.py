"""An address for each step of an official; all of one make."""

from typing import Any, ClassVar

from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from portal import audit
from portal.confirming import is_confirmed
from portal.tenancy import current_tenant, inside
from procedures import workflow
from procedures.actions import results, signing
from procedures.api.doors import Door
from procedures.api.step_table import API_STEPS, ApiStep
from procedures.api.worklist import DeskDossier
from procedures.queries.dossiers import desk_dossier
from procedures.workflow import NotAllowed


class StepDoor(Door):
    """The lifecycle, not this door, decides whether the step can be taken: if not, 409 with a sentence."""

    tag = "desk"
    step: ClassVar[ApiStep]
    gives: ClassVar = {"POST": {200: DeskDossier}}

    def post(self, request: Request, reference: str) -> Response:
        dossier, told = desk_dossier(self.me, reference, self.permission), self.told()
        workflow.lock(dossier)
        if told.pop("seen", dossier.event_count) != dossier.event_count:
            raise NotAllowed(_("Trong lúc bạn xem, hồ sơ đã thay đổi. Hãy đọc lại rồi thực hiện."))
        self.step.act(dossier, self.me, **told)
        audit.look(self.me, f"dossier:{dossier.reference}", self.step.key, dossier.owner)
        return self.answer(desk_dossier(self.me, reference))


class SigningDoor(StepDoor):
    """A decision is signed by a device: no transaction is open while it works, and who signs proved it lately."""

    short_transactions = True

    def post(self, request: Request, reference: str) -> Response:
        if not is_confirmed(request._request):
            raise NotAllowed(_("Hãy xác nhận lại là bạn ở trang ký, rồi thực hiện."))
        with inside(current_tenant()):
            dossier, told = desk_dossier(self.me, reference, self.permission), self.told()
            if told.pop("seen", dossier.event_count) != dossier.event_count:
                raise NotAllowed(_("Trong lúc bạn xem, hồ sơ đã thay đổi. Hãy đọc lại rồi thực hiện."))
            draft = results.decision(dossier, self.me)
        try:
            signing.through(dossier, self.me, draft)
        except signing.DeviceFailed:
            raise NotAllowed(_("Thiết bị ký không trả lời; hồ sơ vẫn như cũ. Hãy thử lại.")) from None
        with inside(current_tenant()):
            audit.look(self.me, f"dossier:{dossier.reference}", self.step.key, dossier.owner)
            return self.answer(desk_dossier(self.me, reference))


def door_of(step: ApiStep) -> type[StepDoor]:
    named: dict[str, Any] = {
        "step": step, "permission": step.permission, "takes": {"POST": step.shape}, "words": step.words,
        "name": "Step" + step.key.title().replace("_", ""), "__module__": __name__,
    }  # fmt: skip
    return type(f"{named['name']}Door", (SigningDoor if step.signs else StepDoor,), named)


urlpatterns: list[URLPattern] = [
    path(f"desk/dossiers/<reference:reference>/steps/{step.key}/", door_of(step).as_view(), name=f"api_step_{step.key}")
    for step in API_STEPS.values()
]
