from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from portal.celery import app as celery_app
from portal.isolation import grant_rights


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # It asks the models, which are not there before this moment.
        import_module("portal.checks")
        # Without it a process that only sends would look for a broker at Celery's own default address.
        celery_app.set_default()
        post_migrate.connect(grant_rights, dispatch_uid="grant_rights")
