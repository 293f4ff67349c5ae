"""`firstwrite plan`: a capacity model's answer to a workload, before anything is deployed.

What is simulated stands in `sim.capacity`; here are its options, its sentences, its tables, its
JSON and its page.
"""

from bench.plan.document import SCHEMA_VERSION, plan_document
from bench.plan.errors import PlanError
from bench.plan.planner import Plan, StrategyPlan, make_plan
from bench.plan.request import PlanOptions, PlanRequest, request_of

__all__ = [
    "SCHEMA_VERSION",
    "Plan",
    "PlanError",
    "PlanOptions",
    "PlanRequest",
    "StrategyPlan",
    "make_plan",
    "plan_document",
    "request_of",
]
