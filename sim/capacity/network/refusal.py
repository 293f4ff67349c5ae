"""What a message does when a resource refuses it."""

from dataclasses import dataclass
from typing import Literal

from sim.capacity.network.field_rules import (
    check_count,
    check_name,
    check_not_negative,
    check_positive,
)
from sim.errors import NetworkError


@dataclass(frozen=True, slots=True)
class Fail:
    """The message ends, with *reason* as its outcome.

    Environments that it holds are released; what it has stored stays. In a branch, the branch
    ends: its siblings run on, and the message ends at their join.
    """

    reason: str

    def __post_init__(self) -> None:
        check_name("Fail.reason", self.reason)


@dataclass(frozen=True, slots=True)
class Wait:
    """The message waits in line, first come first served, until it can be.

    In an outage it comes again when the outage ends.
    """


@dataclass(frozen=True, slots=True)
class Retry:
    """The step is tried again after a delay, and the message keeps what it holds.

    The n-th delay is ``min(max_delay_s, first_s * backoff**(n-1))``, or with full jitter a time
    between 0 and that.

    Attributes
    ----------
    attempts
        Retries after the first refusal, as a state machine's `MaxAttempts` counts.
    then
        What follows when all are used up.
    """

    first_s: float
    then: Fail
    backoff: float = 2.0
    max_delay_s: float = 86_400.0
    attempts: int = 3
    jitter: Literal["none", "full"] = "none"

    def __post_init__(self) -> None:
        _check_delays("Retry", self.first_s, self.backoff, self.max_delay_s, self.attempts)
        _check_jitter("Retry", self.jitter)


@dataclass(frozen=True, slots=True)
class RetryFromStart:
    """A sender sends a message again that failed before its receipt, from the first step on.

    Its latency counts from the time at which it was due first. Delays are `Retry`'s.

    Attributes
    ----------
    reasons
        Those that the sender retries; `None`: all.
    """

    first_s: float
    backoff: float = 2.0
    max_delay_s: float = 86_400.0
    attempts: int = 3
    jitter: Literal["none", "full"] = "none"
    reasons: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _check_delays("RetryFromStart", self.first_s, self.backoff, self.max_delay_s, self.attempts)
        _check_jitter("RetryFromStart", self.jitter)


Refusal = Fail | Retry | Wait


def _check_delays(
    what: str, first_s: float, backoff: float, max_delay_s: float, attempts: int
) -> None:
    check_not_negative(f"{what}.first_s", first_s)
    check_positive(f"{what}.max_delay_s", max_delay_s)
    check_count(f"{what}.attempts", attempts, 0)
    if not 1 <= backoff < float("inf"):
        raise NetworkError(f"{what}.backoff is {backoff}.", "Give a factor of at least 1.")


def _check_jitter(what: str, jitter: str) -> None:
    if jitter not in {"none", "full"}:
        raise NetworkError(f"{what}.jitter is {jitter!r}.", "Choose none or full.")
