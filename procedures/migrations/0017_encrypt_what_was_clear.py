from django.db import migrations

from portal.encrypting import encrypt_rows

# What was kept in clear before 0016, by table and model.
CLEAR = {
    "dossier": ["sources"],
    "consignment": ["events"],
    "message": ["body"],
    "handover": ["receiver_name"],
    "supplementrequest": ["papers", "reason", "note"],
}


def encrypt_what_was_clear(apps, schema_editor):
    connection = schema_editor.connection
    tenants = list(apps.get_model("portal", "Tenant").objects.using(connection.alias).values_list("pk", flat=True))
    for model, columns in CLEAR.items():
        places = {column: f"procedures.{model}.{column}" for column in columns}
        encrypt_rows(connection, f"procedures_{model}", places, tenants)


class Migration(migrations.Migration):
    """Each batch is a transaction of its own: broken off, it is run again and goes on with what is left.

    No table comes or changes here; 0016 isolates those that did.
    """

    atomic = False

    dependencies = [
        ("portal", "0001_initial"),
        ("procedures", "0016_silence_calendar_changes"),
    ]

    operations = [
        migrations.RunPython(encrypt_what_was_clear, migrations.RunPython.noop),
    ]
