"""What a killed supervisor leaves behind: found, ended and told at the next start."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import psutil

RECORD: Final = "supervisor.json"


@dataclass(frozen=True, slots=True)
class _Process:
    """A process id with its start time (seconds since the epoch), because ids are used again."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "_Process":
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return cls(pid, 0.0)

    @property
    def runs(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 0.1
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


@dataclass(frozen=True, slots=True)
class _Record:
    """Which process supervises a stack, and which are its parts, by name."""

    supervisor: _Process
    parts: dict[str, _Process]


def write_record(folder: Path, parts: dict[str, int]) -> None:
    """Write which process supervises the stack in *folder* (this one), and which are its parts."""
    record = _Record(
        supervisor=_Process.of(psutil.Process().pid),
        parts={name: _Process.of(pid) for name, pid in parts.items()},
    )
    path = folder / RECORD
    partial = path.with_suffix(".partial")
    partial.write_bytes(orjson.dumps(record))
    partial.replace(path)


def clear_leftovers(folder: Path) -> str | None:
    """Remove a dead stack's *folder* and end what is left of it; say so, or return `None`.

    A stack whose supervisor still runs is left alone.
    """
    record = _record(folder)
    if record is None or record.supervisor.runs:
        return None
    left = {name: process for name, process in record.parts.items() if process.runs}
    for process in left.values():
        psutil.Process(process.pid).kill()
    shutil.rmtree(folder, ignore_errors=True)
    fate = f"ended {', '.join(left)}" if left else "its servers ended with it"
    return (
        f"The last stack's supervisor (process {record.supervisor.pid}) was killed; "
        f"{fate}, and its folder is removed."
    )


def supervisor_pid(folder: Path) -> int | None:
    """Return the process that supervises the stack in *folder*, if it still runs."""
    record = _record(folder)
    return record.supervisor.pid if record is not None and record.supervisor.runs else None


def _record(folder: Path) -> _Record | None:
    try:
        given = orjson.loads((folder / RECORD).read_bytes())
        return _Record(
            supervisor=_Process(**given["supervisor"]),
            parts={name: _Process(**process) for name, process in given["parts"].items()},
        )
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return None
