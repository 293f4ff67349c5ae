"""A function's share of the processor, by its memory, where the machine has control groups for it.

Off by default: two cores that also carry the load, the servers and the emulators do not have the
vCPUs of AWS to give away. On, a function that needs processor time shows how much memory it wants.
"""

import contextlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.errors import StackError

MB_PER_VCPU: Final = 1_769
"""Source: Lambda Developer Guide, "Configure Lambda function memory"."""

PERIOD_US: Final = 20_000
"""How often the share is dealt out anew. No AWS document names it: of a period of 100 ms, the
kernel's default, 128 MB would get 7 ms at once and then nothing for 93."""

_ROOT: Final = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class CpuController:
    """Where groups with a quota can be made. Version 1 and 2 of control groups differ in names."""

    folder: Path
    version: int

    def limit(self, pid: int, memory_mb: int) -> Path:
        """Put a process into a new group with its memory's share; return the group.

        Children that it starts later are in it too.

        Raises
        ------
        OSError
            When the system refuses.
        """
        quota_us = quota_of(memory_mb)
        group = self.folder / f"firstwrite-{uuid.uuid4().hex}"
        group.mkdir()
        try:
            if self.version == 1:
                (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
                (group / "cpu.cfs_quota_us").write_text(str(quota_us))
            else:
                (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
            (group / "cgroup.procs").write_text(str(pid))
        except OSError:
            group.rmdir()
            raise
        return group


def quota_of(memory_mb: int) -> int:
    """Return the microseconds of processor time in each period."""
    # The kernel takes no quota under 1 ms.
    return max(1_000, round(PERIOD_US * memory_mb / MB_PER_VCPU))


def remove_group(group: Path) -> None:
    """Remove a group whose processes have ended."""
    with contextlib.suppress(OSError):  # busy for a moment, or gone: it holds nothing either way
        group.rmdir()


def find_cpu_controller(root: Path = _ROOT) -> CpuController:
    """Return where groups can be made by this user.

    Raises
    ------
    StackError
        With the reason, where there is no such place.
    """
    candidates = [
        CpuController(root / "cpu" / _own_group("cpu"), 1),
        CpuController(root / "cpu,cpuacct" / _own_group("cpu,cpuacct"), 1),
        CpuController(root / _own_group(""), 2),
    ]
    for candidate in candidates:
        if _works(candidate):
            return candidate
    raise StackError(
        "A processor share by memory needs control groups that this user may make, and there are "
        f"none below {root}.",
        "Leave --cpu-share out, or run as root or in a user session to which the cpu controller "
        "is delegated.",
    )


def _own_group(controllers: str) -> str:
    """Return the path of this process's group of that hierarchy, relative to the hierarchy."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    except OSError:
        return ""
    for line in lines:
        _, names, path = line.split(":", 2)
        if names == controllers:
            return path.lstrip("/")
    return ""


def _works(controller: CpuController) -> bool:
    group = controller.folder / f"firstwrite-{os.getpid()}-probe"
    quota = "cpu.cfs_quota_us" if controller.version == 1 else "cpu.max"
    try:
        group.mkdir()
    except OSError:
        return False
    try:
        return os.access(group / quota, os.W_OK)
    finally:
        group.rmdir()
