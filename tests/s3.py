"""An S3 server on this machine, in a process of its own, and one that answers as a broken one would."""

import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PATIENCE = 60  # seconds; for a machine that does much else
# What it says in each case: status and code, as servers of different makes do.
REFUSALS = {
    "key": (403, "InvalidAccessKeyId"),
    "bucket": (404, "NoSuchBucket"),
    "quota": (403, "QuotaExceeded"),
    "full": (507, "XMinioStorageFull"),
    "broken": (500, "InternalError"),
}


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """The address of a server that holds what it is given in memory, for as long as this lasts."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with (folder / "s3.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port, server, folder / "s3.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait(PATIENCE)


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"S3 svarar inte:\n{log.read_text()[-3000:]}")


class Broken(ThreadingHTTPServer):
    """Answers every request as ``how`` says, and counts them: one of REFUSALS, "silent", "cut" or "well"."""

    daemon_threads = True
    how = "broken"
    asked = 0
    signed = False  # whether the last request said what its content was, as a server in earnest wants

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Broken
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        got = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked += 1
        self.server.signed = self.headers["x-amz-content-sha256"] == hashlib.sha256(got).hexdigest()
        self.close_connection = True
        if self.server.how == "silent":
            time.sleep(1)
            return
        status, code = REFUSALS.get(self.server.how, (200, ""))
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode() if code else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + (1000 if self.server.how == "cut" else 0)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_DELETE = answer  # noqa: N815 the names that are looked for

    def log_message(self, *args: Any) -> None:
        pass


@contextlib.contextmanager
def broken_server() -> Iterator[Broken]:
    server = Broken(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
