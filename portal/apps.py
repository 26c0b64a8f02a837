from django.apps import AppConfig
from django.db.models.signals import post_migrate

from portal.isolation import grant_rights


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        post_migrate.connect(grant_rights, dispatch_uid="grant_rights")
