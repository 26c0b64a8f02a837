from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import translations


class Command(BaseCommand):
    help = "Fail where a text of code or templates has no English, or django.mo is not made from django.po."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = translations.faults()
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in the English texts.")
        self.stdout.write("Every text has its English.")
