"""Settings, all of them from the environment; `.env.example` says what each variable means.

`manage.py` and `make run` fill in the addresses of the embedded servers before this is read.
"""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pghistory
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent


def celery_broker_url(redis_url: str) -> str:
    """Celery says redis+socket:// and virtual_host where redis-py says unix:// and db."""
    return redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


env = Env()
if file := env.str("ENV_FILE", default=str(BASE_DIR / ".env")):
    env.read_env(file, recurse=False)

# The demonstration has its own company, accounts and mail sink; it is never on by accident.
DEMONSTRATION = env.bool("DEMONSTRATION", default=False)
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
INSTALLATION = sha256(f"installation:{SECRET_KEY}".encode()).hexdigest()[:16]  # tells it from others
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()

INSTALLED_APPS = [
    "people",
    "tours",
    "feedback",
    "alliance_site.outbox",
    "alliance_site.dashboards",
    "alliance_site.demonstration.company",
    *(["alliance_site.demonstration"] if DEMONSTRATION else []),
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "pgtrigger",
    "pghistory",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "alliance_site.middleware.PagesAndFormsMiddleware",
    "alliance_site.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "people.middleware.LocalTimeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "alliance_site.middleware.NotAllowedMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "alliance_site.urls"
WSGI_APPLICATION = "alliance_site.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["alliance_site.addresses"],  # ITS `url` TAKES THE PLACE OF DJANGO'S: see there
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alliance_site.dashboards.context.site",
            ],
        },
    },
]
FORM_RENDERER = "alliance_site.forms.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"


# Postgres and Redis
def _database(address: dict[str, Any]) -> dict[str, Any]:
    found = address | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": env.bool("PGBOUNCER", default=False),
    }
    if not found["DISABLE_SERVER_SIDE_CURSORS"]:
        # What is prepared is planned once for each connection, not each time for its values: people/plans.py.
        options = found.setdefault("OPTIONS", {})
        options["options"] = f"-c plan_cache_mode=force_generic_plan {options.get('options', '')}".rstrip()
    return found


DATABASES = {"default": _database(env.dj_db_url("DATABASE_URL", default="postgresql:///alliance"))}
if env.str("REPLICA_URL", default=""):
    # For figures alone (replica.py), so nobody waits long for one that is cut off.
    DATABASES["replica"] = _database(env.dj_db_url("REPLICA_URL"))
    DATABASES["replica"].setdefault("OPTIONS", {}).update(
        connect_timeout=2, tcp_user_timeout=5000, keepalives_idle=5, keepalives_interval=2, keepalives_count=2
    )
    DATABASE_ROUTERS = ["alliance_site.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": INSTALLATION,  # a Redis may be shared
        # A page never waits long for a Redis that hangs; who asks can do without an answer.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": None},
    }
}

# History: every insert, change and deletion, in tables that refuse UPDATE and DELETE themselves
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

# Celery: nudges and ticks, see alliance_site/celery.py
CELERY_BROKER_URL = celery_broker_url(REDIS_URL)
CELERY_TASK_DEFAULT_QUEUE = f"alliance-{INSTALLATION}"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # what a busy worker had put by, another would wait for
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "alliance_site.beat:Clock"
CELERY_BEAT_SCHEDULE = {
    # A tick that no worker took before the next one is worth nothing, and must not pile up.
    "plan": {"task": "outbox.plan", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
    "deliver": {"task": "outbox.deliver", "schedule": timedelta(seconds=20), "options": {"expires": 20}},
    "put_away": {"task": "outbox.put_away", "schedule": timedelta(minutes=5), "options": {"expires": 300}},
    "give": {"task": "tours.give", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
    "figures": {
        "task": "feedback.publish_figures",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "sessions": {
        "task": "people.forget_sessions",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
}

# Mail. What is said, and what must be prepared before it can be said, in the order planned.
EMAIL_URL = env.str("EMAIL_URL", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Alliance <alliance@localhost>")
# For how long a sender that died keeps its messages from the others; more than three slow answers.
OUTBOX_LEASE = timedelta(seconds=env.float("OUTBOX_LEASE", default=120.0))
# By day and on working days only; whoever tries the demonstration on a Sunday is to see letters come.
OUTBOX_QUIET = env.bool("OUTBOX_QUIET", default=not DEMONSTRATION)
# Where a provider takes only so many letters a minute; 0: as many as it takes.
OUTBOX_PER_MINUTE = env.int("OUTBOX_PER_MINUTE", default=0)
# What a provider must know that tells /messages/events/ of letters that came or came back; "": nobody may.
OUTBOX_EVENTS_SECRET = env.str("OUTBOX_EVENTS_SECRET", default="")
OUTBOX_RECIPIENTS = "people.recipients.recipients"
OUTBOX_REACHED_AGAIN = "people.recipients.reached_again"
OUTBOX_DAYS_OFF = "tours.reminders.days_off.days_off"
OUTBOX_WORDINGS = "tours.reminders.wording.wording"
OUTBOX_DECLINE = "people.preferences.decline"
OUTBOX_PREPARE = ["feedback.planning.plan_checkins"]
TOURS_ROLE_STAYS = "feedback.reminders.passing_on.stays_behind"
OUTBOX_OCCASIONS = [
    "people.reminders.password_reset",
    "people.reminders.password_changed",
    "people.reminders.address_changed",
    "people.reminders.import_finished",
    "people.reminders.import_failed",
    "tours.reminders.terms_waiting",
    "tours.reminders.comment",
    "tours.reminders.off_the_table",
    "tours.reminders.tour_starts",
    "tours.reminders.tour_ends",
    "tours.reminders.next_step_waiting",
    "tours.reminders.outcome_unsigned",
    "tours.reminders.ended_early",
    "tours.reminders.handover",
    "tours.reminders.left_undone",
    "tours.reminders.promise_due",
    "tours.reminders.promise_to_judge",
    "tours.reminders.promise_word",
    "feedback.reminders.checkin_due",
    "feedback.reminders.career_due",
    "feedback.reminders.checkin_lapsed",
    "feedback.reminders.expectation_waiting",
    "feedback.reminders.expectation_answered",
    "feedback.reminders.expectation_review",
    "feedback.reminders.role_gone",
    "feedback.reminders.role_stays",
    "feedback.reminders.debrief_due",
    "feedback.reminders.alignment_shared",
    "feedback.reminders.alignment_answered",
    "feedback.reminders.next_tour_due",
    "feedback.reminders.close_out_due",
    "feedback.reminders.conversation_asked",
    "feedback.reminders.conversation_answered",
    "alliance_site.dashboards.hr_letter.hr_letter",
    "alliance_site.dashboards.reminders.monthly_report",
]

# Who signs in, and how
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["people.backend.PersonBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_RESET_TIMEOUT = 24 * 3600
LEAST_PASSWORD = 8  #: characters
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("name", "email", "number")}),
        ("MinimumLengthValidator", {"min_length": LEAST_PASSWORD}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

# Language and time. Each person has their own; these are for those who have not said.
LANGUAGES = [("en", _("English")), ("de", _("German")), ("es", _("Spanish")), ("ar", _("Arabic"))]
COMPANY_LANGUAGE = env.str("LANGUAGE_CODE", default="en")
# Without words of it, Django could not even get to the check that refuses it.
LANGUAGE_CODE = COMPANY_LANGUAGE if COMPANY_LANGUAGE in dict(LANGUAGES) else "en"
# Not USE_THOUSAND_SEPARATOR: keys in addresses and forms would be taken apart, too.
FORMAT_MODULE_PATH = ["alliance_site.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# Static files: ours, and those that the packages of package.json bring
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / ".assets" / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", BASE_DIR / "node_modules" / "bootstrap" / "dist" / "css"),
    ("source-serif", BASE_DIR / "node_modules" / "@fontsource" / "source-serif-4" / "files"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its form marks with data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
LAST_HERE_COOKIE_NAME = "last-in"  # of whoever signed in last in this browser
if (port := SITE_URL.rpartition(":")[2]).isdecimal():  # a browser sends cookies to all ports of a host
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"sessionid-{port}", f"csrftoken-{port}"
    LAST_HERE_COOKIE_NAME = f"last-in-{port}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # who watches from inside asks without HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS and env.bool("HSTS_SUBDOMAINS", default=False)
if not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    # What else has a name below this site's is not for us to say, and Django warns of just that.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "alliance_site.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
