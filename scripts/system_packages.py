"""What comes from the operating system: Pango and a font for PDF, the venv module, Chromium for the tests."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

LIBRARIES = {  # what WeasyPrint loads, and the Debian package that has it
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
TEST_LIBRARIES = {"libatomic.so.1": "libatomic1"}  # what Playwright's driver loads
FONT_PACKAGE = "fonts-dejavu-core"
BROKER = "/usr/lib/rabbitmq/bin/rabbitmq-server"  # which a test starts; the package's own is not needed
SERVERS = frozenset({"rabbitmq-server", "caddy"})
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def install(*, tests: bool) -> None:
    """Install what is missing when that is allowed, otherwise stop with the command to type."""
    missing = _missing(tests)
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if not shutil.which("apt-get"):
        sys.exit(f"Det här saknas (Debians namn): {' '.join(missing)}. Installera det och försök igen.")
    prefix = _rights()
    if prefix is None:
        sys.exit(f"Det här saknas på datorn. Kör först:\n    {_to_type(command)}")
    print(f"Installerar {' '.join(missing)} …", flush=True)
    quietly = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    said = ""
    for step in (["apt-get", "update"], [*command, "-o", "DPkg::Lock::Timeout=600"]):
        result = subprocess.run([*quietly, *step], check=False, capture_output=True, text=True)
        said += result.stderr
    for name in SERVERS.intersection(missing) if shutil.which("systemctl") else ():
        # Debian starts it at once, open to the network; the test starts one of its own.
        command_off = [*prefix, "systemctl", "disable", "--now", name]
        subprocess.run(command_off, check=False, capture_output=True)
    if still_missing := _missing(tests):
        wanted = " ".join(still_missing)
        sys.exit(f"{said}\nKunde inte installera {wanted}. Pröva:\n    {_to_type(command)}")


def _to_type(command: list[str]) -> str:
    """For a shell: as root where there is no sudo, and with fresh lists, which a new machine lacks."""
    line = f"apt-get update && {' '.join(command)}"
    if shutil.which("sudo") and os.geteuid():
        return f"sudo sh -c '{line}'"
    return line if os.geteuid() == 0 else f"su -c '{line}'"


def _missing(tests: bool) -> list[str]:
    libraries = LIBRARIES | (TEST_LIBRARIES if tests else {})
    packages = [package for library, package in libraries.items() if not _can_load(library)]
    if not any(path.suffix in {".ttf", ".otf"} for path in Path("/usr/share/fonts").rglob("*")):
        packages.append(FONT_PACKAGE)
    if importlib.util.find_spec("ensurepip") is None:
        packages.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if tests and not any(shutil.which(name) for name in BROWSERS):
        packages.append("chromium")
    if tests and not Path(BROKER).exists():
        packages.append("rabbitmq-server")
    if tests and not shutil.which("caddy") and _is_offered("caddy"):
        packages.append("caddy")
    return packages


def _is_offered(package: str) -> bool:
    """Whether this system's package lists have it; without it one test is skipped."""
    if not shutil.which("apt-cache"):
        return False
    asked = subprocess.run(["apt-cache", "show", package], check=False, capture_output=True)
    return asked.returncode == 0


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _rights() -> list[str] | None:
    """What to put before a command to run it as root, or None when that needs a password."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    return ["sudo", "-n"] if allowed else None
