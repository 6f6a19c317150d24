"""Settings, from the environment only. Every variable is listed in the README."""

import shutil
from pathlib import Path

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

from kvalitet.storage_address import is_address

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"


class SecretFiles(FileAwareMapping):
    """The environment, where NAME_FILE names a file that holds NAME: how secrets reach a container."""

    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).rstrip("\n")


env = environ.Env()
env.ENVIRON = SecretFiles()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY saknas. Sätt den, eller DEBUG=1 för utveckling.")
    SECRET_KEY = "only-for-development-and-tests"  # noqa: S105 refused above unless DEBUG
# What was sealed or signed with the key before: it still opens while the key is changed.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="Norrvik")
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "kvalitet.organisation.system.SystemAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.postgres",
    "mptt",
    "guardian",
    "pgtrigger",
    "pghistory",
    "axes",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "kvalitet",
    "kvalitet.organisation",
    "processes",
    "documents",
    "improvement",
    "reports",
]

MIDDLEWARE = [
    "kvalitet.tracing.Tracing",
    "kvalitet.headers.Headers",
    "kvalitet.measures.Counting",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kvalitet.gate.PressPages",
    "kvalitet.gate.Gate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kvalitet.organisation.second_factor.SecondStep",
    "django.contrib.messages.middleware.MessageMiddleware",
    "kvalitet.organisation.kept.LoginWall",
    "kvalitet.organisation.devices.Devices",
    "kvalitet.organisation.kept.GiveBack",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kvalitet.history.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
    "processes.moved.FormerAddresses",
    "kvalitet.gate.ButtonAddress",
    "kvalitet.gate.StorageFaults",
]

ROOT_URLCONF = "kvalitet.urls"
WSGI_APPLICATION = "kvalitet.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kvalitet.context_processors.frame",
            ],
            "builtins": ["kvalitet.templatetags.kvalitet"],
        },
    }
]
FORM_RENDERER = "kvalitet.forms.Renderer"

DATABASES = {"default": env.db("DATABASE_URL", default="postgres://kvalitet@127.0.0.1/kvalitet")}
DATABASES["default"].update({"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True})
# Lets kvalitet/organisation/statements.py have its SQL planned once a connection; nothing else is prepared.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("prepare_threshold", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# History: every change is an append-only row that itself says who and why.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_constraint=False)
PGHISTORY_ADMIN_ALL_EVENTS = False
PGHISTORY_MIDDLEWARE_METHODS = ("POST",)

# The demo accounts' password is known to all: make run allows it only when nobody else can reach the address.
DEMO_LOGINS = env.bool("DEMO_LOGINS", default=DEBUG)
# Who may open cases must log in in two steps; others may. Off where anyone logs in with the demo's password.
TWO_FACTOR = env.bool("TWO_FACTOR", default=not DEMO_LOGINS)

AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "kvalitet.organisation.authentication.EmailBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "kvalitet.organisation.passwords.EasyHere"},
]
LOGIN_URL = "organisation:login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "start"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # its own backend answers has_perm; here grants.scope is the only reader of its rows
    "security.W021",  # the browsers' preload list takes whole domains, which are the municipality's
]

# Locks the combination of account and address, so that nobody can lock out a colleague from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "kvalitet.organisation.views.session.locked_out"
AXES_CLIENT_IP_CALLABLE = "kvalitet.organisation.authentication.client_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_USERNAME_FORM_FIELD = "username"

SECURE_COOKIES = env.bool("SECURE_COOKIES", default=not DEBUG)
# So named, a browser takes it only over TLS and from this very host: no neighbour under the domain sets it.
COOKIE_PREFIX = "__Host-" if SECURE_COOKIES else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_ENGINE = "kvalitet.organisation.sessions"
MESSAGE_STORAGE = "kvalitet.cookies.Messages"
CSRF_FAILURE_VIEW = "kvalitet.organisation.kept.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
# Computers are shared: a login lasts a working day from its start, and no longer than the browser is open.
# What one's own phone and a shared device do instead stands in kvalitet/organisation/devices.py.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS_PROXY
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if BEHIND_TLS_PROXY else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS_PROXY else None
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Everything off that no page uses. A photo comes from a file field, which asks for no camera of the page.
PERMISSIONS_POLICY = {
    **dict.fromkeys(
        (
            "accelerometer",
            "autoplay",
            "browsing-topics",
            "camera",
            "display-capture",
            "encrypted-media",
            "geolocation",
            "gyroscope",
            "hid",
            "idle-detection",
            "local-fonts",
            "magnetometer",
            "microphone",
            "midi",
            "otp-credentials",
            "payment",
            "picture-in-picture",
            "publickey-credentials-get",
            "screen-wake-lock",
            "serial",
            "usb",
            "xr-spatial-tracking",
        ),
        "",
    ),
    # The drawing tool over the whole screen, and the buttons that copy a link.
    "fullscreen": "self",
    "clipboard-read": "",
    "clipboard-write": "self",
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "worker-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": BEHIND_TLS_PROXY,
    }
}

LANGUAGE_CODE = "sv"
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", VAR / "vendor")]
# A folder, or an address such as s3://hink/mapp?endpoint=https://s3.kommunen.se&region=se-1.
STORAGE_URL = env.str("STORAGE_URL", default=str(VAR / "media"))
MEDIA_ROOT = STORAGE_URL
S3_ACCESS_KEY = env.str("S3_ACCESS_KEY", default="")
S3_SECRET_KEY = env.str("S3_SECRET_KEY", default="")
STORAGES = {
    "default": {
        "BACKEND": "kvalitet.s3.PrivateBucket"
        if is_address(STORAGE_URL)
        else "kvalitet.storage.PrivateFolder"
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=25 * 1024 * 1024)
# Makes office files PDF when they are fastställda; empty where there is none.
LIBREOFFICE = env.str("LIBREOFFICE", default=shutil.which("soffice") or "")
# Where clamd listens, as /run/clamav/clamd.ctl or host:3310; empty: uploads are not scanned.
CLAMD = env.str("CLAMD", default="")
if CLAMD and not CLAMD.removeprefix("unix:").startswith("/") and not CLAMD.rpartition(":")[2].isdigit():
    raise ImproperlyConfigured("CLAMD ska vara en sökväg som /run/clamav/clamd.ctl, eller värd:port.")
CLAMD_REQUIRED = env.bool("CLAMD_REQUIRED", default=True)
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "kvalitet.receiving.ToDisk",
]
# One bulk upload of documents; each of its files is held to the limit above.
BATCH_MAX_FILES = env.int("BATCH_MAX_FILES", default=200)
BATCH_MAX_BYTES = env.int("BATCH_MAX_BYTES", default=2 * 1024 * 1024 * 1024)
# Ask the external links of documents each week whether they answer: the only thing that asks the internet.
LINK_CHECKS = env.bool("LINK_CHECKS", default=False)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A folder of maps may be chosen whole; the page takes half as many, and can then say so.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

# EMAIL_URL such as smtp://user:password@host:587/?tls=True; without it mail is written to var/mail.
EMAIL_FILE_PATH = VAR / "mail"
vars().update({key: value for key, value in env.email("EMAIL_URL", default="filemail://").items() if value})
EMAIL_TIMEOUT = 20  # seconds; without it a server that never answers holds a worker for ever
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="kvalitet@demo.invalid")

# Without CELERY_BROKER_URL the queue lies in the database above (kvalitet/queue.py has the options).
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="pgmq://localhost")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "kvalitet"
# A killed worker's task comes back; a step that was already committed is not done twice (kvalitet/jobs.py).
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nobody uses it, and it costs each worker tables in the queue
CELERY_TASK_PUBLISH_RETRY = False  # who sends does not wait: beat wakes what the queue missed
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "kvalitet.celery:Timetable"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Where errors are reported, such as https://key@sentry.kommunen.se/1; empty: nowhere (kvalitet/reporting.py).
SENTRY_DSN = env.str("SENTRY_DSN", default="")

DJANGO_TABLES2_TEMPLATE = "tables/table.html"
FILTERS_EMPTY_CHOICE_LABEL = "Alla"

LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING")
LOG_FORMATTER = (
    "kvalitet.logs.JsonFormatter" if env.bool("LOG_JSON", default=False) else "kvalitet.logs.Formatter"
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": LOG_FORMATTER}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # Django's own handlers write, and mail, what was sent in a form; everything goes through the one above.
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL},
        "botocore": {"level": "WARNING"},  # below that it writes what is sent to the storage
        # Below that it writes addresses of mail and net; kvalitet.security says the same with a number.
        "axes": {"level": "ERROR"},
        "kvalitet.security": {"level": "INFO"},
        # One line for each answer; the web server's own would have what was searched for.
        "kvalitet.request": {"level": "INFO" if env.bool("LOG_REQUESTS", default=False) else LOG_LEVEL},
    },
}
