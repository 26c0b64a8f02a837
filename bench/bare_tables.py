"""Makes the tables of the bare Django, its one person, and a session with a key that the measurements know."""

from datetime import timedelta

from django.contrib.auth.models import User  # noqa: TID251 -- the bare one's own
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

from bench import bare_address
from bench.bare_views import Row


def prepare() -> None:
    for folder in (bare_address.pages(), bare_address.files()):
        folder.mkdir(exist_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS bare")
    call_command("migrate", verbosity=0)
    if Row._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Row)
    user, _made = User.objects.get_or_create(username="an")
    session = {
        "_auth_user_id": str(user.pk),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": user.get_session_auth_hash(),
    }
    Session.objects.save(bare_address.SESSION, session, now() + timedelta(days=1))
