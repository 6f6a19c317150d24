"""Fixtures of every test: the database, the cast and a browser client per role."""

import pytest
from django.test import Client

from tests.cast import ANONYMOUS, Cast, ClientFor, make_cast

pytest_plugins = ["tests.database", "tests.distribution"]


@pytest.fixture
def cast(db: None) -> Cast:
    """One user per role in a small organisation; see ``tests/cast.py``."""
    return make_cast()


@pytest.fixture
def client_for(cast: Cast) -> ClientFor:
    """``client_for("chef")`` is a client logged in as that one of the cast; ``"anonym"`` is nobody."""

    def make(who: str) -> Client:
        client = Client()
        if who != ANONYMOUS:
            client.force_login(cast[who], backend="kvalitet.organisation.authentication.EmailBackend")
        return client

    return make
