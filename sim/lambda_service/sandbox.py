"""What an environment's process is kept within: its `/tmp`, and its share of the processor."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sim.death_signal import dies_with_parent
from sim.lambda_service.cpu_share import CpuController, remove_group
from sim.lambda_service.function import FunctionConfiguration
from sim.lambda_service.own_tmp import own_tmp, own_tmp_possible

_SIM: Final = Path(__file__).parents[1]
"""The package that shapes calls comes from it."""


class Sandbox:
    """The surroundings of one process, made before it and removed after it.

    Parameters
    ----------
    function
        What runs in it.
    scratch
        A folder that does not exist yet. Where the system allows no `/tmp` of its own, it stands in
        for it by `TMPDIR`, which Python's `tempfile` follows; it then has no size limit.
    cpu
        Where to make the group that limits the processor; `None` leaves it unlimited.
    """

    def __init__(
        self, function: FunctionConfiguration, scratch: Path, cpu: CpuController | None
    ) -> None:
        self._function = function
        self._scratch = None if own_tmp_possible() else scratch
        self._cpu = cpu
        self._group: Path | None = None

    @property
    def variables(self) -> dict[str, str]:
        """What the process's environment needs of it."""
        return {} if self._scratch is None else {"TMPDIR": str(self._scratch)}

    def prepare(self) -> Callable[[], None]:
        """Make what has to be there first; return what the child calls between fork and exec."""
        if self._scratch is not None:
            self._scratch.mkdir(parents=True, exist_ok=True)
        separate = None if self._scratch is not None else self._own_tmp()
        # Entering a user namespace clears the request to die with the parent: it comes after.
        die = dies_with_parent()

        def before_exec() -> None:
            if separate is not None:
                separate()
            if die is not None:
                die()

        return before_exec

    def _own_tmp(self) -> Callable[[], None]:
        code = self._function.code
        needed = [Path(sys.prefix), Path(sys.base_prefix), code, _SIM]
        return own_tmp(self._function.ephemeral_storage_mb, needed, code)

    def enter(self, pid: int) -> None:
        """Limit the processor of the process that has just started."""
        if self._cpu is not None:
            self._group = self._cpu.limit(pid, self._function.memory_mb)

    def remove(self) -> None:
        """Remove what is left once the process has ended."""
        if self._group is not None:
            remove_group(self._group)
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
