"""Which tests keep to one process, and in what order they are handed out.

Those of a folder that starts a browser or servers of its own, and those of a file that read what one fixture
has loaded for all of them. pytest-xdist's own groups do nothing under pytest 9.2, which it tells nobody.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# The longest first. The browser's folder is halved, and its other half comes when the first has loaded the
# demo content, so that nobody waits for it.
TOGETHER = (
    "tests/browser/test_pages.py",
    "tests/scripts",
    "tests/improvement/test_demo.py",
    "tests/kvalitet/test_s3.py",
    "tests/browser",
)


def _place(nodeid: str) -> int:
    """Where in `TOGETHER` a test belongs; after them all when nowhere."""
    file = nodeid.partition("::")[0]
    parts = (file == one or file.startswith(f"{one}/") for one in TOGETHER)
    return next((place for place, is_there in enumerate(parts) if is_there), len(TOGETHER))


class ByFolder(LoadScopeScheduling):
    """Hands out whole folders and files first, since they take longest, and all other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return (*TOGETHER, nodeid)[_place(nodeid)]


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder:
    config.option.loadscopereorder = False
    return ByFolder(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _place(item.nodeid))
