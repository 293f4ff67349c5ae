"""Figures from a samples table: pure functions over data frames and arrays.

Nothing here reads or writes a file, and nothing here words an answer.
"""

from bench.statistics.asynchronous import AsynchronousStage
from bench.statistics.bootstrap import Bootstrap, Interval
from bench.statistics.calls import OperationCalls, operation_calls
from bench.statistics.distribution import Distribution
from bench.statistics.errors import SamplesTableError, StatisticsError, SummaryReadError
from bench.statistics.figures_reading import figures_from_json
from bench.statistics.floor_ratio import FloorRatio
from bench.statistics.latency import Difference, Latency
from bench.statistics.percentile import minimum_samples, percentile
from bench.statistics.requests import Failure, RequestCount, SendLag
from bench.statistics.robustness import (
    BreakEven,
    Robustness,
    Variant,
    VariantDifference,
    robustness,
)
from bench.statistics.run_figures import RunFigures, figures_json
from bench.statistics.samples import BodySize
from bench.statistics.stages import Reconciliation, StageMeans
from bench.statistics.summary import SCHEMA_VERSION, Summary, summarise, summary_json

__all__ = [
    "SCHEMA_VERSION",
    "AsynchronousStage",
    "BodySize",
    "Bootstrap",
    "BreakEven",
    "Difference",
    "Distribution",
    "Failure",
    "FloorRatio",
    "Interval",
    "Latency",
    "OperationCalls",
    "Reconciliation",
    "RequestCount",
    "Robustness",
    "RunFigures",
    "SamplesTableError",
    "SendLag",
    "StageMeans",
    "StatisticsError",
    "Summary",
    "SummaryReadError",
    "Variant",
    "VariantDifference",
    "figures_from_json",
    "figures_json",
    "minimum_samples",
    "operation_calls",
    "percentile",
    "robustness",
    "summarise",
    "summary_json",
]
