from typing import Any

from django.core.management.base import BaseCommand

from portal import translations


class Command(BaseCommand):
    help = (
        "Gather all texts into portal/locale/en/LC_MESSAGES/django.po, keep what is translated, and compile django.mo."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        file = translations.renewed()
        translations.write(file)
        self.stdout.write(f"{len(file)} texts, {len(file.untranslated_entries())} without English")
