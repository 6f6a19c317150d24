"""Which tests keep to one process: those of a folder that starts a browser or servers of its own.

pytest-xdist's own groups do nothing under pytest 9.2, which it tells nobody.
"""

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser", "tests/scripts")


class ByFolder(LoadScopeScheduling):
    """Hands out whole folders first, since they take longest, and all other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        folder = str(PurePosixPath(nodeid.partition("::")[0]).parent)
        return folder if folder in TOGETHER else nodeid


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder:
    return ByFolder(config, log)
