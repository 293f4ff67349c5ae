"""One run of the benchmark, from its settings to its results folder.

The parts are elsewhere (`bench.load`, `bench.collect`, `bench.statistics`, `bench.report`,
`bench.results`); here is their order, and what is decided before the first request leaves.
"""

from bench.load.largest_body import largest_body_bytes
from bench.run.benchmark import OpenStack, Outcome, run_benchmark
from bench.run.display import Display
from bench.run.part import BeforeVerify, RunningStack, leave_as_is
from bench.run.settings import BenchSettings, SettingsError

__all__ = [
    "BeforeVerify",
    "BenchSettings",
    "Display",
    "OpenStack",
    "Outcome",
    "RunningStack",
    "SettingsError",
    "largest_body_bytes",
    "leave_as_is",
    "run_benchmark",
]
