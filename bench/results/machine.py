"""The machine that a run took place on: facts that matter for its numbers and name nobody."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import psutil

CPU_INFORMATION = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """Processor, memory and system of a machine.

    ``usable_cores`` are those this process may run on, which a container may limit;
    ``virtual`` is None where the processor does not say whether it is a hypervisor's.
    """

    cpu_model: str
    physical_cores: int | None
    logical_cores: int | None
    usable_cores: int
    memory_bytes: int
    virtual: bool | None
    operating_system: str
    kernel: str
    architecture: str


def describe_machine(cpu_information: Path = CPU_INFORMATION) -> Machine:
    """Read the facts of this machine.

    Parameters
    ----------
    cpu_information
        The file that the kernel describes the processor in; it may be absent.
    """
    fields = _cpu_fields(cpu_information)
    flags = fields.get("flags")
    return Machine(
        cpu_model=fields.get("model name") or platform.processor() or "unknown",
        physical_cores=psutil.cpu_count(logical=False),
        logical_cores=psutil.cpu_count(),
        usable_cores=_usable_cores(),
        memory_bytes=psutil.virtual_memory().total,
        virtual=None if flags is None else "hypervisor" in flags.split(),
        operating_system=_operating_system(),
        kernel=f"{platform.system()} {platform.release()}",
        architecture=platform.machine(),
    )


def _cpu_fields(cpu_information: Path) -> dict[str, str]:
    try:
        text = cpu_information.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    first_core = text.split("\n\n", 1)[0]
    pairs = (line.partition(":") for line in first_core.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _operating_system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system() or "unknown"
