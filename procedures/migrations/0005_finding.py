import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from portal.isolation import IsolateTenantTables
from portal.text import fold, sort_key
from procedures.models.triggers import OFFICES_OF
from procedures.queries.spelling import words_of


def index_what_is_there(apps, schema_editor):
    """Under forced policies the owner sees the rows of one tenant at a time."""
    alias = schema_editor.connection.alias
    with schema_editor.connection.cursor() as cursor:
        for tenant in apps.get_model('portal', 'Tenant').objects.using(alias).values_list('pk', flat=True):
            cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant)])
            _index(apps, alias, tenant)
        cursor.execute("SELECT set_config('app.tenant_id', '', true)")


def _index(apps, alias, tenant):
    Procedure, Offering, SearchWord = (apps.get_model('procedures', name) for name in ('Procedure', 'Offering', 'SearchWord'))
    offices = {}
    for procedure, office in Offering.objects.using(alias).filter(tenant=tenant).values_list('procedure', 'office'):
        offices.setdefault(procedure, []).append(office)
    for row in Procedure.objects.using(alias).filter(tenant=tenant, current__isnull=False).select_related('current'):
        raw = row.current.definition
        keywords = [*(raw.get('keywords') or []), row.name_en]
        summary = (raw.get('summary') or {}).get('vi') or ''
        placed = dict.fromkeys(words_of(f'{row.sector_name} {summary}'), 2)
        placed |= dict.fromkeys(words_of(' '.join(keywords)), 1)
        placed |= dict.fromkeys(words_of(row.name), 0)
        row.search = ' | '.join(fold(part) for part in (row.code, row.name, *keywords))
        row.ordered, row.ordered_en = sort_key(row.name)[:200], sort_key(row.name_en or row.name)[:200]
        row.offices = sorted(offices.get(row.pk, []))
        row.save(using=alias)
        SearchWord.objects.using(alias).bulk_create(
            SearchWord(tenant_id=tenant, procedure_id=row.pk, word=word, place=place) for word, place in placed.items() if len(word) <= 40
        )


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0001_initial'),
        ('procedures', '0004_version_drafts'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='procedure', name='procedure_search'),
        migrations.AddField(
            model_name='procedure',
            name='offices',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name='procedure',
            name='ordered',
            field=models.CharField(blank=True, db_collation='C', default='', max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='procedure',
            name='ordered_en',
            field=models.CharField(blank=True, db_collation='C', default='', max_length=200),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='procedure',
            index=models.Index(fields=['tenant', 'ordered', 'id'], name='procedure_ordered'),
        ),
        migrations.AddIndex(
            model_name='procedure',
            index=models.Index(fields=['tenant', 'ordered_en', 'id'], name='procedure_ordered_en'),
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(db_collation='C', max_length=40)),
                ('place', models.PositiveSmallIntegerField(choices=[(0, 'Name'), (1, 'Keyword'), (2, 'Elsewhere')])),
                ('procedure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='words', to='procedures.procedure')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['tenant', 'procedure'], name='search_word_of')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'word', 'procedure'), include=('place',), name='search_word_once')],
            },
        ),
        IsolateTenantTables('procedures', person={'dossier': ['owner', 'submitter'], 'message': ['recipient']}, append_only=['dossierevent', 'duechange']),
        # A procedure keeps its offices by itself, however offers are made.
        migrations.RunSQL([(OFFICES_OF, None)], migrations.RunSQL.noop),
        migrations.RunPython(index_what_is_there, migrations.RunPython.noop),
    ]
