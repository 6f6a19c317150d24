"""The settings of the server that the browser tests visit: as in the other tests, but jobs run at once."""

import os

from tests.settings import *  # noqa: F403

CELERY_TASK_ALWAYS_EAGER = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
STORAGE_URL = MEDIA_ROOT = os.environ.get("STORAGE_URL", "")
LOGGING = {"version": 1, "disable_existing_loggers": False}
