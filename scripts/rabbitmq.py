"""A RabbitMQ of one's own, of Debian's package, with its data in a folder: for tests and make faults."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server"
PATIENCE = 120  # seconds; Erlang starts slowly on a machine that does much else


class Broker:
    """Started, killed and started again on the same port, with what it had written in ``folder``."""

    _process: "subprocess.Popen[bytes] | None" = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "broker.log"
        self.port, inner, self.names = _free_ports(3)
        self.url = f"amqp://kvalitet:hemligt@127.0.0.1:{self.port}//"
        settings = folder / "rabbitmq.conf"
        settings.write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\ndefault_user = kvalitet\ndefault_pass = hemligt\n"
            "log.file = false\nlog.console = true\n"
        )
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(settings),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(inner),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(self.names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _wait_for(self.port, self._process, self.log)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        self._process.wait(PATIENCE)

    def end(self) -> None:
        """Stop it, and the book of names that it started, which would go on by itself."""
        self.stop()
        book = ["epmd", "-port", str(self.names), "-kill"]
        subprocess.run(book, check=False, capture_output=True, env=self.environment)


@contextlib.contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    """The address of a broker that answers on this machine alone, for as long as this lasts."""
    broker = Broker(folder)
    try:
        broker.start()
        yield broker.url
    finally:
        broker.end()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [door.getsockname()[1] for door in doors]


def _wait_for(port: int, broker: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and broker.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise AssertionError(f"RabbitMQ svarar inte:\n{log.read_text()[-3000:]}")
