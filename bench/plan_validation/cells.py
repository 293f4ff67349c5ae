"""The combinations of strategy, size and rate that are measured."""

from dataclasses import dataclass
from typing import Final

from bench.load import BlockLoad, Stream
from bench.load.arrival_process import poisson
from bench.load.body_size import body_bytes_of
from sim.capacity.design import Strategy

SIZES: Final = ("256 KB", "1 MB", "3 MB")
FITTED_SIZES: Final = ("256 KB", "3 MB")

SHARES: Final = (0.2, 0.4, 0.6, 0.8)
"""Of what the machine carries, by the processor time that a message takes."""

FITTED_SHARES: Final = (0.2, 0.6)

_LARGEST_BYTES: Final = 6_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination.

    Attributes
    ----------
    share
        Of the processor time that the machine has.
    warm_up
        Requests before those that are measured.
    """

    strategy: Strategy
    size: str
    share: float
    rate_per_s: float
    requests: int
    warm_up: int = 0

    @property
    def body_bytes(self) -> int:
        """Of the request's body."""
        return body_bytes_of(self.size, _LARGEST_BYTES)

    @property
    def fitted(self) -> bool:
        """Whether the model is fitted on it; the others it predicts."""
        return self.size in FITTED_SIZES and self.share in FITTED_SHARES

    @property
    def load(self) -> BlockLoad:
        """Poisson arrivals of one size."""
        stream = Stream(poisson(self.rate_per_s), {self.size: 1})
        return BlockLoad(self.size, (stream,), requests=self.requests, warm_up=self.warm_up)


SLOW_REQUESTS: Final = 150
REQUESTS: Final = 300
"""Of a cell: at the lowest share, where they take longest, and above it."""

PROBE_REQUESTS: Final = 30
PROBE_RATE_PER_S: Final = 3.0

CROWD_REQUESTS: Final = 24
CROWD_RATE_PER_S: Final = 400.0
"""More at once than any cell has, for as many environments: one that started within a cell would
take the processor time of some ten messages from it."""


def crowd_cell(strategy: Strategy, size: str) -> Cell:
    """Return a cell that starts the environments, whose start no message is to be charged with."""
    return Cell(strategy, size, 0.0, CROWD_RATE_PER_S, CROWD_REQUESTS)


def probe_cell(strategy: Strategy, size: str) -> Cell:
    """Return a slow, short cell that tells what a message takes."""
    return Cell(strategy, size, 0.0, PROBE_RATE_PER_S, PROBE_REQUESTS)


def cells(strategy: Strategy, size: str, carried_per_s: float) -> list[Cell]:
    """Return the cells of a strategy and size, the slowest first.

    Parameters
    ----------
    carried_per_s
        The rate at which the machine has no time left.
    """
    return [
        Cell(
            strategy,
            size,
            share,
            rate_per_s=round(share * carried_per_s, 2),
            requests=SLOW_REQUESTS if share == min(SHARES) else REQUESTS,
            # So many at once come in a block's first seconds, and start environments.
            warm_up=24,
        )
        for share in SHARES
    ]
