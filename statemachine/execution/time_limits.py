"""How long a task may take as a whole, and from one heartbeat to the next."""

from dataclasses import dataclass

from statemachine.errors import HEARTBEAT_TIMEOUT, TIMEOUT, ExecutionError


class TaskTimedOut(ExecutionError):
    """A task's time is over.

    A heartbeat that did not come is a `States.Timeout` in the history, too, but Retry and Catch
    also know it as `States.HeartbeatTimeout`. Source: Step Functions Developer Guide, "Discover
    service integration patterns", heartbeat timeout; "Handling errors", error names.
    """

    def __init__(self, cause: str = "", *, of_heartbeat: bool = False) -> None:
        super().__init__(TIMEOUT, cause)
        self._names = (HEARTBEAT_TIMEOUT, TIMEOUT) if of_heartbeat else (TIMEOUT,)

    @property
    def names(self) -> tuple[str, ...]:
        """What Retry and Catch know it by."""
        return self._names


@dataclass(slots=True)
class TimeLimits:
    """The limits of a task that has started; times are in seconds since the epoch.

    Parameters
    ----------
    started_s
        When it started.
    timeout_s, heartbeat_s
        As its state has them, None for no bound.
    """

    started_s: float
    timeout_s: float | None
    heartbeat_s: float | None

    def next_expiry(self, beat_s: float) -> tuple[float, TaskTimedOut] | None:
        """Return when which limit is reached, if the last heartbeat was at *beat_s*."""
        ends_s = None if self.timeout_s is None else self.started_s + self.timeout_s
        silent_s = None if self.heartbeat_s is None else beat_s + self.heartbeat_s
        if silent_s is not None and (ends_s is None or silent_s < ends_s):
            return silent_s, TaskTimedOut(of_heartbeat=True)
        return None if ends_s is None else (ends_s, TaskTimedOut())
