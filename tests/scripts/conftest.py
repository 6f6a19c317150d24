"""A checkout for all of these, which run one after the other: each starts servers of its own."""

from collections.abc import Iterator

import pytest

from tests.scripts.checkout import Checkout, checked_out


@pytest.fixture(scope="package")
def checkout() -> Iterator[Checkout]:
    with checked_out() as checkout:
        yield checkout
