"""What Lambda would bill of each request's ingest function, from what the run measured.

The handler's stages, in which each call took its time on AWS, and what the runtime took on this
machine to hand over the event and to take the answer: what a REPORT line has, rounded up to whole
ms (Lambda pricing, "Duration"). The profile's time of an invocation beside its handler is that of
Lambda's front end, and not billed. An init is billed since August 2025; cold requests are left out
here, as of a month's messages hardly any is one.
"""

from typing import Final

import numpy as np
import pandas as pd

from bench.statistics.calls import GATEWAY
from bench.statistics.samples import stage_columns

_IN_HANDLER: Final = ("payload-store", "start-execution")
_INVOKE: Final = "lambda.Invoke"


def with_billed_duration(samples: pd.DataFrame, calls: pd.DataFrame) -> pd.DataFrame:
    """Return the samples with what is billed in the place of their latency, in ms.

    NaN, as of a request without an answer, where the handler's stages or its invocation are not
    known. The figures of latencies (`bench.statistics.latency`) are then those of durations.
    """
    inside = [
        column
        for stage, column in stage_columns(samples).items()
        if stage.startswith("handler-") or stage in _IN_HANDLER
    ]
    invoked = calls[(calls["operation"] == _INVOKE) & (calls["source"] == GATEWAY)]
    runtime_ms = invoked.groupby("trace")["emulator_ms"].sum()
    traces = samples["trace_id"] if "trace_id" in samples else pd.Series("", index=samples.index)
    took_ms = samples[inside].sum(axis=1, min_count=1) + traces.map(runtime_ms).astype(np.float64)
    # A whole number that floats missed by their last digit is not a millisecond more.
    return samples.assign(latency_ms=np.ceil(took_ms.round(6)))
