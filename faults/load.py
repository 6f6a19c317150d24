"""People who report and upload until they are told to stop, and remember what was acknowledged."""

import io
import random
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPException

from scripts import visiting

PAUSE = 0.25  # seconds between two things that one person does
PATIENCE = 20.0  # seconds for an answer
INSIST = 240.0  # seconds
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MARK = "Felprov"


@dataclass
class Told:
    """What people were told has been received: numbers of reports, and of documents, by a word in each."""

    reports: dict[str, set[int]] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)
    uploads: dict[str, set[int]] = field(default_factory=dict)
    refused: int = 0


class Load:
    """``reporters`` and ``uploaders`` are keys of logins; ``place`` has what the forms want to know."""

    def __init__(
        self, address: str, reporters: list[str], uploaders: list[str], place: dict[str, str]
    ) -> None:
        self.address, self.place, self.told = address, place, Told()
        self._stop, self._lock, self._picture = threading.Event(), threading.Lock(), picture()
        works = [(self._report, one) for one in reporters] + [(self._upload, one) for one in uploaders]
        self._threads = [threading.Thread(target=self._go_on, args=one, daemon=True) for one in works]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Nobody begins anything new; whoever waits for an answer gets it."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, work, session: str) -> None:
        chance = random.Random(session)
        while not self._stop.wait(PAUSE):
            work(session, chance, "".join(chance.choices(LETTERS, k=14)))

    def _report(self, session: str, chance: random.Random, word: str) -> None:
        """As a person does: until there is an answer, and sometimes once more for certain."""
        form = visiting.report(
            what_happened=f"{MARK} {word}", happened_on=self.place["day"], unit=self.place["unit"]
        )
        form |= {"is_suspected": "on"} if chance.random() < 0.2 else {}
        has_picture = chance.random() < 0.1
        files = {"files": ("bild.jpg", self._picture)} if has_picture else None
        until, wanted = time.monotonic() + INSIST, 2 if chance.random() < 0.2 else 1
        while wanted and time.monotonic() < until:
            number = self._sent(session, visiting.REPORT, form, files)
            if number is None:
                time.sleep(PAUSE)
                continue
            wanted -= 1
            with self._lock:
                self.told.reports.setdefault(word, set()).add(number)
                if has_picture:
                    self.told.pictures.add(word)

    def _upload(self, session: str, _chance: random.Random, word: str) -> None:
        """Once: who got no answer looks in the list, and the test cannot tell what they would see there."""
        form = {"title": f"{MARK} {word}", "type": "checklist", "owner_unit": self.place["owner_unit"]}
        form |= {"responsible": self.place["responsible"], "visibility": "internal", "review_months": "12"}
        text = f"Nyckeln {word} hänger i skåpet. ".encode() * 40
        number = self._sent(session, "/dokument/nytt/", form, {"file": ("rutin.txt", text)})
        if number is not None:
            with self._lock:
                self.told.uploads.setdefault(word, set()).add(number)
        time.sleep(1)

    def _sent(self, session: str, path: str, form: dict[str, str], files) -> int | None:
        try:
            answer = visiting.post(self.address, session, path, form, files=files, patience=PATIENCE)
        except (OSError, HTTPException):
            answer = (0, "")
        number = _number_in(*answer)
        if number is None:
            with self._lock:
                self.told.refused += 1
        return number


def _number_in(status: int, where: str) -> int | None:
    """Of the report, or of the document, whose page of a version the answer may lead to."""
    parts = where.strip("/").split("/")
    is_whole = status == 302 and len(parts) > 1 and parts[0] in ("avvikelser", "dokument")
    return int(parts[1]) if is_whole and parts[1].isdigit() else None


def picture() -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.effect_noise((64, 48), 40).convert("RGB").save(stream, "JPEG")
    return stream.getvalue()
