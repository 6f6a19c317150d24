"""The processes of one run: started together, watched, and ended with everything they started."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

STOP_SECONDS = 15
MARKER = "KVALITET_RUN"
PR_SET_PDEATHSIG = 1
# SIGINT too: a shell that starts us in the background lets it be ignored.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def ignore_stop_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class ProcessEnded(Exception):
    """One of the processes has ended by itself; the text says which and where its log is, in Swedish."""


class Fleet:
    """Named processes that carry `marker` in their environment, as do all their descendants.

    The marker finds what a killed run left behind, whatever its parents and groups are by then.
    """

    def __init__(self, logs: Path, *, marker: str) -> None:
        self._logs = logs
        self._marker = marker
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Fleet":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        """Start it in a session of its own; it gets SIGTERM by the kernel should this process be killed."""
        self._logs.mkdir(parents=True, exist_ok=True)
        libc = ctypes.CDLL(None)
        with (self._logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                env={**environment, MARKER: self._marker},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM),  # noqa: PLW1509 no threads here
            )

    def check(self) -> None:
        """Raise ProcessEnded when one of them has."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise ProcessEnded(
                    f"Processen {name} har stannat. Allt annat stoppas också. Se var/log/{name}.log"
                )

    def watch(self) -> None:
        """Return never; raise when a process ends or somebody interrupts."""
        while True:
            self.check()
            time.sleep(1)

    def stop(self) -> None:
        """Ask them to end, wait, and end by force whatever is left. A second Ctrl-C does not cut it short."""
        ignore_stop_signals()
        for process in self._running.values():
            process.terminate()
        end = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - time.monotonic()))
        self.end_leftovers()
        for process in self._running.values():
            process.wait()

    def end_leftovers(self) -> None:
        """Kill every process that carries the marker, such as those of a run that was itself killed."""
        while found := self._marked():
            for process in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.05)

    def _marked(self) -> list[int]:
        wanted = f"{MARKER}={self._marker}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if wanted in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
        return found
