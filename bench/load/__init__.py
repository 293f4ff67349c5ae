"""Load: payloads, the plan of a run, and the Locust process that carries it out.

Importing this package does not import Locust, which patches the standard library for gevent;
`bench/locustfile.py` does, in its own process.
"""

from bench.load.arrival_process import (
    ArrivalProcess,
    burst,
    constant,
    poisson,
    ramp,
    step,
)
from bench.load.block_load import USUAL_KINDS, BlockLoad, Stream
from bench.load.block_order import ORDERS, Blocks, Order
from bench.load.body_size import body_bytes_of
from bench.load.corpus import Corpus, read_corpus
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
from bench.load.payloads import SIZES_BYTES, Body, BodyFactory
from bench.load.plan import INGESTING, STRATEGIES, Arrival, Block, Drain, Plan, Strategy
from bench.load.request_sample import RequestSample, read_records
from bench.load.schedule import Design, make_plan
from bench.load.server_timing import parse_server_timing
from bench.load.trace_file import read_trace
from sim.workload.body_size import LARGEST
from sim.workload.kind import KINDS, Kind

__all__ = [
    "DEFAULT_DEPLOYMENT_FILE",
    "DEPLOYMENT_VARIABLE",
    "INGESTING",
    "KINDS",
    "LARGEST",
    "ORDERS",
    "SIZES_BYTES",
    "STRATEGIES",
    "USUAL_KINDS",
    "Arrival",
    "ArrivalProcess",
    "Block",
    "BlockLoad",
    "Blocks",
    "Body",
    "BodyFactory",
    "Corpus",
    "DeployedSystem",
    "DeploymentFileError",
    "Design",
    "Drain",
    "GeneratorHealth",
    "Kind",
    "LoadError",
    "LoadFiles",
    "Order",
    "PayloadSizeError",
    "Plan",
    "PlanError",
    "PlanNotCarriedOutError",
    "PlannedLoad",
    "Progress",
    "RequestSample",
    "SamplesFileError",
    "Strategy",
    "Stream",
    "body_bytes_of",
    "burst",
    "constant",
    "deployment_file",
    "make_plan",
    "parse_server_timing",
    "poisson",
    "ramp",
    "read_corpus",
    "read_deployment",
    "read_records",
    "read_trace",
    "step",
]
