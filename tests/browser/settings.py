"""The settings of the server that the browser tests visit: as in the other tests, with files of its own."""

import os

from tests.settings import *  # noqa: F403

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
STORAGE_URL = MEDIA_ROOT = os.environ.get("STORAGE_URL", "")
LOGGING = {"version": 1, "disable_existing_loggers": False}
