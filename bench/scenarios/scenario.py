"""What a scenario is, once its file has been read and found right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.errors import MendableError
from bench.load import BlockLoad, Design

OBJECTIVES: Final[Mapping[str, float]] = {
    "p50_ms": 0.50,
    "p90_ms": 0.90,
    "p95_ms": 0.95,
    "p99_ms": 0.99,
}
"""What a service level objective may set a limit on: quantiles of the wait for the receipt."""


class ScenarioError(MendableError, ValueError):
    """A scenario's file or an override of it; the message names the key, the reason, the mend."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A load to measure under.

    Parameters
    ----------
    in_flight_limit
        A request that is due while so many are unanswered is dropped, and counted.
    objectives
        Key of `OBJECTIVES` to its limit in milliseconds.
    overrides
        What was changed on the command line, as it was written there.
    """

    name: str
    description: str
    loads: tuple[BlockLoad, ...]
    design: Design
    in_flight_limit: int
    objectives: Mapping[str, float]
    overrides: tuple[str, ...] = ()

    @property
    def expected_requests(self) -> int:
        """Measured requests of all blocks with a first write, in the mean, without warm-up."""
        blocks = self.design.rounds * sum(self.design.blocks.values())
        return round(blocks * sum(load.expected_requests for load in self.loads))

    @property
    def expected_s(self) -> float:
        """Seconds during which requests are due, without warm-up and floors."""
        blocks = self.design.rounds * sum(self.design.blocks.values())
        return blocks * sum(
            load.length_s or load.expected_requests / load.rate_per_s for load in self.loads
        )
