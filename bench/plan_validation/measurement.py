"""Measures cells on one raw stack: latencies, and what processor time they took."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bench.collect import read_blocks, read_samples
from bench.load import Design as LoadDesign
from bench.load import LoadFiles, PlannedLoad, make_plan
from bench.plan_validation.cells import Cell
from bench.plan_validation.processor_time import GENERATOR, processor_seconds
from bench.run.display import Display
from sim.stack import Supervisor

_STAGE: Final = "stage_"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one cell came to.

    Attributes
    ----------
    samples
        The measured requests, as `bench.collect.read_samples` gives them.
    processor_s
        By part of the stack, for one message with all that follows it, executions included.
    wall_s
        From the first due time to the last execution's end.
    mark
        Why the load generator may have been what was measured; "" if it was not.
    """

    cell: Cell
    samples: pd.DataFrame
    processor_s: Mapping[str, float]
    wall_s: float
    mark: str

    @property
    def latency_ms(self) -> np.ndarray:
        """Latencies of the requests that were answered with a receipt."""
        answered = self.samples[self.samples["status"] == 200]
        return answered["latency_ms"].to_numpy(dtype=np.float64)

    @property
    def processor_s_of_a_message(self) -> float:
        """Of all parts together."""
        return sum(self.processor_s.values())


def measure(stack: Supervisor, cell: Cell, folder: Path, seed: int, display: Display) -> Measured:
    """Send a cell's requests and wait for their executions.

    Raises
    ------
    bench.load.LoadError
        If the load cannot be carried out.
    sim.errors.StackError
        If a part of the stack dies.
    """
    folder.mkdir(parents=True)
    plan = make_plan(
        [cell.load],
        LoadDesign(rounds=1, order="randomised", blocks={cell.strategy: 1}),
        largest_bytes=cell.body_bytes,
        seed=seed,
        run_tag=uuid.uuid4().hex,
    )
    deployment = folder / "deployment.json"
    deployment.touch(mode=0o600)
    deployment.write_text(stack.deployment.to_json(), encoding="utf-8")
    before_s = processor_seconds(stack.parts)
    files = LoadFiles.within(folder)
    with PlannedLoad(plan, deployment, files) as load:
        load.follow(display.advance, watch=stack.check)
    after_s = processor_seconds(stack.parts)
    samples, blocks = read_samples(files.samples), read_blocks(files.samples)
    per_message = {
        name: (seconds - before_s.get(name, 0.0)) / plan.requests
        for name, seconds in after_s.items()
    }
    generator_s = float((blocks["cpu_percent"] / 100 * blocks["wall_s"]).sum())
    per_message[GENERATOR] = generator_s / plan.requests
    return Measured(
        cell=cell,
        samples=samples[~samples["warm_up"]].sort_values("due_s").reset_index(drop=True),
        processor_s=per_message,
        wall_s=float((blocks["wall_s"] + blocks["drain_s"]).sum()),
        mark="; ".join(mark for mark in blocks["mark"] if mark),
    )


def written(measured: Measured) -> str:
    """Return what is kept of a cell, as one line of JSON; of stages the medians."""
    cell = measured.cell
    stages = [name for name in map(str, measured.samples) if name.startswith(_STAGE)]
    return json.dumps(
        {
            "strategy": cell.strategy,
            "size": cell.size,
            "share": cell.share,
            "rate_per_s": cell.rate_per_s,
            "requests": cell.requests,
            "warm_up": cell.warm_up,
            "stages_ms": {
                name: round(float(median), 4)
                for name, median in measured.samples[stages].median().items()
                if np.isfinite(median)
            },
            "due_s": [round(each, 4) for each in measured.samples["due_s"]],
            "latency_ms": [round(each, 3) for each in measured.samples["latency_ms"]],
            "status": [int(each) for each in measured.samples["status"]],
            "processor_s": {name: round(each, 5) for name, each in measured.processor_s.items()},
            "wall_s": round(measured.wall_s, 2),
            "mark": measured.mark,
        }
    )


def read(line: str) -> Measured:
    """Return what `written` wrote; each request has the stages' medians.

    Raises
    ------
    ValueError
        If the line is no such thing.
    """
    try:
        kept = json.loads(line)
        names = ("strategy", "size", "share", "rate_per_s", "requests", "warm_up")
        cell = Cell(**{name: kept[name] for name in names})
        columns = {name: kept[name] for name in ("due_s", "latency_ms", "status")}
        return Measured(
            cell=cell,
            samples=pd.DataFrame({**columns, **kept["stages_ms"]}),
            processor_s=kept["processor_s"],
            wall_s=kept["wall_s"],
            mark=kept["mark"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no line of measured samples: {error!r}") from error
