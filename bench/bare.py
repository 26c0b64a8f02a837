"""A bare Django, the limit that ours is held against; gunicorn serves `bench.bare`, `python -m bench.bare` makes its tables."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from portal.embedded import state

LINES = "{% for line in lines %}{{ line|safe }}\n{% endfor %}"
FORM = """<!DOCTYPE html><html lang="vi"><title>{{ title }}</title><h1>{{ title }}</h1><form method="post" enctype="multipart/form-data">
{% for name in names %}<p><label for="{{ name }}">{{ name }}</label><input id="{{ name }}" name="{{ name }}"></p>{% endfor %}
<input type="file" name="file"><button>Gửi</button></form></html>"""


def configure() -> None:
    known = state.read()
    assert known is not None
    settings.configure(
        SECRET_KEY="bare" * 12,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="bench.bare_views",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": "motcua",
                "HOST": "127.0.0.1",
                "PORT": str(known["postgres"]),
                "USER": "motcua_owner",
                "PASSWORD": known["passwords"]["owner"],
                "OPTIONS": {"options": "-c search_path=bare", "pool": {"min_size": 2, "max_size": 10}},
            }
        },
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"lines": LINES, "form": FORM})]},
            }
        ],
        USE_TZ=True,
    )


configure()
application = get_wsgi_application()

if __name__ == "__main__":
    from bench.bare_tables import prepare

    prepare()
