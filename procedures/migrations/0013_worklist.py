import django.core.serializers.json
import django.db.models.deletion
import portal.moments
from django.conf import settings
from django.db import migrations, models

from portal.isolation import IsolateTenantTables
from portal.text import fold
from procedures.models.triggers import WORDS_OF_DOSSIERS


def index_what_is_there(apps, schema_editor):
    """Under forced policies the owner sees the rows of one tenant at a time; the trigger makes the words."""
    alias = schema_editor.connection.alias
    Dossier = apps.get_model('procedures', 'Dossier')
    with schema_editor.connection.cursor() as cursor:
        for tenant in apps.get_model('portal', 'Tenant').objects.using(alias).values_list('pk', flat=True):
            cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant)])
            cursor.execute(
                'UPDATE procedures_dossier d SET changed_at = e.recorded_at, changed_by_id = e.actor_id FROM procedures_dossierevent e '
                'WHERE e.dossier_id = d.id AND e.number = d.event_count'
            )
            # Values, not instances: an instance reads its state by the application's connection, which waits for this one.
            for key, name in Dossier.objects.using(alias).filter(tenant=tenant).exclude(search='').values_list('pk', 'owner_name').iterator(chunk_size=2000):
                Dossier.objects.using(alias).filter(pk=key).update(search=fold(name))
        cursor.execute("SELECT set_config('app.tenant_id', '', true)")


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0001_initial'),
        ('procedures', '0009_hands'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('reference', models.CharField(max_length=20)),
                ('seen', models.PositiveIntegerField(null=True)),
                ('outcome', models.CharField(choices=[('waiting', 'Đang chờ'), ('done', 'Đã làm'), ('refused', 'Không làm được'), ('overtaken', 'Người khác vừa làm')], default='waiting', max_length=10)),
                ('words', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['place'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BulkJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('deed', models.CharField(max_length=20)),
                ('options', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('language', models.CharField(default='vi', max_length=2)),
                ('made_at', models.DateTimeField(default=portal.moments.now)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DossierLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('events', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=portal.moments.now)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DossierWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(db_collation='C', max_length=40)),
                ('text', models.CharField(max_length=1000)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FirstView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='Tên')),
                ('query', models.CharField(max_length=1000)),
                ('made_at', models.DateTimeField(default=portal.moments.now)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.RemoveIndex(
            model_name='dossier',
            name='dossier_worklist',
        ),
        migrations.RemoveIndex(
            model_name='dossier',
            name='dossier_search',
        ),
        migrations.RemoveIndex(
            model_name='dossier',
            name='dossier_running',
        ),
        migrations.AddField(
            model_name='dossier',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='dossier',
            name='changed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('state__in', ['accepted', 'processing'])), fields=['tenant', 'due_at', 'id'], include=('state', 'office', 'receiving_office', 'processing_office', 'procedure', 'version', 'step_key', 'assignee', 'owner', 'submitter', 'channel'), name='dossier_running'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('state__in', ('submitted', 'accepted', 'processing', 'supplement_requested', 'payment_due', 'suspended', 'done'))), fields=['tenant', 'state', 'due_at', 'id'], include=('office', 'receiving_office', 'processing_office', 'procedure', 'version', 'step_key', 'assignee', 'owner', 'submitter', 'channel', 'acceptance_due_at', 'supplement_due_at', 'submitted_at', 'decided_at', 'accepted_at', 'withdrawal_asked_at', 'fee_total', 'fee_paid_at', 'changed_at'), name='dossier_open'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(fields=['tenant', 'changed_at', 'id'], include=('state', 'office', 'receiving_office', 'processing_office', 'procedure', 'version', 'step_key', 'assignee', 'owner', 'submitter', 'channel', 'changed_by', 'event_count'), name='dossier_changed'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(fields=['tenant', 'office', 'submitted_at', 'id'], include=('state', 'receiving_office', 'processing_office', 'procedure', 'owner', 'submitter', 'channel', 'assignee', 'step_key'), name='dossier_of_office'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('receiving_office', models.F('office')), _negated=True), fields=['tenant', 'receiving_office', 'submitted_at', 'id'], name='dossier_received'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(fields=['tenant', 'procedure', 'submitted_at', 'id'], name='dossier_of_procedure'),
        ),
        migrations.AddField(
            model_name='bulkitem',
            name='dossier',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='procedures.dossier'),
        ),
        migrations.AddField(
            model_name='bulkitem',
            name='tenant',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.tenant'),
        ),
        migrations.AddField(
            model_name='bulkjob',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bulkjob',
            name='tenant',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.tenant'),
        ),
        migrations.AddField(
            model_name='bulkitem',
            name='job',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='procedures.bulkjob'),
        ),
        migrations.AddField(
            model_name='dossierlook',
            name='dossier',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='procedures.dossier'),
        ),
        migrations.AddField(
            model_name='dossierlook',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='dossierlook',
            name='tenant',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.tenant'),
        ),
        migrations.AddField(
            model_name='dossierword',
            name='dossier',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='words', to='procedures.dossier'),
        ),
        migrations.AddField(
            model_name='dossierword',
            name='office',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.office'),
        ),
        migrations.AddField(
            model_name='dossierword',
            name='tenant',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.tenant'),
        ),
        migrations.AddField(
            model_name='firstview',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='firstview',
            name='tenant',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.tenant'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.office'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='savedview',
            name='tenant',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.tenant'),
        ),
        migrations.AddField(
            model_name='firstview',
            name='view',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='procedures.savedview'),
        ),
        migrations.AddConstraint(
            model_name='bulkjob',
            constraint=models.UniqueConstraint(fields=('tenant', 'person', 'key'), name='bulk_job_once'),
        ),
        migrations.AddConstraint(
            model_name='bulkitem',
            constraint=models.UniqueConstraint(fields=('tenant', 'job', 'place'), name='bulk_item_once'),
        ),
        migrations.AddIndex(
            model_name='dossierlook',
            index=models.Index(fields=['dossier'], name='dossier_look_of'),
        ),
        migrations.AddConstraint(
            model_name='dossierlook',
            constraint=models.UniqueConstraint(fields=('tenant', 'person', 'dossier'), include=('events',), name='dossier_look_once'),
        ),
        migrations.AddIndex(
            model_name='dossierword',
            index=models.Index(fields=['tenant', 'dossier'], name='dossier_word_of'),
        ),
        migrations.AddConstraint(
            model_name='dossierword',
            constraint=models.UniqueConstraint(fields=('tenant', 'word', 'dossier', 'office'), include=('text',), name='dossier_word_once'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('tenant', 'person', 'name'), name='saved_view_once'),
        ),
        migrations.AddConstraint(
            model_name='firstview',
            constraint=models.UniqueConstraint(fields=('tenant', 'person'), name='first_view_once'),
        ),
        IsolateTenantTables('procedures', person={'dossier': ['owner', 'submitter'], 'message': ['recipient']}, append_only=['dossierevent', 'duechange']),
        # A dossier keeps the words that it is found by itself, however it is written.
        migrations.RunSQL([(WORDS_OF_DOSSIERS, None)], migrations.RunSQL.noop),
        migrations.RunPython(index_what_is_there, migrations.RunPython.noop),
    ]
