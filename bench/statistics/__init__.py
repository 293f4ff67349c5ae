"""Figures from a samples table: pure functions over data frames and arrays.

Nothing here reads or writes a file, and nothing here words an answer.
"""

from bench.statistics.asynchronous import AsynchronousStage
from bench.statistics.blocks import BlockFigures
from bench.statistics.byte_cost import ByteCost
from bench.statistics.calls import OperationCalls, operation_calls
from bench.statistics.condition_crossover import (
    ConditionCrossover,
    ConditionCurve,
    CurvePoint,
)
from bench.statistics.cost import Cost, CostCurve, CostDifference, Costs, costs
from bench.statistics.crossover import Crossover
from bench.statistics.distribution import Distribution
from bench.statistics.effect_size import EffectSize
from bench.statistics.errors import SamplesTableError, StatisticsError, SummaryReadError
from bench.statistics.figures_reading import figures_from_json
from bench.statistics.floor_ratio import FloorRatio
from bench.statistics.interval import Bootstrap, Interval
from bench.statistics.latency import Difference, Latency
from bench.statistics.noise_floor import SelfDifference
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
from bench.statistics.tail_difference import TailDifference
from bench.statistics.tenants import TenantDifference, TenantLatency
from bench.statistics.transmission import Transmission
from bench.statistics.verdict import Verdict
from bench.statistics.warm_up import WarmUp

__all__ = [
    "SCHEMA_VERSION",
    "AsynchronousStage",
    "BlockFigures",
    "BodySize",
    "Bootstrap",
    "BreakEven",
    "ByteCost",
    "ConditionCrossover",
    "ConditionCurve",
    "Cost",
    "CostCurve",
    "CostDifference",
    "Costs",
    "Crossover",
    "CurvePoint",
    "Difference",
    "Distribution",
    "EffectSize",
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
    "SelfDifference",
    "SendLag",
    "StageMeans",
    "StatisticsError",
    "Summary",
    "SummaryReadError",
    "TailDifference",
    "TenantDifference",
    "TenantLatency",
    "Transmission",
    "Variant",
    "VariantDifference",
    "Verdict",
    "WarmUp",
    "costs",
    "figures_from_json",
    "figures_json",
    "minimum_samples",
    "operation_calls",
    "percentile",
    "robustness",
    "summarise",
    "summary_json",
]
