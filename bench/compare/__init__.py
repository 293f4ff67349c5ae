"""Two runs side by side: what changed, whether that can be told, and whether it is too much.

Nothing here runs anything; the figures' intervals come from `bench.statistics.two_runs`.
"""

from bench.compare.changes import LatencyChange, Verdict
from bench.compare.comparison import Comparison, compare_runs
from bench.compare.conditions import ConditionDifference, condition_differences
from bench.compare.document import comparison_json
from bench.compare.errors import CompareError
from bench.compare.gates import Gate, GateResult, judge, parse_gate
from bench.compare.markdown import comparison_markdown
from bench.compare.page import render_comparison
from bench.compare.tables import change_tables, condition_table, gate_table

__all__ = [
    "CompareError",
    "Comparison",
    "ConditionDifference",
    "Gate",
    "GateResult",
    "LatencyChange",
    "Verdict",
    "change_tables",
    "compare_runs",
    "comparison_json",
    "comparison_markdown",
    "condition_differences",
    "condition_table",
    "gate_table",
    "judge",
    "parse_gate",
    "render_comparison",
]
