"""Which tests keep to one process: those of a folder that starts a browser or servers of its own, and those
of a file that read what one fixture has loaded for all of them.

pytest-xdist's own groups do nothing under pytest 9.2, which it tells nobody.
"""

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser", "tests/scripts")
ONE_FIXTURE = ("tests/improvement/test_demo.py",)


class ByFolder(LoadScopeScheduling):
    """Hands out whole folders and files first, since they take longest, and all other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file in ONE_FIXTURE:
            return file
        folder = str(PurePosixPath(file).parent)
        return folder if folder in TOGETHER else nodeid


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder:
    return ByFolder(config, log)
