"""All of it in one process, one after the other: each of these starts servers of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.checkout import Checkout, checked_out

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("scripts"))


@pytest.fixture(scope="package")
def checkout() -> Iterator[Checkout]:
    with checked_out() as checkout:
        yield checkout
