"""The S3 server goes silent for half a minute; the files lie there, by the setting STORAGE_URL."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from faults.parts import Part
from faults.place import LOGS, Place, free_ports

TITLE, ROUNDS = "S3 tyst i 30 s", 2
AWAY, BETWEEN = 30, 15  # seconds
PATIENCE = 60  # seconds
server: list[Part] = []


@contextmanager
def around(place: Place) -> Iterator[dict[str, str]]:
    """A server that holds what it is given in memory, so it may go silent but not die."""
    (port,) = free_ports(1)
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    part = Part("s3", command, {"PATH": os.environ["PATH"], "HOME": str(place.folder)}, LOGS / "s3.log")
    part.start()
    server[:] = [part]
    try:
        _wait_for(port)
        address = f"s3://felprov?endpoint=http://127.0.0.1:{port}"
        bucket = storage(address)
        bucket._client.create_bucket(Bucket=bucket.place.bucket)
        place.storage = bucket
        yield {"STORAGE_URL": address}
    finally:
        part.kill()


def storage(address: str) -> Any:
    from kvalitet.s3 import PrivateBucket

    return PrivateBucket(address)


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"S3 svarar inte. Se {LOGS / 's3.log'}")


def fault(place: Place) -> None:
    pids = server[0].members()
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(AWAY)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    place.wait_until_whole()
    time.sleep(BETWEEN)
