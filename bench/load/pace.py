"""When a block of a plan starts, and what there is to wait for when it has ended.

Whoever carries out a whole plan goes by a pace of its own. One of several workers goes by the
master's: see `bench.load.distributed.worker_run`.
"""

from collections.abc import Callable
from typing import Final, Protocol

import gevent

from bench.load.errors import PlanNotCarriedOutError
from bench.load.generator_health import GeneratorHealth
from bench.load.plan import INGESTING, Block, Drain

LEAD_S: Final = 0.05
"""Between the end of a block's preparations and its first due time."""


class Pace(Protocol):
    """Decides when blocks start and when the next one may be prepared."""

    def begin(self, block: Block) -> float:
        """Return when a block that is prepared starts, in seconds of the run's clock."""

    def end(self, block: Block, health: GeneratorHealth) -> float:
        """Wait, after a block's last answer, until it is over; return for how many seconds."""


class OwnPace:
    """Starts a block as soon as it is prepared, and waits until no execution runs after it.

    Parameters
    ----------
    drain
        None leaves out the waiting.
    executions_running
        Tells whether any execution still runs; asked after ingesting blocks only.
    sleep
        Waits so many seconds between two questions; what it raises comes out of `end`.
    """

    def __init__(
        self,
        drain: Drain | None,
        executions_running: Callable[[], bool],
        clock: Callable[[], float],
        sleep: Callable[[float], object] = gevent.sleep,
    ) -> None:
        self._drain = drain
        self._executions_running = executions_running
        self._clock = clock
        self._sleep = sleep

    def begin(self, _block: Block) -> float:
        """Return an instant that is just far enough off to keep it."""
        return self._clock() + LEAD_S

    def end(self, block: Block, _health: GeneratorHealth | None = None) -> float:
        """Wait until no execution runs; return how long that took, in seconds.

        Raises
        ------
        PlanNotCarriedOutError
            If executions still ran after the drain's bound, or cannot be asked for.
        """
        started_s = self._clock()
        if self._drain is None or block.strategy not in INGESTING:
            return 0.0
        while self._executions_running():
            if self._clock() - started_s > self._drain.timeout_s:
                raise PlanNotCarriedOutError(
                    f"executions of block {block.number} ({block.strategy}, {block.label}) still"
                    f" ran {self._drain.timeout_s:g} s after its last answer; lower the arrival"
                    " rate or raise the drain's timeout_s"
                )
            self._sleep(self._drain.poll_s)
        return self._clock() - started_s
