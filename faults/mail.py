"""A mail server that remembers what it took, and can go away or die over a mail."""

import re
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

CASE = re.compile(r"(/avvikelser/\d+/)")


class MailServer:
    """``taken`` is who was told of which case, once for each time they were."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[tuple[str, str]] = []
        self.dies_over_mail = False
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's
        """Take the mail; and be gone before whoever sent it has been told, when it is to die."""
        told = message_from_bytes(envelope.content, policy=default).get_content()
        self.taken += [(to, case) for to in envelope.rcpt_tos for case in CASE.findall(told)]
        if self.dies_over_mail:
            server.transport.abort()
        return "250 OK"
