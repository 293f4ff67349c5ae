"""What the running stack's functions say and do: log streams, metrics in them, and the live state.

Not for results of a run: `bench.collect` reads those.
"""

from bench.observe.embedded_metrics import Metric, summarise
from bench.observe.errors import ObserveError
from bench.observe.log_streams import LogLine, follow, function_folders, matching, read_new
from bench.observe.status import read_status

__all__ = [
    "LogLine",
    "Metric",
    "ObserveError",
    "follow",
    "function_folders",
    "matching",
    "read_new",
    "read_status",
    "summarise",
]
