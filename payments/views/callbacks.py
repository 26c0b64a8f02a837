"""What providers tell us."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from payments.actions import receive
from payments.models import ProviderCode
from portal.moments import now
from portal.permissions import permission
from portal.roles import PUBLIC
from portal.tenancy import short_transactions

BODY_LIMIT = 64 * 1024


def single(query: QueryDict) -> dict[str, str]:
    """Each parameter once. One that is given twice becomes a value that nobody signed."""
    return {name: values[0] if len(values) == 1 else "|".join(map(str, values)) for name, values in query.lists()}


@never_cache
@require_GET
@permission(PUBLIC)
@short_transactions
def vnpay_ipn(request: HttpRequest) -> HttpResponse:
    """VNPAY's word on a payment: a signed GET, up to eleven times. Nothing but this and our own question changes a payment."""
    return JsonResponse(receive(ProviderCode.VNPAY, single(request.GET), now=now()))


@never_cache
@csrf_exempt
@require_POST
@permission(PUBLIC)
@short_transactions
def national_confirm(request: HttpRequest) -> HttpResponse:
    """The national platform's word on a payment: CONFIRM, as signed JSON."""
    try:
        told: Any = json.loads(request.body[:BODY_LIMIT])
    except ValueError:
        told = None
    return JsonResponse(receive(ProviderCode.NATIONAL, told if isinstance(told, dict) else {}, now=now()))
