"""Everything as in the application, and the other search besides."""

from kvalitet.settings import *  # noqa: F403
from kvalitet.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "modelsearch", "bench.rival"]
MODELSEARCH_BACKENDS = {
    "default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "swedish", "AUTO_UPDATE": False}
}
ROOT_URLCONF = "bench.rival.urls"
