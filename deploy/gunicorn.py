"""gunicorn in the image: WEB_WORKERS processes of four threads each, behind a proxy that ends TLS."""

import os
import tempfile
from typing import Any

# Where the processes count for /metrics: a new folder in memory, before the application is loaded.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="kvalitet-metrics-"))

bind = "0.0.0.0:8000"  # inside the container's own network; only the proxy reaches it
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
timeout = 60  # seconds
graceful_timeout = 30  # seconds; less than the time compose gives before it kills
worker_tmp_dir = "/dev/shm"  # noqa: S108 memory, so that a slow disk is not taken for a dead worker
preload_app = True
control_socket_disable = True
forwarded_allow_ips = "*"  # the proxy has no fixed address


def child_exit(server: Any, worker: Any) -> None:
    """What a process that has ended had counted stays; what it was in the middle of is over."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)
