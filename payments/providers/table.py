"""The ways to pay there are."""

from payments.models import ProviderCode
from payments.providers.base import Provider
from payments.providers.national import National
from payments.providers.sandbox import Sandbox
from payments.providers.vietqr import Vietqr
from payments.providers.vnpay import Vnpay

PROVIDERS: dict[str, Provider] = {
    ProviderCode.VNPAY: Vnpay(),
    ProviderCode.VIETQR: Vietqr(),
    ProviderCode.NATIONAL: National(),
    ProviderCode.SANDBOX: Sandbox(),
}
