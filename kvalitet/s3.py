"""Files on S3-compatible object storage: private, whole or absent, and never written over (docs/adr/0012).

Nobody is given an address there: bytes go through the view that asked for the rights. A file is fetched whole
to a temporary one before its first byte is used, so that a fault is told on a page and not in half a file.
"""

import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files import File
from django.core.files.storage import Storage
from django.utils.functional import cached_property

from kvalitet.storage import BLOCK, KEY, NOT_REACHED, NOT_SAVED, Bytes, StorageDown, StorageFull, sha256_of
from kvalitet.storage_address import NO_KEYS, place_of

logger = logging.getLogger(__name__)

IN_MEMORY = 1024 * 1024
# Somebody waits, and the web server gives up after a minute: two tries of at most 13 seconds each.
PATIENT = {"connect_timeout": 3, "read_timeout": 10, "retries": {"mode": "standard", "total_max_attempts": 2}}
QUICK = {"connect_timeout": 2, "read_timeout": 3, "retries": {"mode": "standard", "total_max_attempts": 1}}
NO_ROOM = {"QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage"}
INSUFFICIENT_STORAGE = 507
TAKEN = "PreconditionFailed"
GONE = "NoSuchKey"
_making = threading.Lock()


class PrivateBucket(Storage):
    """A bucket that only the application's own key can read. Without ``address`` that of STORAGE_URL."""

    def __init__(self, address: str = "") -> None:
        try:
            self.place = place_of(address or settings.STORAGE_URL)
        except ValueError as error:
            raise ImproperlyConfigured(str(error)) from error
        if not (settings.S3_ACCESS_KEY and settings.S3_SECRET_KEY):
            raise ImproperlyConfigured(NO_KEYS)

    @cached_property
    def _client(self) -> Any:
        return self._made(PATIENT)

    @cached_property
    def _quick_client(self) -> Any:
        return self._made(QUICK)

    def _made(self, patience: dict[str, Any]) -> Any:
        """A client for all threads; only the making of it is for one at a time."""
        config = Config(
            **patience,
            tcp_keepalive=True,
            max_pool_connections=20,
            ignore_configured_endpoint_urls=True,
            # The sum of the content stands in the signature, which every server checks. The newer sums that
            # Amazon's own wants beside it are unknown to others.
            s3={
                "payload_signing_enabled": True,
                "addressing_style": "path" if self.place.endpoint else "auto",
            },
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        with _making:
            return botocore.session.Session().create_client(
                "s3",
                endpoint_url=self.place.endpoint or None,
                region_name=self.place.region or "us-east-1",
                aws_access_key_id=settings.S3_ACCESS_KEY,
                aws_secret_access_key=settings.S3_SECRET_KEY,
                config=config,
            )

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The key as it is: another would be found by nobody, and one that is taken is refused."""
        return name

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": self.place.prefix + name}

    def _save(self, name: str, content: Bytes) -> str:
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        # Not the file itself: one of Django's without a name is false, and would be signed as empty.
        body = SimpleNamespace(read=content.read, seek=content.seek, tell=content.tell)
        options = {"IfNoneMatch": "*", "ContentType": "application/octet-stream"}
        if self.place.encryption:
            options["ServerSideEncryption"] = self.place.encryption
        with faults_told("put"):
            try:
                self._client.put_object(**self._at(name), Body=body, ContentLength=size, **options)
            except ClientError as error:
                # The first try may have come through, and its answer not.
                if _code(error) != TAKEN or not self._is_same(name, content):
                    raise
        return name

    def _is_same(self, name: str, content: Bytes) -> bool:
        content.seek(0)
        with self._open(name) as there:
            return sha256_of(there) == sha256_of(content)

    def _open(self, name: str, mode: str = "rb") -> Bytes:
        fetched = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 it is what is given back
        try:
            with faults_told("get", name):
                body = self._client.get_object(**self._at(name))["Body"]
                while block := body.read(BLOCK):
                    fetched.write(block)
        except BaseException:
            fetched.close()
            raise
        fetched.seek(0)
        return File(fetched, name)

    def delete(self, name: str) -> None:
        with faults_told("delete"):
            self._client.delete_object(**self._at(name))

    def keys(self) -> Iterator[str]:
        """The key of every file, in order."""
        pages = self._client.get_paginator("list_objects_v2")
        with faults_told("list"):
            for page in pages.paginate(Bucket=self.place.bucket, Prefix=self.place.prefix):
                names = (one["Key"].removeprefix(self.place.prefix) for one in page.get("Contents", ()))
                yield from (name for name in names if KEY.fullmatch(name))

    def ask(self) -> None:
        """StorageDown when it does not answer within a few seconds."""
        with faults_told("list"):
            self._quick_client.list_objects_v2(Bucket=self.place.bucket, Prefix=self.place.prefix, MaxKeys=1)


@contextmanager
def faults_told(what: str, name: str = "") -> Iterator[None]:
    """Faults of the server as those of the storage; the log gets what it said, and no key."""
    down = StorageDown(NOT_SAVED if what == "put" else NOT_REACHED)
    try:
        yield
    except ClientError as error:
        if _code(error) == GONE:
            raise FileNotFoundError(name) from error
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        logger.error("s3 refuses to %s: %s %s", what, status, _code(error))  # noqa: TRY400
        if _code(error) in NO_ROOM or status == INSUFFICIENT_STORAGE:
            raise StorageFull from error
        raise down from error
    except BotoCoreError as error:
        logger.error("s3 does not answer to %s: %s", what, type(error).__name__)  # noqa: TRY400
        raise down from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
