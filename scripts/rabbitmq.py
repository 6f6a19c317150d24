"""A RabbitMQ of the test's own, of Debian's package, with its data in a folder that is thrown away."""

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


@contextlib.contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    """The address of a broker that answers on this machine alone, for as long as this lasts."""
    port, inner, names = _free_ports(3)
    settings = folder / "rabbitmq.conf"
    settings.write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\ndefault_user = kvalitet\ndefault_pass = hemligt\n"
        "log.file = false\nlog.console = true\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_CONFIG_FILE": str(settings),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_NODENAME": f"test{port}@localhost",
        "RABBITMQ_DIST_PORT": str(inner),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    with (folder / "broker.log").open("wb") as log:
        broker = subprocess.Popen(
            [PROGRAM],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port, broker, folder / "broker.log")
        yield f"amqp://kvalitet:hemligt@127.0.0.1:{port}//"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(broker.pid, signal.SIGTERM)
        broker.wait(PATIENCE)
        # It started a book of names that would go on by itself.
        subprocess.run(
            ["epmd", "-port", str(names), "-kill"], check=False, capture_output=True, env=environment
        )


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
