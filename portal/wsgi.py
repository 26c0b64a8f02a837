"""The web process."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
# All pages and their forms are loaded before the server forks, and kept out of the collector's sight: workers go on sharing them.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
# What a page makes is gone with it; looked for every 700 objects, as is usual, the collector takes a twelfth of its time.
gc.set_threshold(20_000, 20, 20)
