"""The clock jumps an hour ahead, and back, for web, worker and beat; what waits, waits as before."""

import shutil
import struct
import subprocess
import time
from pathlib import Path

from faults.place import Place

TITLE, ROUNDS = "klockan hoppar en timme", 2
HOUR = 3600
AHEAD, BETWEEN = 20, 20  # seconds
SOURCE = Path(__file__).with_name("clock.c")


def missing() -> str:
    return "" if shutil.which("cc") else "Den behöver en C-kompilator: apt-get install gcc libc6-dev"


def environment(place: Place) -> dict[str, str]:
    library = place.folder / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    _set(place, 0)
    return {"LD_PRELOAD": str(library), "CLOCK_FILE": str(_clock(place))}


def fault(place: Place) -> None:
    _set(place, HOUR)
    time.sleep(AHEAD)
    place.parts["worker"].kill()  # in the middle of what it has taken, by a clock that is soon another
    _set(place, 0)
    time.sleep(BETWEEN)


def _clock(place: Place) -> Path:
    return place.folder / "clock"


def _set(place: Place, seconds: int) -> None:
    """In the same file, which the processes have before them."""
    with _clock(place).open("r+b" if _clock(place).exists() else "wb") as file:
        file.write(struct.pack("l", seconds))
