"""What the readers of the formats fill: text up to a number of characters and a point in time."""

import time


class Full(Exception):
    """No more text is wanted, or no more time is left."""


class Collector:
    """Gathers text up to a number of characters and a point in time; `add` raises Full past either."""

    def __init__(self, max_characters: int, deadline: float) -> None:
        self.parts: list[str] = []
        self.left = max_characters
        self.deadline = deadline
        self.page_count: int | None = None
        self.note = ""

    def add(self, text: str) -> None:
        self.parts.append(text[: self.left])
        self.left -= len(text)
        if self.left < 0 or time.monotonic() > self.deadline:
            raise Full

    @property
    def text(self) -> str:
        return "".join(self.parts)
