"""The disk of the uploads can be read and not written, as after a fault in it."""

import subprocess
import time

from faults.place import Place

TITLE, ROUNDS = "skrivskyddad disk i 30 s", 2
SHUT, BETWEEN = 30, 15  # seconds


def fault(place: Place) -> None:
    _set(place, writable=False)
    try:
        time.sleep(SHUT)
    finally:
        _set(place, writable=True)
    time.sleep(BETWEEN)


def _set(place: Place, *, writable: bool) -> None:
    """By mounting it anew; without root's rights, which shut folders do not stop, by shutting the folders."""
    if place.has_disks:
        option = f"remount,{'rw' if writable else 'ro'}"
        # Refused while a file is being written.
        for _ in range(50):
            if not subprocess.run(["mount", "-o", option, str(place.files)], check=False).returncode:
                return
            time.sleep(0.1)
        raise RuntimeError(f"mount -o {option} gick inte")
    for folder in (place.files, *(one for one in place.files.rglob("*") if one.is_dir())):
        folder.chmod(0o700 if writable else 0o500)
