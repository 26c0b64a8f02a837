"""The background: tasks wake rows up, a beat sweeps what a lost wake-up left."""

import os

from celery import Celery
from celery.schedules import crontab, schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("motcua")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal", "payments", "integrations", "procedures"])
# No ETA and no countdown anywhere: what is due when stands in PostgreSQL, and these sweeps ask for it.
app.conf.beat_schedule = {
    "outbox": {"task": "portal.tasks.sweep_outbox", "schedule": schedule(5.0)},
    "payments": {"task": "payments.tasks.sweep_payments", "schedule": schedule(60.0)},
    "deadlines": {"task": "procedures.tasks.sweep_deadlines", "schedule": schedule(60.0)},
    "versions": {"task": "procedures.tasks.sweep_versions", "schedule": schedule(5.0)},
    "post": {"task": "procedures.tasks.sweep_post", "schedule": schedule(60.0)},
    "results": {"task": "procedures.tasks.sweep_results", "schedule": schedule(600.0)},
    "levels": {"task": "procedures.tasks.settle_levels", "schedule": crontab(hour="0", minute="5")},
    "seals": {"task": "procedures.tasks.seal_events", "schedule": schedule(600.0)},
}
