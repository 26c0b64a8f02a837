from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"

    def ready(self) -> None:
        import procedures.receivers  # noqa: F401 -- connects signals and outbox handlers once the apps are there
