"""gunicorn in the image: WEB_WORKERS processes of four threads each, behind a proxy that ends TLS."""

import os

bind = "0.0.0.0:8000"  # inside the container's own network; only the proxy reaches it
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
timeout = 60  # seconds
graceful_timeout = 30  # seconds; less than the time compose gives before it kills
worker_tmp_dir = "/dev/shm"  # noqa: S108 memory, so that a slow disk is not taken for a dead worker
preload_app = True
control_socket_disable = True
forwarded_allow_ips = "*"  # the proxy has no fixed address
