"""One rate at one size, carried out as a plan by Locust in its own process, and what came of it."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import psutil

from bench.benchmark_table import Row
from bench.collect import read_blocks, read_samples
from bench.load import Arrival, Block, LoadFiles, Plan, PlannedLoad, poisson
from bench.load_benchmark.served import NullServer

LAG_P99_TARGET_MS: Final = 5.0
"""Half of what counts as late; see `bench.load.generator_health.LATE_MS`."""

_DATE_TIME: Final = "2026-01-01T10:00:00.000Z"
_WARM_UP_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Rate:
    """What the generator is to hold: arrivals a second of bodies of one size, by chance."""

    name: str
    rate_per_s: float
    body_bytes: int


RATES: Final = (Rate("256 KB", 150.0, 262_144), Rate("6 MB", 25.0, 6_288_384))


@dataclass(frozen=True, slots=True)
class Held:
    """What came of a rate.

    Shares are percent of one core; of all cores, `others_percent`: what programs beside generator
    and server used meanwhile, the kernel's own work for the two included.
    """

    due: int
    answered: int
    dropped: int
    achieved_per_s: float
    lag_p50_ms: float
    lag_p99_ms: float
    lag_max_ms: float
    loop_lag_p99_ms: float
    service_p50_ms: float
    generator_percent: float
    server_percent: float
    others_percent: float


def held(server: NullServer, rate: Rate, seconds: float) -> Held:
    """Send at a rate for so many seconds, after one second that does not count.

    Raises
    ------
    bench.load.PlanNotCarriedOutError
        When the load ends before its plan.
    """
    plan = _plan(rate, seconds)
    with tempfile.TemporaryDirectory() as folder:
        files = LoadFiles.within(Path(folder))
        deployment = Path(folder) / "deployment.json"
        deployment.write_text(server.deployment.to_json(), encoding="utf-8")
        used: dict[int, tuple[float, float]] = {}

        def block_started(block: dict[str, int]) -> None:
            used[block["block"]] = (server.cpu_s, _machine_busy_s())

        with PlannedLoad(plan, deployment, files) as load:
            load.follow(lambda *_: None, block_started=block_started)
        server_s, busy_s = server.cpu_s, _machine_busy_s()
        samples, blocks = read_samples(files.samples), read_blocks(files.samples)
    rows, block = samples[samples["block"] == 1], blocks[blocks["block"] == 1].iloc[0]
    lags_ms = ((rows["sent_s"] - rows["due_s"]) * 1e3).to_numpy(float)
    answered = rows[rows["status"] == 200]
    wall_s = float(block["wall_s"])
    began_server_s, began_busy_s = used[1]
    generator_percent = float(block["cpu_percent"])
    server_percent = 100 * (server_s - began_server_s) / wall_s
    machine_percent = 100 * (busy_s - began_busy_s) / wall_s
    return Held(
        due=len(rows),
        answered=len(answered),
        dropped=int(block["dropped"]),
        achieved_per_s=len(answered) / float(rows["done_s"].max() - rows["due_s"].min()),
        lag_p50_ms=float(np.percentile(lags_ms, 50)),
        lag_p99_ms=float(np.percentile(lags_ms, 99)),
        lag_max_ms=float(lags_ms.max()),
        loop_lag_p99_ms=float(block["loop_lag_p99_ms"]),
        service_p50_ms=float(answered["service_ms"].median()) if len(answered) else float("nan"),
        generator_percent=generator_percent,
        server_percent=server_percent,
        others_percent=max(0.0, machine_percent - generator_percent - server_percent)
        / (psutil.cpu_count() or 1),
    )


def rows_of(rate: Rate, found: Held) -> Iterable[Row]:
    """Return what a rate came to, against what it should be, and what bounds it."""
    at = f"{rate.rate_per_s:g} a second of {rate.name}"
    megabytes = rate.rate_per_s * rate.body_bytes / 1_048_576
    # Against what was really due: by chance it is some percent more or less than the rate.
    unanswered = found.due - found.answered
    yield Row(
        "rate",
        f"answered, {at}",
        f"{found.achieved_per_s:.1f} a second",
        f"{found.due} due, {found.dropped} dropped; {megabytes:.0f} MB/s",
        found.answered / found.due,
        "all that were due",
        unanswered == 0,
    )
    yield Row(
        "lag",
        f"due to sent p99, {at}",
        f"{found.lag_p99_ms:.2f} ms (p50 {found.lag_p50_ms:.2f}, max {found.lag_max_ms:.1f})",
        f"loop lag p99 {found.loop_lag_p99_ms:.2f} ms, answer p50 {found.service_p50_ms:.2f} ms",
        found.lag_p99_ms / LAG_P99_TARGET_MS,
        f"below {LAG_P99_TARGET_MS:g} ms",
        found.lag_p99_ms < LAG_P99_TARGET_MS,
    )
    yield Row(
        "bound",
        f"what bounds it, {at}",
        bound_by(found),
        f"generator {found.generator_percent:.0f} %, server {found.server_percent:.0f} % of a core;"
        f" others {found.others_percent:.0f} % of all cores",
        None,
        "",
        None,
    )


def bound_by(found: Held) -> str:
    """Name what would give way first: whose processor time is nearest to all that it can have."""
    nearest = {
        "the generator's one thread": found.generator_percent,
        "the null server's one thread": found.server_percent,
        "other programs on the machine's cores": found.others_percent,
    }
    name = max(nearest, key=nearest.__getitem__)
    return f"{name}, {nearest[name]:.0f} % used"


def _plan(rate: Rate, seconds: float) -> Plan:
    process = poisson(rate.rate_per_s)
    blocks = []
    for number, duration_s in enumerate((_WARM_UP_S, seconds)):
        due_s = process.within(duration_s, np.random.default_rng([1, number]))
        arrivals = tuple(
            Arrival(due, "binary", rate.name, rate.body_bytes, _DATE_TIME, warm_up=number == 0)
            for due in due_s
        )
        blocks.append(Block(number, 0, "floor", rate.name, arrivals))
    return Plan(seed=1, run_tag="load-benchmark", blocks=tuple(blocks), drain=None)


def _machine_busy_s() -> float:
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    return float(sum(times) - idle - getattr(times, "guest", 0.0))
