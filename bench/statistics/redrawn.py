"""The same run under another profile: each call's target is drawn again, with the same luck.

Draws depend on the seed and the call alone, so that what a request would have met under another
profile, another network or another slope is known without sending it again. What is left out is
what a longer or shorter wait does to others: queues. At a load where there are none, it is exact.
"""

from dataclasses import fields

import pandas as pd

from bench.statistics.calls import GATEWAY
from sim.latency.shaping import Call, Shaping

_CALL = tuple(field.name for field in fields(Call))


def redrawn(samples: pd.DataFrame, calls: pd.DataFrame, shaping: Shaping) -> pd.DataFrame:
    """Return the samples with the latencies that they would have had under *shaping*.

    Parameters
    ----------
    samples
        The samples table.
    calls
        The calls table of the same run.
    shaping
        With the seed that the run had; another one gives another, equally likely run.
    """
    waited = calls[calls["source"] == GATEWAY]
    emulator_ms = waited["emulator_ms"]
    # What a timer came late stays: both are without it.
    took_ms = waited["target_ms"].clip(lower=emulator_ms)
    would_take_ms = targets_ms(waited, shaping).clip(lower=emulator_ms)
    change_ms = (would_take_ms - took_ms).groupby(waited["trace"]).sum()
    change = samples["trace_id"].map(change_ms).fillna(0.0)
    return samples.assign(
        latency_ms=samples["latency_ms"] + change, service_ms=samples["service_ms"] + change
    )


def targets_ms(calls: pd.DataFrame, shaping: Shaping) -> pd.Series:
    """Return each call's target under *shaping*, in ms."""
    given = calls[list(_CALL)].itertuples(index=False)
    return pd.Series(
        [shaping.target(Call(*row)).total_ms for row in given], index=calls.index, dtype="float64"
    )
