"""Fixtures that several files here share."""

import pytest


@pytest.fixture
def own_storage(tmp_path, settings):
    """Files in a folder of the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "kvalitet.storage.PrivateFolder", "OPTIONS": {"location": str(tmp_path)}},
    }
    return tmp_path
