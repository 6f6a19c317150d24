"""The application's processes: started, killed, and started again when they have died, as Docker does."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from scripts.postgres_files import ROOT

KEEP_EVERY = 0.2  # seconds


class Part:
    """A process with all it has forked; like a container, they end together."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_up(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def members(self) -> list[int]:
        """The first process and those that came from it, the first one first."""
        if self._process is None:
            return []
        found = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
        return sorted(pid for pid in found if _session_of(pid) == self._process.pid)

    def kill(self) -> None:
        for pid in self.members():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self.kill()


class Keeper:
    """Starts again what has died, unless it is held down."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Callable[[], bool], Callable[[], None]]] = {}
        self.held: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._one_at_a_time = threading.Lock()

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    @contextlib.contextmanager
    def down(self, name: str):
        """Held down meanwhile; whoever asks for it has the part to itself."""
        with self._one_at_a_time:
            self.held.add(name)
        try:
            yield
        finally:
            self.held.discard(name)

    def _keep(self) -> None:
        while not self._over.wait(KEEP_EVERY):
            for name, (is_up, start) in self.kept.items():
                with self._one_at_a_time, contextlib.suppress(Exception):
                    if name not in self.held and not is_up():
                        start()


def _session_of(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        # After the name, which may hold anything: state, parent, group, session.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[3])
    return 0
