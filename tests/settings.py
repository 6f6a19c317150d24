"""The settings of a run of the tests: the product's own, with cheap passwords and mail kept in memory."""

import os

os.environ.setdefault("DEBUG", "1")

from kvalitet.settings import *  # noqa: F403
from kvalitet.settings import TEMPLATES
from tests.templates import Strict

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
BASE_URL = "http://testserver"
# Static files straight from their folders: no collectstatic before a test run.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# Tests run jobs themselves; the queue of its own is tried in tests/kvalitet/test_queue.py.
CELERY_BROKER_URL = "memory://"
# A name that a template of ours was not given fails the test.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Strict("%s")
