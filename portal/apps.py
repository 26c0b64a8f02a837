from importlib import import_module

from django import forms
from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from portal.celery import app as celery_app
from portal.isolation import grant_rights


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # It asks the models, which are not there before this moment.
        import_module("portal.checks")
        # Without it a process that only sends would look for a broker at Celery's own default address.
        celery_app.set_default()
        _name_what_is_missing()
        post_migrate.connect(grant_rights, dispatch_uid="grant_rights")


def _name_what_is_missing() -> None:
    """An empty field says what to do, in the words of our own forms."""
    forms.Field.default_error_messages["required"] = _("Hãy nhập mục này.")
    for kind in (forms.ChoiceField, forms.ModelChoiceField):
        kind.default_error_messages = {**kind.default_error_messages, "required": _("Hãy chọn một mục.")}
