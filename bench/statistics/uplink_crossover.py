"""From which of the senders' uplinks on the answer is another.

The uplink is tried at steps of 1 and 3: at each, every request is drawn again for senders with
that bandwidth (see `bench.statistics.redrawn`). Waits are straight lines over 1/uplink, so that
what is interpolated there between two steps is exact where no emulator was slower than its target.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from bench.statistics import bootstrap
from bench.statistics.bootstrap import Statistic
from bench.statistics.condition_crossover import (
    MATTERS_SHARE,
    Comparison,
    ConditionCrossover,
    ConditionCurve,
    Floors,
    curve_of,
    estimate_of,
    interval_of,
    sooner,
)
from bench.statistics.crossing import UNRESOLVED, crossing
from bench.statistics.crossover import AT
from bench.statistics.interval import Bootstrap, Interval, Resampled
from bench.statistics.redrawn import redrawn
from bench.statistics.resampling import Floats
from bench.statistics.samples import BodySize
from bench.statistics.shortage import ALIKE
from sim.latency.shaping import UPLOAD, Shaping

UPLINKS_MBIT_PER_S: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4)
"""The range tried: from a poor mobile connection to what no single flow on AWS exceeds."""

MATTERS: Final = "matters"
NO_MATTER: Final = "does not matter"

_MATTERS_AT: Final = "p50"
"""The percentile whose difference is asked whether it matters at all."""


def along_uplink(
    samples: pd.DataFrame,
    calls: pd.DataFrame,
    sizes: Sequence[BodySize],
    shaping: Shaping,
    plan: Bootstrap,
    noise_floors_ms: Floors,
) -> tuple[tuple[ConditionCurve, ...], tuple[ConditionCrossover, ...]]:
    """Follow the differences of the percentiles along the senders' uplink.

    Parameters
    ----------
    samples, calls
        Of the part that was shaped by *shaping*.
    """
    # Nothing but the upload depends on the senders' network.
    uploads = calls[calls["operation"] == UPLOAD]
    senders = [replace(shaping.sender, uplink_bit_per_s=each * 1e6) for each in UPLINKS_MBIT_PER_S]
    worlds = [redrawn(samples, uploads, replace(shaping, sender=each)) for each in senders]
    curves, found = [], []
    for size in sizes:
        compared = [Comparison.of(world, size.name) for world in worlds]
        if not all(len(each.values) for each in compared[0].all):
            continue
        differences = [each.figures(bootstrap.difference, plan) for each in compared]
        margins = [each.figures(_MARGIN, plan) for each in compared]
        for name in AT:
            floor_ms = noise_floors_ms.get(size.name, {}).get(name)
            short = compared[0].shortage(name, plan)
            known = [each[name] for each in differences if name in each]
            if len(known) < len(worlds):
                found.append(_crossover(size, name, "sooner", [], [], plan, short))
                continue
            curves.append(
                curve_of("uplink", "Mbit/s", size.name, name, UPLINKS_MBIT_PER_S, known, plan)
            )
            if name == _MATTERS_AT:
                above = [each[name] for each in margins]
                matter = [
                    _matters(margin, difference, floor_ms, plan)
                    for margin, difference in zip(above, known, strict=True)
                ]
                found.append(_crossover(size, name, "matters", above, matter, plan, short))
            verdicts = [sooner(each, floor_ms, plan) for each in known]
            found.append(_crossover(size, name, "sooner", known, verdicts, plan, short))
    return tuple(curves), tuple(found)


def _margin(quantiles: Sequence[Floats]) -> Floats:
    """Give what the difference, over `MATTERS_SHARE`, is above the slower strategy's wait."""
    s3, redis = quantiles
    above: Floats = np.abs(s3 - redis) / MATTERS_SHARE - np.maximum(s3, redis)
    return above


_MARGIN: Final = Statistic(_margin, above_0=False)


def _matters(
    margin: Resampled | float,
    difference: Resampled | float,
    floor_ms: float | None,
    plan: Bootstrap,
) -> str:
    spread = interval_of(margin, plan)
    if spread is None or spread.contains(0):
        return UNRESOLVED
    if spread.high < 0:
        return NO_MATTER
    return MATTERS if abs(estimate_of(difference)) > (floor_ms or 0.0) else UNRESOLVED


def _crossover(
    size: BodySize,
    measure: str,
    question: str,
    figures: Sequence[Resampled | float],
    verdicts: Sequence[str],
    plan: Bootstrap,
    short: str | None,
) -> ConditionCrossover:
    # Waits are straight over the seconds of a Mbit; less of them is more bandwidth.
    places = -1 / np.array(UPLINKS_MBIT_PER_S)
    found = crossing(places, figures, verdicts, plan, drawn_together=True) if figures else None
    spread = found.interval if found else None
    at = found.at if found else None
    return ConditionCrossover(
        axis="uplink",
        unit="Mbit/s",
        size=size.name,
        measure=measure,
        question=question,
        answer=found.answer if found else UNRESOLVED,
        at=None if at is None else -1 / at,
        interval=None if spread is None else Interval(-1 / spread.low, -1 / spread.high),
        below=found.below if found else None,
        above=found.above if found else None,
        least=UPLINKS_MBIT_PER_S[0],
        most=UPLINKS_MBIT_PER_S[-1],
        reason=(short or ALIKE) if found is None or found.answer == UNRESOLVED else None,
    )
