"""How many messages a second a run offered."""

import pandas as pd


def mean_rate_per_s(measured: pd.DataFrame) -> float | None:
    """Give the mean rate within blocks, without the pauses between them.

    Parameters
    ----------
    measured
        Requests that are not warm-up, with the columns ``block``, ``due_s`` and ``profile``.

    Returns
    -------
    float or None
        None where no block has two requests apart.
    """
    blocks = measured.groupby(["profile", "block"])["due_s"].agg(["min", "max", "count"])
    blocks = blocks[blocks["max"] > blocks["min"]]
    if blocks.empty:
        return None
    # Of n requests there are n - 1 gaps.
    return float((blocks["count"] - 1).sum() / (blocks["max"] - blocks["min"]).sum())
