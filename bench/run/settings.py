"""What a run of the benchmark is asked to do, and what it does when it is not asked otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bench.defaults import ROUNDS
from bench.errors import MendableError
from bench.load import SIZES_BYTES
from sim.latency.shaping import Shaping

LARGEST: Final = "largest"
RAW_PROFILE: Final = "raw"
"""The latency profile that adds nothing."""

RAW_ROUNDS: Final = 1
"""Of the raw part beside an answer under a profile: two blocks of each strategy and size, the
fewest that an interval rests on."""


class SettingsError(MendableError, ValueError):
    """A setting that no run can be made of; the message names it and the mend."""


@dataclass(frozen=True, slots=True)
class LoadPerBlock:
    """The load of each block at one size.

    Parameters
    ----------
    rate_per_s
        Arrivals a second.
    requests
        Measured requests of a block.
    warm_up
        Requests before them in the first block of each strategy.
    """

    rate_per_s: float
    requests: int
    warm_up: int = 3


DEFAULT_LOADS: Final[Mapping[str, LoadPerBlock]] = MappingProxyType(
    {
        # The first size starts the execution environments, which takes both cores for seconds.
        "256 KB": LoadPerBlock(rate_per_s=6.0, requests=20, warm_up=24),
        "1 MB": LoadPerBlock(rate_per_s=4.0, requests=14),
        "3 MB": LoadPerBlock(rate_per_s=2.0, requests=9),
        LARGEST: LoadPerBlock(rate_per_s=1.25, requests=7),
    }
)
"""Rates at which two cores, on which load, gateway, workers and servers run all together, are busy
to about a half: a queue would otherwise be what is measured."""


@dataclass(frozen=True, slots=True)
class PartSettings:
    """One part of a run: its latency profile, its rounds, and its floors' requests a block."""

    shaping: Shaping
    rounds: int
    floor_requests: int


@dataclass(frozen=True, slots=True)
class BenchSettings:
    """A run's settings.

    Parameters
    ----------
    name
        Part of the results folder's name.
    seed
        Of contents, kinds, dates and arrival times.
    rounds
        How often each size is gone through, each time with blocks in the order A B B A.
    loads
        Size label (`256 KB`, `1 MB`, `3 MB`, `largest`) to the load of its blocks.
    floor_requests
        Requests of each floor block.
    probes
        Whether the back ends are measured first, which takes some seconds.
    shaping
        The latency profile of the answer; under another than `raw`, a raw part comes before it.
    results_root
        The folder of all results.

    Raises
    ------
    SettingsError
        If a value cannot be carried out.
    """

    name: str = "local"
    seed: int = 1
    rounds: int = ROUNDS
    loads: Mapping[str, LoadPerBlock] = field(default_factory=lambda: DEFAULT_LOADS)
    floor_requests: int = 6
    probes: bool = True
    shaping: Shaping = field(default_factory=lambda: Shaping(RAW_PROFILE))
    results_root: Path = Path("results")

    def __post_init__(self) -> None:
        known = [*SIZES_BYTES, LARGEST]
        unknown = [size for size in self.loads if size not in known]
        if unknown or not self.loads:
            given = f"size {unknown[0]!r} is unknown" if unknown else "no size is given"
            raise SettingsError(f"{given}: use {', '.join(known)}")
        for name, least in (("rounds", 1), ("floor_requests", 1), ("seed", 0)):
            value = getattr(self, name)
            if value < least:
                raise SettingsError(f"{name} is {value}: use {least} or more")
        for size, load in self.loads.items():
            if load.requests < 1 or load.rate_per_s <= 0 or load.warm_up < 0:
                raise SettingsError(
                    f"the load at {size} is {load.requests} requests at {load.rate_per_s} a second"
                    f" after {load.warm_up}: use 1 or more, a rate above 0, and 0 or more"
                )

    @property
    def parts(self) -> tuple[PartSettings, ...]:
        """The parts in order; the answer's is the last.

        The floors belong to the raw part: to a route that only reads, and to a raw SET, no profile
        adds anything.
        """
        raw = PartSettings(Shaping(RAW_PROFILE), self.rounds, self.floor_requests)
        if self.shaping.profile == RAW_PROFILE:
            return (raw,)
        return (
            replace(raw, rounds=RAW_ROUNDS),
            PartSettings(self.shaping, self.rounds, floor_requests=0),
        )
