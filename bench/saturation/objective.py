"""What a rate must keep: service level objectives such as `p99=300ms`.

How one is written is `sim.objective`'s; here are those that a search by load can decide: of the
wait for the receipt, at percentiles that so many requests can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.errors import MendableError
from sim.errors import SearchError
from sim.objective import parse_objective

_LEAST: Final = 50.0
_MOST: Final = 99.9
"""A p99.99 would take 30,000 requests at each rate."""


class SaturationError(MendableError, ValueError):
    """What no search can be made of; the message names the option, the problem and the mend."""


@dataclass(frozen=True, slots=True)
class Objective:
    """A limit on a quantile of the wait for the receipt.

    A request that is dropped, refused or unanswered has waited for ever: it misses every objective.

    Parameters
    ----------
    fraction
        The quantile's, in [0.5, 0.999].
    limit_ms
        From due to answered.
    """

    fraction: float
    limit_ms: float

    @property
    def percentile(self) -> str:
        """What the quantile is called, such as `p99`."""
        return f"p{self.fraction * 100:g}"

    @property
    def allowed_share(self) -> float:
        """Share of requests (of 1) that may miss."""
        return 1 - self.fraction

    def __str__(self) -> str:
        """Return it as it can be given again."""
        return f"{self.percentile}={self.limit_ms:g}ms"


def parse_objectives(texts: Sequence[str]) -> tuple[Objective, ...]:
    """Read objectives, several in one text with commas between; the strictest quantile first.

    Raises
    ------
    SaturationError
        If there is none, one cannot be read, or a quantile comes twice.

    Examples
    --------
    >>> [str(each) for each in parse_objectives(["p95<0.2s", "p99=300ms"])]
    ['p99=300ms', 'p95=200ms']
    """
    found: dict[float, Objective] = {}
    for text in (part.strip() for given in texts for part in given.split(",")):
        objective = _parse(text)
        if objective.fraction in found:
            raise SaturationError(
                f"--slo {text}: {objective.percentile} has a limit already; leave one out"
            )
        found[objective.fraction] = objective
    if not found:
        raise SaturationError("--find-max needs an objective to hold: give --slo p99=300ms")
    return tuple(found[fraction] for fraction in sorted(found, reverse=True))


def _parse(text: str) -> Objective:
    try:
        read = parse_objective(text)
    except SearchError as error:
        raise SaturationError(f"--slo {error}") from error
    if read.share is None or read.quantity != "blocking":
        raise SaturationError(
            f"--slo {text!r} is not of the wait for the receipt, which --find-max searches by; "
            "write one such as p99=300ms"
        )
    if not _LEAST <= (percentile := round(100 * read.share, 6)) <= _MOST:
        raise SaturationError(
            f"--slo {text!r}: p{percentile:g} cannot be searched for; use p{_LEAST:g} to p{_MOST:g}"
        )
    return Objective(round(read.share, 6), read.limit)
