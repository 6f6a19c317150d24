"""Runs the parsing of an untrusted file in a process of its own, with limits on time, memory and output."""

import contextlib
import errno
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from documents.files import isolation

ROOT = Path(__file__).resolve().parents[2]
MAX_OUTPUT = 32 * 1024 * 1024
# What Python needs to load its libraries, besides where it is installed itself.
LIBRARIES = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/mime.types",
    "/dev/urandom",
)
REFUSED = "refused"
REFUSAL = 3  # how the process ends when its answer is a reason instead of a file


class Failed(Exception):
    """The process ended without an answer: it took too long, too much memory, or broke."""


class NoRoom(Failed):
    """The disk is full, so the file could not be handed to the process."""


class OutOfTime(Failed):
    """The process was stopped because it took too long."""


class Refused(Exception):
    """The process refused the file; the message is the Swedish reason."""


def run(task: str, file: BinaryIO, *options: str, seconds: int, megabytes: int) -> dict[str, Any]:
    """The JSON answer of `task` ("check", "extract", "page", "rows") about `file`; else Failed or Refused.

    The process gets the bytes and nothing else: no environment, no open connection, no database, and of the
    disk only the programs that it runs (``isolation``).
    """
    command = [sys.executable, "-s", "-m", "documents.files.sandbox", task, str(seconds), str(megabytes)]
    try:
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as answer:
            copy(file, source)
            wait_or_kill(started([*command, *options], source, answer), seconds)
            answer.seek(0)
            return parsed(answer.read(MAX_OUTPUT))
    except OSError as error:
        raise _failure(error) from error


def cleaned(file: BinaryIO, kind: str, *, seconds: int, megabytes: int, max_bytes: int) -> BinaryIO:
    """The copy that ``cleaning.clean`` makes of such a file, open for reading; else Failed or Refused."""
    answer = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 it is what is given back
    try:
        with tempfile.TemporaryFile() as source:
            copy(file, source)
            given = ["clean", str(seconds), str(megabytes), kind, str(max_bytes)]
            process = started([sys.executable, "-s", "-m", "documents.files.sandbox", *given], source, answer)
            wait_or_kill(process, seconds)
        answer.seek(0)
        if process.returncode == REFUSAL:
            parsed(answer.read(MAX_OUTPUT))
        if process.returncode != 0 or not answer.seek(0, os.SEEK_END):
            raise Failed("no file")
    except OSError as error:
        answer.close()
        raise _failure(error) from error
    except (Failed, Refused):
        answer.close()
        raise
    answer.seek(0)
    return answer


def _failure(error: OSError) -> Failed:
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return NoRoom("no room") if is_full else Failed("no process")


def produced(
    task: str, file: BinaryIO, beside: BinaryIO, *, seconds: int, megabytes: int, max_bytes: int
) -> BinaryIO:
    """The file that `task` ("stamp") makes of two, open for reading; Failed when there is none."""
    answer = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 it is what is given back
    try:
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as second:
            copy(file, source)
            copy(beside, second)
            given = [task, str(seconds), str(megabytes), str(second.fileno()), str(max_bytes)]
            command = [sys.executable, "-s", "-m", "documents.files.sandbox", *given]
            process = started(command, source, answer, keep_open=[second.fileno()])
            wait_or_kill(process, seconds)
        if process.returncode != 0 or not answer.seek(0, os.SEEK_END):
            raise Failed("no file")
    except OSError as error:
        answer.close()
        raise _failure(error) from error
    except Failed:
        answer.close()
        raise
    answer.seek(0)
    return answer


def started(
    command: list[str], source: BinaryIO, answer: BinaryIO, *, keep_open: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=source,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore"},
        start_new_session=True,
        pass_fds=keep_open,
    )


def copy(file: BinaryIO, target: BinaryIO) -> None:
    file.seek(0)
    while block := file.read(1024 * 1024):
        target.write(block)
    target.flush()
    target.seek(0)


def wait_or_kill(process: subprocess.Popen[bytes], seconds: int) -> None:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise OutOfTime("time") from error
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def parsed(answer: bytes) -> dict[str, Any]:
    try:
        result = json.loads(answer)
    except ValueError as error:
        raise Failed("no answer") from error
    if not isinstance(result, dict):
        raise Failed("no answer")
    if REFUSED in result:
        raise Refused(str(result[REFUSED]))
    return result


def limit(seconds: int, megabytes: int, *, max_bytes: int = MAX_OUTPUT, files: int = 64) -> None:
    """Set in the child itself: running code between fork and exec is not safe in a threaded server."""
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def shut_in() -> None:
    """From here on this process reads nothing but its programs and what is open, and writes only there."""
    programs = (sys.prefix, sys.base_prefix, *LIBRARIES, ROOT / "documents")
    isolation.enter(read=[Path(place) for place in programs])


def answer_to(task: str, file: BinaryIO, options: list[str], seconds: int) -> dict[str, Any]:
    from documents.files.kinds import FileKind, RefusedFile

    try:
        if task == "check":
            from documents.files.check import inspect

            return {"kind": inspect(file).value}
        if task == "page":
            from documents.files.page import convert

            return convert(file)
        if task == "rows":
            from documents.files.readers.xlsx import rows_of

            return {"rows": rows_of(file, int(options[0]))}
        from documents.files.extract import as_json, extract_text

        return as_json(extract_text(file, FileKind(options[0]), seconds=seconds * 0.8))
    except RefusedFile as refused:
        return {REFUSED: refused.reason}


def write_clean(kind: str) -> int:
    """The whole copy or a reason, never both: it is made in memory first."""
    from documents.files.cleaning import clean
    from documents.files.kinds import RefusedFile

    copy = io.BytesIO()
    try:
        clean(sys.stdin.buffer, kind, copy)
    except RefusedFile as refused:
        sys.stdout.write(json.dumps({REFUSED: refused.reason}, ensure_ascii=False))
        return REFUSAL
    sys.stdout.buffer.write(copy.getvalue())
    sys.stdout.buffer.flush()
    return 0


def main(arguments: list[str]) -> None:
    task, seconds, megabytes, *options = arguments
    if task == "convert":
        from documents.files.office import become

        limit(int(seconds), int(megabytes), max_bytes=int(options.pop()), files=512)
        become(*options)
    if task == "stamp":
        from documents.files.stamp import stamp

        beside, max_bytes = options
        limit(int(seconds), int(megabytes), max_bytes=int(max_bytes))
        shut_in()
        with os.fdopen(int(beside), "rb") as strip:
            stamp(sys.stdin.buffer, strip, sys.stdout.buffer)
        return
    if task == "clean":
        kind, max_bytes = options
        limit(int(seconds), int(megabytes), max_bytes=int(max_bytes))
        shut_in()
        sys.exit(write_clean(kind))
    limit(int(seconds), int(megabytes))
    shut_in()
    result = answer_to(task, sys.stdin.buffer, options, int(seconds))
    sys.stdout.write(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
