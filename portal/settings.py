"""Every setting, read from the environment; a bad value is refused with one sentence. Documented in README.md."""

import os
import sys
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal.embedded.state import read as read_state

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
STATE_FOLDER = Path(os.environ.get("MOTCUA_STATE") or BASE_DIR / ".local")
_state: dict[str, Any] = read_state() or {}
_stand_ins: dict[str, int] = _state.get("stand_ins", {})


def _database(name: str, role: str) -> dict[str, Any]:
    """One login on the one database: from `name` in the environment, else the embedded server of a running demo."""
    if os.environ.get(name):
        found = env.db_url(name)
        if found["ENGINE"] != "django.db.backends.postgresql":
            raise ImproperlyConfigured(
                f"{name} phải là địa chỉ postgresql:// ({name} must be a postgresql:// address)."
            )
        return dict(found)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "motcua",
        "HOST": "127.0.0.1",
        "PORT": str(_state.get("postgres", 5432)),
        "USER": f"motcua_{role}",
        "PASSWORD": _state.get("passwords", {}).get(role, ""),
    }


def _neighbour(name: str, stand_in: str) -> str:
    """The address of a neighbour: from the environment, else the stand-in that the demo runs."""
    port = _stand_ins.get(stand_in)
    return str(env.str(name, default=f"http://127.0.0.1:{port}" if port else ""))


def _whole_number(name: str, default: int, least: int, most: int) -> int:
    try:
        number = int(env.int(name, default=default))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} phải là số nguyên ({name} must be a whole number).") from error
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} phải từ {least} đến {most} ({name} must be {least} to {most}).")
    return number


def _secret(name: str, known: str | None) -> str:
    value = str(env.str(name, default=known or ""))
    if value:
        return value
    if DEMO:
        return "not-a-secret-there-is-no-running-demo"
    raise ImproperlyConfigured(f"{name} chưa được đặt ({name} is not set).")


DEMO = env.bool("DEMO", default=not os.environ.get("DATABASE_URL"))
DEBUG = env.bool("DEBUG", default=False)
PORT = _whole_number("PORT", _state.get("port", 8000), 1, 65535)
SECRET_KEY = _secret("SECRET_KEY", _state.get("secret_key"))
# Keys for fields at rest, newest first: "id:base64 of 32 bytes,id:…"; an older key stays readable until it is removed.
FIELD_KEYS = _secret("FIELD_KEYS", _state.get("field_key"))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", ".localhost"])
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEMO)

DATABASES = {
    "default": _database("DATABASE_URL", "app"),
    "owner": _database("DATABASE_URL_OWNER", "owner"),
    "platform": _database("DATABASE_URL_PLATFORM", "platform"),
}
# One server, three logins: the test runner makes the database once, as its owner.
for _alias in ("default", "platform"):
    DATABASES[_alias]["TEST"] = {"MIRROR": "owner"}
if env.bool("DATABASE_POOL", default=False):
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 2, "max_size": _whole_number("DATABASE_POOL_SIZE", 10, 2, 200), "timeout": 10}
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
# A connection that died with the server is noticed before it is used, so that the next request works.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_ROUTERS = ["portal.tenancy.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_valkey = f"redis://127.0.0.1:{_state.get('valkey', 6379)}"
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=f"{_valkey}/0")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 1, "socket_timeout": 5}
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CACHES = {
    "default": {
        "BACKEND": "portal.cache.ForgivingRedisCache",
        "LOCATION": env.str("CACHE_URL", default=f"{_valkey}/1"),
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},
    }
}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_fsm",
    "rest_framework",
    "drf_spectacular",
    "portal",
    "payments",
    "integrations",
    "procedures",
]
MIDDLEWARE = [
    "portal.middleware.probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.tenant_of_host",
    "portal.middleware.no_null_character",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.middleware.session_of_host",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.words_for_refusals",
    "portal.middleware.TenantTransaction",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portal.context.frame",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["portal.people.ByIdentityProvider"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "account"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = _whole_number("SESSION_MINUTES", 120, 5, 1440) * 60
SESSION_SAVE_EVERY_REQUEST = False
SECURE_COOKIES = env.bool("SECURE_COOKIES", default=not DEMO)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
if SECURE_COOKIES:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(STATE_FOLDER / "static")))
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(STATE_FOLDER / "files")))
SIGNING_KEYS = Path(env.str("SIGNING_KEYS", default=str(STATE_FOLDER / "keys")))
SEAL_FOLDER = Path(env.str("SEAL_FOLDER", default=str(STATE_FOLDER / "seals")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}},
    "staticfiles": {"BACKEND": "portal.static_files.Storage"},
}
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
UPLOAD_MAX_MB = _whole_number("UPLOAD_MAX_MB", 20, 1, 500)

POPULATION_URL = _neighbour("POPULATION_URL", "population")
BUSINESS_URL = _neighbour("BUSINESS_URL", "business")
CARRIER_URL = _neighbour("CARRIER_URL", "carrier")
VNEID_ISSUER = _neighbour("VNEID_ISSUER", "vneid")
IDENTITY_PROVIDER = "integrations.vneid"
VNEID_CLIENT_ID = env.str("VNEID_CLIENT_ID", default="mot-cua")
VNEID_CLIENT_SECRET = env.str("VNEID_CLIENT_SECRET", default="demo-client-secret" if DEMO else "")
VNPAY_PAY_URL = env.str("VNPAY_PAY_URL", default=f"{_neighbour('VNPAY_URL', 'vnpay')}/paymentv2/vpcpay.html")
VNPAY_API_URL = env.str("VNPAY_API_URL", default=f"{_neighbour('VNPAY_URL', 'vnpay')}/merchant_webapi/api/transaction")
LGSP_CLIENT_ID = env.str("LGSP_CLIENT_ID", default="mot-cua")
LGSP_CLIENT_SECRET = env.str("LGSP_CLIENT_SECRET", default="demo-client-secret" if DEMO else "")
SMS_URL = env.str("SMS_URL", default=f"http://127.0.0.1:{_stand_ins['mail']}/sms" if "mail" in _stand_ins else "")
SCANNER = env.str("SCANNER", default=f"127.0.0.1:{_stand_ins['scanning']}" if "scanning" in _stand_ins else "")
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = _whole_number("EMAIL_PORT", _stand_ins.get("smtp", 25), 1, 65535)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Một Cửa <khong-tra-loi@motcua.localhost>")
MAIL_PREVIEW_URL = env.str(
    "MAIL_PREVIEW_URL", default=f"http://127.0.0.1:{_stand_ins['mail']}/" if "mail" in _stand_ins else ""
)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.permissions.Declared"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.problems.handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "portal.negotiation.AlwaysJson",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Một Cửa API",
    "DESCRIPTION": "Danh mục thủ tục, hồ sơ và xử lý hồ sơ. Catalogue, dossiers and processing.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_NAME_OVERRIDES": {"State": "procedures.models.lifecycle.State", "Channel": "procedures.models.Channel"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.DisallowedHost": {"level": "CRITICAL"}},
}
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
TESTING = "pytest" in sys.modules
