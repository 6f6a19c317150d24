"""What manage.py says of the settings before anything is started."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from kvalitet.storage_address import NO_KEYS, is_address, place_of


@register(Tags.files)
def storage_can_be_right(app_configs: Any, **options: Any) -> list[CheckMessage]:
    if not is_address(settings.STORAGE_URL):
        return []
    try:
        place_of(settings.STORAGE_URL)
    except ValueError as error:
        return [Error(str(error), id="kvalitet.E001")]
    if not (settings.S3_ACCESS_KEY and settings.S3_SECRET_KEY):
        return [Error(NO_KEYS, id="kvalitet.E002")]
    return []


@register(Tags.security, deploy=True)
def storage_is_asked_in_secret(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """What is confidential goes over the network to the storage."""
    if not is_address(settings.STORAGE_URL):
        return []
    endpoint = dict(parse_qsl(urlsplit(settings.STORAGE_URL).query)).get("endpoint", "")
    if not endpoint.startswith("http:"):
        return []
    told = "Filerna går okrypterade till lagringen: endpoint i STORAGE_URL börjar med http."
    return [checks.Warning(told, id="kvalitet.W001")]
