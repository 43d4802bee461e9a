"""What processes cost: CPU time and memory, from /proc."""

import os
from pathlib import Path
from typing import NamedTuple

_MICROSECONDS_PER_TICK = 1_000_000 // os.sysconf("SC_CLK_TCK")


def cpu_microseconds(pid: int) -> int:
    """CPU time that a process with all its threads has used."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) * _MICROSECONDS_PER_TICK  # utime + stime


def family_cpu_microseconds(pid: int) -> int:
    """The same of a process and its present children: PostgreSQL's postmaster with every backend."""
    return sum(cpu_microseconds(member) for member in (pid, *_children(pid)))


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


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if parent(int(entry.name)) == pid:
                    found.append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue  # gone meanwhile
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything: state is 0, the parent 1."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
