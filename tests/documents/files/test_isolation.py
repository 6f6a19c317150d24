"""What a program in an uploaded file could do, had it taken over the process that reads the file: nothing."""

import os
import socket
import sys
import tempfile
from pathlib import Path

import pytest
from django.core.checks import run_checks

from documents.files import isolation
from documents.files.sandbox import started, wait_or_kill

LACKS_FILES = pytest.mark.skipif("Landlock" in isolation.missing(), reason="kärnan har inte Landlock")
LACKS_CALLS = pytest.mark.skipif("seccomp" in isolation.missing(), reason="kärnan har inte seccomp")
IMPORTS = (
    "import os, socket, sys\nfrom pathlib import Path\nfrom documents.files import isolation, office, sandbox"
)
SHUT_IN = "sandbox.shut_in()"
AS_OFFICE = (
    "isolation.enter(read=map(Path, (*office.PROGRAMS, *office.FONTS)), write=[Path(sys.argv[2])],"
    " sockets=office.SOCKETS)"
)


def attempt(lock: str, program: str, *given: object) -> str:
    """What a process prints that is locked in such a way, in the environment that every such process has."""
    told = f"try:\n    print(repr({program}))\nexcept OSError as error:\n    print(type(error).__name__)"
    command = [sys.executable, "-c", f"{IMPORTS}\n{lock}\n{told}", *map(str, given)]
    with tempfile.TemporaryFile() as nothing, tempfile.TemporaryFile() as answer:
        wait_or_kill(started(command, nothing, answer), 20)
        answer.seek(0)
        return answer.read().decode().strip()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    place = tmp_path / "secret_key"
    place.write_text("hemlig")
    return place


@LACKS_FILES
@pytest.mark.parametrize("lock", [SHUT_IN, AS_OFFICE])
@pytest.mark.parametrize(
    "program",
    [
        "open(sys.argv[1]).read()",
        "os.listdir(os.path.dirname(sys.argv[1]))",
        "open(sys.argv[1], 'a').write('x')",
        "open(sys.argv[1] + '-new', 'w')",
        "os.truncate(sys.argv[1], 0)",
        "os.rename(sys.argv[1], sys.argv[1] + '-moved')",
        "open(f'/proc/{os.getppid()}/environ').read()",
        "open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
        "open(sandbox.ROOT / 'kvalitet/settings.py').read()",
        "os.listdir(sandbox.ROOT / 'var')",
    ],
)
def test_it_reads_and_writes_no_file_but_its_own(lock, program, secret, tmp_path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    assert attempt(lock, program, secret, own) == "PermissionError"
    assert secret.read_text() == "hemlig"


@LACKS_FILES
def test_only_what_converts_writes_and_only_in_its_folder(secret, tmp_path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    program = "open(sys.argv[2] + '/in.pdf', 'w').write('pdf')"
    assert attempt(SHUT_IN, program, secret, own) == "PermissionError"
    assert attempt(AS_OFFICE, program, secret, own) == "3"


@LACKS_CALLS
@pytest.mark.parametrize("lock", [SHUT_IN, AS_OFFICE])
def test_it_reaches_no_other_process(lock, secret, tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(f"{tmp_path}/socket")
        local.listen()
        port = server.getsockname()[1]
        for program in (
            f"socket.create_connection(('127.0.0.1', {port}))",
            "socket.create_server(('127.0.0.1', 0))",
            "socket.socket(socket.AF_INET6)",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
            "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
            "socket.socket(socket.AF_UNIX).connect(os.path.dirname(sys.argv[1]) + '/socket')",
        ):
            assert attempt(lock, program, secret, tmp_path) == "PermissionError", program


@pytest.mark.parametrize("lock", [SHUT_IN, AS_OFFICE])
def test_it_has_no_setting_no_open_file_and_gets_no_privilege(lock, secret, tmp_path, monkeypatch) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY", "S3_SECRET_KEY", "EMAIL_URL", "SECRET_KEY_FILE"):
        monkeypatch.setenv(name, "hemlig")
    names = set(attempt(lock, "' '.join(os.environ)", secret, tmp_path).strip("'").split())
    assert names <= {"PATH", "PYTHONUTF8", "PYTHONWARNINGS", "LC_CTYPE"}
    with secret.open() as held:
        os.set_inheritable(held.fileno(), True)
        assert attempt(lock, f"os.read({held.fileno()}, 9)", secret, tmp_path) in (
            "OSError",
            "PermissionError",
        )
    ask = "isolation.libc.prctl(39, 0, 0, 0, 0)"
    assert attempt(lock, ask, secret, tmp_path) == "1"


@pytest.mark.parametrize(("version", "told"), [(0, ["documents.W001"]), (7, [])])
def test_the_one_who_runs_it_is_told_what_the_kernel_lacks(version, told, monkeypatch) -> None:
    monkeypatch.setattr(isolation, "landlock_version", lambda: version)
    found = run_checks(tags=["security"], include_deployment_checks=True)
    assert [one.id for one in found if one.id.startswith("documents.")] == told
    assert all("Landlock" in one.msg for one in found if one.id == "documents.W001")
