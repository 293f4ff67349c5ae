"""Load: payloads, the plan of a run, and the Locust process that carries it out.

Importing this package does not import Locust, which patches the standard library for gevent;
`bench/locustfile.py` does, in its own process.
"""

from bench.load.deployed_system import (
    DEFAULT_DEPLOYMENT_FILE,
    DEPLOYMENT_VARIABLE,
    DeployedSystem,
    deployment_file,
    read_deployment,
)
from bench.load.errors import (
    DeploymentFileError,
    LoadError,
    PayloadSizeError,
    PlanError,
    PlanNotCarriedOutError,
    SamplesFileError,
)
from bench.load.generator_health import GeneratorHealth
from bench.load.locust_process import LoadFiles, PlannedLoad, Progress
from bench.load.payload_template import KINDS, Kind
from bench.load.payloads import SIZES_BYTES, Body, BodyFactory
from bench.load.plan import INGESTING, STRATEGIES, Arrival, Block, Drain, Plan, Strategy
from bench.load.request_sample import RequestSample, read_records
from bench.load.schedule import SizeLoad, make_plan
from bench.load.server_timing import parse_server_timing

__all__ = [
    "DEFAULT_DEPLOYMENT_FILE",
    "DEPLOYMENT_VARIABLE",
    "INGESTING",
    "KINDS",
    "SIZES_BYTES",
    "STRATEGIES",
    "Arrival",
    "Block",
    "Body",
    "BodyFactory",
    "DeployedSystem",
    "DeploymentFileError",
    "Drain",
    "GeneratorHealth",
    "Kind",
    "LoadError",
    "LoadFiles",
    "PayloadSizeError",
    "Plan",
    "PlanError",
    "PlanNotCarriedOutError",
    "PlannedLoad",
    "Progress",
    "RequestSample",
    "SamplesFileError",
    "SizeLoad",
    "Strategy",
    "deployment_file",
    "make_plan",
    "parse_server_timing",
    "read_deployment",
    "read_records",
]
