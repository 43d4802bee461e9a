"""What processes cost: CPU time and memory, from /proc."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_MICROSECONDS_PER_TICK = 1_000_000 // os.sysconf("SC_CLK_TCK")


def cpu_microseconds(pid: int) -> int:
    """CPU time that a process with all its threads has used."""
    return _ticks(_stat(pid)[11:13]) * _MICROSECONDS_PER_TICK  # utime, stime


def family_cpu_microseconds(pid: int) -> int:
    """The same of a process and all its children, those that ended too: PostgreSQL's postmaster with every backend.

    The parent is read last: it has inherited the time of a child that ends meanwhile.
    """
    present = sum(_ticks(fields[11:13]) for fields in _children(pid))
    return (present + _ticks(_stat(pid)[11:15])) * _MICROSECONDS_PER_TICK  # and cutime, cstime of the ended


class Memory(NamedTuple):
    """What a process holds now, in megabytes; `files` of it are pages of files, which the system may take back."""

    resident: float
    files: float


def memory(pid: int) -> Memory:
    """The memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = dict(line.split(":", 1) for line in lines)
    resident, files = (int(found[name].split()[0]) / 1024 for name in ("VmRSS", "RssFile"))
    return Memory(resident, files)


def parent(pid: int) -> int:
    """Who started a process."""
    return int(_stat(pid)[1])


def _children(pid: int) -> Iterator[list[str]]:
    """The fields of each present child."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # gone meanwhile
                fields = _stat(int(entry.name))
                if int(fields[1]) == pid:
                    yield fields


def _ticks(fields: list[str]) -> int:
    return sum(map(int, fields))


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything: state is 0, the parent 1."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
