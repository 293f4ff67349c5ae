"""How often intervals of 95 % hold the truth, as measured in simulation.

`tests/bench/statistics/test_interval_coverage.py` measures it anew and holds these figures against
it. Requests are log-normal with a spread of 20 %, blocks have a factor of their own with 8 %; 1,000
runs each, so that a figure has a standard error of 0.7 points. Where blocks are few and their
requests many, what is between blocks outweighs the rest, and four blocks cannot show it: intervals
are then too narrow. Those of a p99 are so more often than others, since no resample goes beyond the
slowest request (Davison & Hinkley, Bootstrap Methods, 1997, section 2.6).
"""

from collections.abc import Mapping
from typing import Final

MEASURED_COVERAGE: Final[Mapping[tuple[int, int], Mapping[str, float]]] = {
    (4, 20): {"p50": 0.941, "p90": 0.950, "p95": 0.946},
    (4, 80): {"p50": 0.893, "p90": 0.901, "p95": 0.896, "p99": 0.892},
    (8, 20): {"p50": 0.951, "p90": 0.961, "p95": 0.955},
    (8, 40): {"p50": 0.949, "p90": 0.938, "p95": 0.939, "p99": 0.933},
}
"""(Blocks, requests of each) → percentile → share of the intervals that hold the truth."""

MEASURED_DIFFERENCE_COVERAGE: Final[Mapping[tuple[int, int], Mapping[str, float]]] = {
    (8, 40): {"p50": 0.943, "p90": 0.969, "p95": 0.975, "p99": 0.979},
}
"""The same of the difference of two arms, drawn together by round; rather too wide in the tail."""
