"""What a run of the benchmark is asked to do, and what it does when it is not asked otherwise."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bench.errors import MendableError
from bench.load import Design
from bench.scenarios import Scenario, load_scenario
from sim.latency.shaping import Shaping

RAW_PROFILE: Final = "raw"
"""The latency profile that adds nothing."""

RAW_BLOCKS: Final = 2
"""Of each strategy and load in the raw part beside an answer under a profile: the fewest that an
interval rests on."""


class SettingsError(MendableError, ValueError):
    """A setting that no run can be made of; the message names it and the mend."""


WORKERS_PER_CORE: Final = 4
"""Most workers that make sense: each can fill a core, and the system under test needs some too."""


@dataclass(frozen=True, slots=True)
class PartSettings:
    """One part of a run: its latency profile, and its blocks."""

    shaping: Shaping
    design: Design


@dataclass(frozen=True, slots=True)
class BenchSettings:
    """A run's settings.

    Parameters
    ----------
    name
        Part of the results folder's name.
    seed
        Of contents, kinds, dates and arrival times.
    scenario
        What is sent: see `bench.scenarios`.
    corpus
        A folder of files to send in the place of the scenario's sizes and kinds.
    probes
        Whether the back ends are measured first, which takes some seconds.
    shaping
        The latency profile of the answer; under another than `raw`, a raw part comes before it.
    results_root
        The folder of all results.
    workers
        Locust workers that share the sending, under a master; 0 or 1: one process, no master.

    Raises
    ------
    SettingsError
        If a value cannot be carried out.
    """

    name: str = "local"
    seed: int = 1
    scenario: Scenario = field(default_factory=load_scenario)
    corpus: Path | None = None
    probes: bool = True
    shaping: Shaping = field(default_factory=lambda: Shaping(RAW_PROFILE))
    results_root: Path = Path("results")
    workers: int = 0

    def __post_init__(self) -> None:
        for name, value, least in (
            ("rounds", self.scenario.design.rounds, 1),
            ("seed", self.seed, 0),
        ):
            if value < least:
                raise SettingsError(f"{name} is {value}: use {least} or more")
        most = WORKERS_PER_CORE * (os.cpu_count() or 1)
        if not 0 <= self.workers <= most:
            raise SettingsError(
                f"workers is {self.workers}: use 0 to {most}, {WORKERS_PER_CORE} for each core of"
                " this machine"
            )
        if self.workers > self.scenario.in_flight_limit:
            raise SettingsError(
                f"workers is {self.workers}, and the scenario's in_flight_limit of"
                f" {self.scenario.in_flight_limit} is divided among them: raise it, or use fewer"
            )

    @property
    def parts(self) -> tuple[PartSettings, ...]:
        """The parts in order; the answer's is the last.

        The floors belong to the raw part: to a route that only reads, and to a raw SET, no profile
        adds anything.
        """
        design = self.scenario.design
        raw = PartSettings(Shaping(RAW_PROFILE), design)
        if self.shaping.profile == RAW_PROFILE:
            return (raw,)
        fewest = min(number for number in design.blocks.values() if number)
        raw_rounds = min(design.rounds, -(-RAW_BLOCKS // fewest))
        return (
            replace(raw, design=replace(design, rounds=raw_rounds)),
            PartSettings(self.shaping, replace(design, floor_requests=0)),
        )
