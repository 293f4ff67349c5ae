"""One block at one rate on a running stack: sent, waited for, and read."""

import hashlib
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from bench.collect import RUNNING, read_blocks, read_samples, wait_for_executions
from bench.load import (
    BlockLoad,
    Corpus,
    Design,
    LoadFiles,
    Plan,
    PlannedLoad,
    Strategy,
    Stream,
    make_plan,
)
from bench.load.arrival_process import ClosedUsers
from bench.run import Display, RunningStack
from bench.saturation.backlog import NO_BACKLOG, Backlog, backlog_of, execution_times
from bench.saturation.machine_load import MachineLoad
from bench.statistics.samples import answered, cold, measured

DRAIN_TIMEOUT_S: Final = 60.0
"""After this, executions that still run say that they do not keep up."""
STALL_TIMEOUT_S: Final = 180.0
"""And after so much more, the search ends: another rate would meet what this one left."""

PREPARING_USERS: Final = 8
"""Requests at once that start execution environments before the first rate: a Poisson process of
2.4 requests at once in the mean, such as eight a second that take 0.3 s, has more once in a
thousand times."""
PREPARING_REQUESTS: Final = 24


@dataclass(frozen=True, slots=True)
class SentBlock:
    """What came of a block; its samples are those of the samples table, warm-up included."""

    samples: pd.DataFrame
    health: Mapping[str, Any]
    backlog: Backlog
    cpu_share: float
    drain_s: float
    drained: bool

    @property
    def measured(self) -> pd.DataFrame:
        """The measured requests in the order of due times."""
        return measured(self.samples).sort_values("due_s", kind="stable")

    def waits_ms(self, column: str = "latency_ms") -> Any:
        """Give the waits, shape ``(n,)``; infinite where there was no receipt."""
        rows = self.measured
        return rows[column].where(answered(rows), np.inf).to_numpy(np.float64)

    @property
    def cold_starts(self) -> int:
        """Measured requests that started an execution environment."""
        return int(cold(self.measured).sum())


@dataclass(slots=True)
class Sender:
    """Sends blocks to a stack one after the other, and keeps what came of all of them.

    Parameters
    ----------
    work_folder
        For plans, logs and samples.
    largest_bytes
        Of the body size called `largest`.
    """

    stack: RunningStack
    work_folder: Path
    seed: int
    largest_bytes: int
    in_flight_limit: int
    display: Display
    corpus: Corpus | None = None
    samples: list[pd.DataFrame] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    _began_s: float = field(default_factory=time.monotonic)

    def prepare(self, load: BlockLoad, strategy: Strategy) -> SentBlock:
        """Start execution environments: many requests at once, all of them warm-up."""
        streams = tuple(
            Stream(ClosedUsers(PREPARING_USERS, 0.0), each.sizes, each.kinds, each.tenant)
            for each in load.streams[:1]
        )
        closed = BlockLoad(load.label, streams, requests=PREPARING_REQUESTS)
        return self.send(closed, strategy, preparing=True)

    def send(
        self,
        load: BlockLoad,
        strategy: Strategy,
        *,
        probe: int = 0,
        place: int = 0,
        preparing: bool = False,
    ) -> SentBlock:
        """Send a block of a load and wait until its executions have ended.

        Parameters
        ----------
        probe
            Number of the rate that is tried: the block's round in the samples.
        place
            Which of the blocks at that rate it is.
        preparing
            Whether all of it is warm-up.

        Raises
        ------
        bench.load.LoadError, sim.errors.StackError
            If it cannot be carried through.
        """
        number = len(self.samples)
        folder = self.work_folder / f"block-{number}"
        folder.mkdir(parents=True)
        plan = make_plan(
            [load],
            Design(rounds=1, order="randomised", blocks={strategy: 1}),
            largest_bytes=self.largest_bytes,
            # The n-th block at a rate is the same for both strategies.
            seed=_seed_of(self.seed, load, place),
            run_tag=uuid.uuid4().hex,
            corpus=self.corpus,
            drain=None,  # waited for below, since a failure to drain is an answer here
            in_flight_limit=self.in_flight_limit,
        )
        samples, health, cpu_share = self._carry_out(plan, folder)
        samples = samples.assign(block=number, round=probe)
        if preparing:
            samples = samples.assign(warm_up=True)
        self.samples.append(samples)
        acknowledged = samples[samples["status"] == 200]
        names = sorted(set(acknowledged["message_id"]) - {""})
        drain_s, drained = self._drain(names)
        warm = set(acknowledged.loc[~acknowledged["warm_up"], "message_id"])
        times = execution_times(self.stack.deployment, names)
        backlog = backlog_of(times, warm_up=len(names) - len(warm)) if warm else NO_BACKLOG
        return SentBlock(samples, health, backlog, cpu_share, drain_s, drained)

    def _carry_out(self, plan: Plan, folder: Path) -> tuple[pd.DataFrame, Mapping[str, Any], float]:
        deployment_path = folder / "deployment.json"
        deployment_path.touch(mode=0o600)
        deployment_path.write_text(self.stack.deployment.to_json(), encoding="utf-8")
        files = LoadFiles.within(folder)
        began: list[tuple[float, MachineLoad]] = []

        def block_started(_: Mapping[str, Any]) -> None:
            began.append((time.monotonic(), MachineLoad()))

        cpu_share = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal cpu_share
            if began:
                cpu_share = began[0][1].cpu_share()
            self.display.advance(done, total)

        with PlannedLoad(plan, deployment_path, files) as load:
            load.follow(progress, block_started=block_started, watch=self.stack.check)
        samples = read_samples(files.samples)
        # Each load generator counts from its own start; the search has one clock for all.
        offset_s = began[0][0] - self._began_s - float(samples["due_s"].min())
        clock = {name: samples[name] + offset_s for name in ("due_s", "sent_s", "done_s")}
        (health,) = read_blocks(files.samples).to_dict("records")
        return (
            samples.assign(**clock),
            {str(name): value for name, value in health.items()},
            cpu_share,
        )

    def _drain(self, names: list[str]) -> tuple[float, bool]:
        """Wait for executions; return how long, and whether they ended within the limit."""
        began_s = time.monotonic()
        deployment = self.stack.deployment
        drained = True
        for timeout_s in (DRAIN_TIMEOUT_S, STALL_TIMEOUT_S):
            statuses = wait_for_executions(
                deployment, names, timeout_s=timeout_s, progress=self.display.advance
            )
            self.stack.check()
            if RUNNING not in statuses.values():
                break
            drained = False
        self.statuses |= statuses
        return time.monotonic() - began_s, drained

    @property
    def stalled(self) -> bool:
        """Whether executions of the last blocks would not end, so that no other rate can follow."""
        return RUNNING in self.statuses.values()


def _seed_of(seed: int, load: BlockLoad, place: int) -> int:
    """Return a seed for a block: of the run's, the rate, and which of its blocks it is."""
    text = f"{seed}/{load.label}/{load.streams[0].arrivals.name}/{place}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
