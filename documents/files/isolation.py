"""What a process that reads an untrusted file is cut off from, by the kernel and for good.

Three locks that an ordinary process may turn on itself, also in a container without any capability:

- *no new privileges*: no program that it starts gets more than it has, whatever bits the program's file has;
- *seccomp*: system calls are refused by number, here those that open a network or look into other processes;
- *Landlock* (Linux 5.13 and later): of the file system only the folders named, and only for what is named.

What is open already stays so: its file on standard input and its answer on standard output. The locks are
inherited by every process it starts. Where the kernel lacks one of them the others hold, and
``manage.py check --deploy`` says so; where it has one and refuses to lock, the file is not read.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable
from pathlib import Path

NO_NEW_PRIVILEGES, GET_SECCOMP, SET_SECCOMP, FILTER = 38, 21, 22, 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every processor
VERSION, PATH_BENEATH = 1, 1
# Landlock's rights to files, each a bit, and how many of them each version of it knows.
EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
KNOWN = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
OF_FILE = (
    EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15
)  # those that mean anything for what is no folder
READ = EXECUTE | READ_FILE | READ_FOLDER
KEEP_SOCKETS = 1 << 5 | 1 << 9  # remove a file, make a socket
TCP = 0b11  # bind and connect, from version 4
OUTSIDE = 0b11  # abstract sockets of others and signals to them, from version 6

# Per processor: its number for seccomp, then its numbers of `socket`, `connect`, `ptrace`, `process_vm_readv`
# and `process_vm_writev`; io_uring, which opens sockets too, has the same everywhere.
CALLS = {
    "x86_64": (0xC000003E, 41, (42, 101, 310, 311, 425)),
    "aarch64": (0xC00000B7, 198, (203, 117, 270, 271, 425)),
}
X32 = 0x40000000  # other numbers for the same calls
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
UNIX = 1  # the family of sockets that have a file, or none, and reach no network

libc = ctypes.CDLL(None, use_errno=True)


def enter(*, read: Iterable[Path], write: Iterable[Path] = (), sockets: Path | None = None) -> None:
    """Lock this process, which has one thread, and all that it starts. What of the places is not there is
    left out. `sockets` is where it may listen to other processes of this computer; it may call none.
    """
    _done(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    places = dict.fromkeys(read, READ) | dict.fromkeys(write, ~0)
    _forbid_files(places | ({sockets: KEEP_SOCKETS} if sockets else {}))
    _forbid_calls(has_sockets=bool(sockets))


def missing() -> list[str]:
    """What this kernel lacks of it, by name."""
    found = [] if landlock_version() else ["Landlock"]
    can_filter = platform.machine() in CALLS and libc.prctl(GET_SECCOMP, 0, 0, 0, 0) >= 0
    return found if can_filter else [*found, "seccomp"]


def landlock_version() -> int:
    """0 where the kernel has no Landlock, or it is switched off."""
    return max(0, int(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)))


def _forbid_files(places: dict[Path, int]) -> None:
    version = landlock_version()
    if not version:
        return
    handled = (1 << KNOWN.get(version, 16)) - 1
    attributes = struct.pack("QQQ", handled, TCP if version >= 4 else 0, OUTSIDE if version >= 6 else 0)
    length = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = _done(libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(length), 0))
    for place, rights in places.items():
        if not place.exists():
            continue
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
        allowed = rights & handled & (~0 if place.is_dir() else OF_FILE)
        _done(libc.syscall(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", allowed, opened), 0))
        os.close(opened)
    _done(libc.syscall(RESTRICT_SELF, rules, 0))
    os.close(rules)


def _forbid_calls(*, has_sockets: bool) -> None:
    if "seccomp" in missing():
        return
    processor, socket, others = CALLS[platform.machine()]
    # Each step: what it does, a number, and how many steps to skip when that is so and when it is not.
    check = [(LOAD, 4, 0, 0), (EQUAL, processor, 1, 0), (RETURN, REFUSE, 0, 0), (LOAD, 0, 0, 0)]
    check += [(AT_LEAST, X32, 0, 1), (RETURN, REFUSE, 0, 0)]
    for call in others:
        check += [(EQUAL, call, 0, 1), (RETURN, REFUSE, 0, 0)]
    check += [(EQUAL, socket, 0, 3), (LOAD, 16, 0, 0), (EQUAL, UNIX if has_sockets else 0xFFFFFFFF, 1, 0)]
    check += [(RETURN, REFUSE, 0, 0), (RETURN, ALLOW, 0, 0)]
    code = b"".join(struct.pack("HBBI", step, yes, no, number) for step, number, yes, no in check)
    steps = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", len(check), ctypes.addressof(steps))
    _done(libc.prctl(SET_SECCOMP, FILTER, program, 0, 0))


def _done(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(result)
