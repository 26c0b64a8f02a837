from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = _("Thanh toán")

    def ready(self) -> None:
        # The handler of undelivered news registers itself where the background work stands; models must be loaded first.
        import payments.tasks  # noqa: F401
