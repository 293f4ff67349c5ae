"""Latencies as HdrHistogram files: counts at full resolution, to be merged with other runs'.

Percentiles of two runs cannot be averaged; their histograms can be added up, and the percentiles of
the sum be read (Tene, HdrHistogram, hdrhistogram.org). A file holds one histogram in the library's
compressed V2 encoding, base64, which its implementations in other languages read too.
"""

import re
from typing import Any, Final

import numpy as np
import pandas as pd
from hdrh.histogram import (  # type: ignore[import-untyped]  # hdrhistogram comes without types
    HdrHistogram,
)

from bench.statistics.samples import STRATEGIES, stratum

LEAST_US: Final = 1
MOST_US: Final = 600_000_000
"""Ten minutes; what is longer counts as this."""

SIGNIFICANT_DIGITS: Final = 3
"""A value is told apart from another that differs by 0.1 %."""


def histogram_files(samples: pd.DataFrame) -> dict[str, bytes]:
    """Give the histograms of a run: file name → content.

    One for each profile, strategy and size with warm, measured, answered requests, named
    ``<profile>-<strategy>-<size>.hdr``, in microseconds.
    """
    warm = stratum(samples[samples["strategy"].isin(STRATEGIES)], "warm")
    files: dict[str, bytes] = {}
    for (profile, strategy, size), rows in warm.groupby(
        ["profile", "strategy", "size"], observed=True, sort=False
    ):
        words = (re.sub(r"[^A-Za-z0-9.]+", "-", str(each)) for each in (profile, strategy, size))
        files[f"{'-'.join(words)}.hdr"] = histogram_of(rows["latency_ms"]).encode() + b"\n"
    return files


def histogram_of(latency_ms: pd.Series) -> Any:
    """Give the histogram of latencies in milliseconds; it counts microseconds."""
    histogram = HdrHistogram(LEAST_US, MOST_US, SIGNIFICANT_DIGITS)
    microseconds = np.rint(latency_ms.to_numpy(np.float64) * 1e3)
    for value in np.clip(microseconds, LEAST_US, MOST_US).astype(np.int64):
        histogram.record_value(int(value))
    return histogram


def read_histogram(content: bytes) -> Any:
    """Read the content of a file that `histogram_files` gave."""
    return HdrHistogram.decode(content.strip())
