"""What each stage covers and how each figure came about: the origin of the report's numbers."""

from collections.abc import Mapping
from typing import Final

from bench.load.generator_health import LATE_MS
from bench.report.number_format import UNKNOWN, percent
from bench.report.tables import Table, rows
from bench.statistics import Bootstrap, Summary, minimum_samples
from bench.statistics.coverage import MEASURED_COVERAGE
from bench.statistics.percentile import PERCENTILES
from bench.statistics.samples import STAGE_ORDER

CLIENT: Final = "load generator's clock"
GATEWAY: Final = "gateway, Server-Timing header"
HANDLER: Final = "handler, Server-Timing header"
COMPUTED: Final = "computed from the others"

STAGES: Final[Mapping[str, tuple[str, str]]] = {
    "client-wait": (
        "From the time the request was due until the load generator sent it.",
        CLIENT,
    ),
    "request-transit": (
        "From the time it was sent until its first byte reached the gateway. Both ends read the "
        "machine's monotonic clock; on AWS this is part of the remainder.",
        CLIENT,
    ),
    "gateway-receive": (
        "From the request's first byte until its body is complete: the upload. Under a latency "
        "profile, filled up to what the sender's network takes.",
        GATEWAY,
    ),
    "gateway-event": (
        "Check of the API key and making of the REST proxy event. Under a latency profile, filled "
        "up to API Gateway's own time.",
        GATEWAY,
    ),
    "environment-wait": ("Wait for a free execution environment.", GATEWAY),
    "init": (
        "Start of a new execution environment; only in a cold start. Under a latency profile, "
        "filled up from the time at which it was asked for.",
        GATEWAY,
    ),
    "runtime": (
        "Invocation time less the handler's own: delivery through the Runtime API, the runtime "
        "client's JSON, the response. Under a latency profile, filled up to what an invocation "
        "takes beside its handler.",
        GATEWAY,
    ),
    "handler-parse": ("JSON parsing of the body.", HANDLER),
    "handler-validate": ("Checks of the message's fields.", HANDLER),
    "handler-decode": ("Base64 decoding of the payload.", HANDLER),
    "handler-hash": ("SHA-256 of the payload.", HANDLER),
    "payload-store": (
        "The first write: the Redis SET (Redis-first) or the S3 PutObject (S3-first). Under a "
        "latency profile each call is filled up to its target.",
        HANDLER,
    ),
    "start-execution": ("The StartExecution call.", HANDLER),
    "handler-rest": ("All else inside the handler.", HANDLER),
    "gateway-respond": ("From the invocation's end until the gateway answers.", GATEWAY),
    "response-transit": (
        "From the gateway's answer until the load generator had read it, by the machine's "
        "monotonic clock; on AWS this is part of the remainder.",
        CLIENT,
    ),
    "remainder": (
        "Latency less all stages above: what nobody measured. Its sign is kept.",
        COMPUTED,
    ),
}
"""Stage of the blocking path → what it covers, who measures it."""

HISTORY: Final = "GetExecutionHistory, event times"

ASYNCHRONOUS_STAGES: Final[Mapping[str, tuple[str, str]]] = {
    "start": ("From ExecutionStarted to ParallelStateStarted.", HISTORY),
    "branches": ("From ParallelStateStarted to ParallelStateSucceeded.", HISTORY),
    "branch-announce": ("From ParallelStateStarted to the branch's last TaskStateExited.", HISTORY),
    "branch-archive": ("The same, of the branch that brings the payload to S3.", HISTORY),
    "branch-metadata": ("The same, of the branch that writes the DynamoDB row.", HISTORY),
    "aggregate": ("The aggregate task, from TaskStateEntered to TaskStateExited.", HISTORY),
    "final-publish": ("The final SNS publish, from TaskStateEntered to TaskStateExited.", HISTORY),
    "remainder": ("Total less start, branches, aggregate and final-publish.", COMPUTED),
    "total": ("From ExecutionStarted to the execution's last event.", HISTORY),
}
"""Stage after the receipt → what it covers, where it is read."""


def stage_definition_table(summary: Summary) -> Table:
    """Define the stages of the blocking path, those of this run and those that it did not show."""
    extra = [
        stage
        for stage in dict.fromkeys(name for each in summary.stages for name in each.means_ms)
        if stage not in STAGES
    ]
    return _definitions("Stages of the blocking path", (*STAGE_ORDER, *extra), STAGES)


def asynchronous_definition_table(summary: Summary) -> Table:
    """Define the stages after the receipt that this run shows."""
    shown = tuple(dict.fromkeys(each.stage for each in summary.asynchronous))
    return _definitions("Stages after the receipt", shown, ASYNCHRONOUS_STAGES)


def figure_definitions(summary: Summary) -> tuple[tuple[str, str], ...]:
    """Say how each kind of figure came about; pairs of term and text."""
    plan = summary.bootstrap
    needed = ", ".join(f"{name} {minimum_samples(share)}" for name, share in PERCENTILES.items())
    return (
        (
            "Latency",
            "From the time a request was due (open model: due times are drawn before the run and "
            "do not wait for answers) until its answer was read completely. What a slow answer "
            "makes later requests wait is part of it.",
        ),
        ("Service time", "From the time a request was sent until its answer was read completely."),
        (
            "Measured request",
            "One that is not warm-up. Warm-up requests come before the first block of each "
            "strategy and size; they are kept in samples.parquet, counted, and measured nowhere.",
        ),
        (
            "Answered, refused, failed",
            "Answered: a status of 2xx. Refused: 4xx. Failed: any other status or no answer. "
            "Latencies are of answered requests only.",
        ),
        (
            "Warm, cold",
            "Cold: the request started an execution environment (it carries an init stage). Cold "
            "requests have a table of their own and are in no other figure.",
        ),
        (
            "Percentile",
            f"Linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996). "
            f"Least samples: {needed}. From fewer, {UNKNOWN} is printed.",
        ),
        (
            f"{plan.confidence * 100:g} % interval",
            f"Bootstrap, {plan.resamples:,} resamples, seed {plan.seed}: blocks are drawn as "
            "wholes, since requests of one block share the machine's state. The resamples give the "
            "standard error, and Student's t the interval, with as many degrees of freedom as "
            "blocks less one; of times and ratios on their logarithms. Of a difference or a ratio, "
            "requests that met the same luck are drawn together. It needs samples from 2 blocks: "
            f"{interval_minimums(plan)}. It says how far another run on this machine may differ, "
            "not how far another machine may. "
            f"In simulated runs with block effects, intervals of 95 % held the truth in: "
            f"{_coverage()}.",
        ),
        (
            "Sooner, not resolvable",
            "A strategy is called sooner where the interval of the difference of the p50s leaves "
            "out 0 and the difference is above the noise floor. Otherwise the run cannot tell the "
            "two apart; the smallest difference that it detects in 80 % of runs is given beside.",
        ),
        (
            "Noise floor",
            "What a strategy differs from itself by: the first block of each round is compared "
            "with the second, as if they were two strategies, and the larger difference of the two "
            "strategies counts. Under a latency profile the second block is first given the luck "
            "of the first, call by call, since the strategies are compared under one luck too: "
            "what is left is the machine, the emulators where they were slower than their targets, "
            "timers and queues.",
        ),
        (
            "Effect",
            "The probability that a Redis-first request is sooner than an S3-first one, ties "
            "counted half (Vargha and Delaney, 2000); Cliff's delta is twice it less 1.",
        ),
        (
            "What a byte costs",
            "A line through the medians of the body sizes (Chamberlain, 1994, for quantile "
            "regression with grouped regressors): neither a long tail nor an outlier moves it. Its "
            "intervals are resampled by blocks.",
        ),
        (
            "Overtakes",
            "Where the difference goes through 0 between two neighbouring sizes, by linear "
            "interpolation, if each strategy is resolvably sooner on its side. Nothing is said "
            "beyond the sizes tried.",
        ),
        (
            "From where on the answer is another",
            "Along the senders' uplink every request is drawn again with other bandwidths, under "
            "its own luck; along the rate, the queue before one cache node's network is added to "
            "Redis-first's wait. Intervals are of the same resamples at every step.",
        ),
        (
            "Floor",
            "p50 of the same bodies posted to a route that only reads and acknowledges, plus p50 "
            "of a raw SET of the same bodies by redis-py; both in blocks of this run.",
        ),
        (
            "Late",
            f"Sent more than {LATE_MS:g} ms after it was due: a sign that the load generator, not "
            "the system, was short of time.",
        ),
        (
            "Body, payload",
            "Body: bytes of the HTTP request body, which Lambda's limit applies to. Payload: bytes "
            "after base64 decoding. KB are 1,024 and MB 1,048,576 bytes, as AWS counts its limits.",
        ),
        (
            "Verdict",
            "After the load, each acknowledged message is looked up: its execution succeeded, "
            "exactly one archived object has the payload's SHA-256, its row has both persistence "
            "flags and all references, and each of its four notifications came exactly once. "
            "Refused requests may have left nothing. One finding fails the run.",
        ),
        (
            "Where to check",
            "samples.parquet holds one row a request, with the raw Server-Timing header and the "
            "payload's SHA-256. summary.json holds every figure of this page without rounding and "
            "is a function of samples.parquet and calls.parquet; verification.json and run.json "
            "hold the rest. "
            "histograms/ holds the latencies as HdrHistograms, to be merged with other runs'.",
        ),
    )


def interval_minimums(plan: Bootstrap) -> str:
    """Say from how many samples each percentile has an interval, such as ``p50 6, p90 29``."""
    return ", ".join(f"{name} {plan.minimum_samples(share)}" for name, share in PERCENTILES.items())


def _coverage() -> str:
    return "; ".join(
        f"{blocks} blocks of {requests} requests, "
        + ", ".join(f"{name} {percent(share)}" for name, share in shares.items())
        for (blocks, requests), shares in MEASURED_COVERAGE.items()
    )


def _definitions(
    caption: str, stages: tuple[str, ...], known: Mapping[str, tuple[str, str]]
) -> Table:
    unknown = ("A stage that this version of the report does not know.", UNKNOWN)
    return Table(
        caption=caption,
        columns=("stage", "what it covers", "measured by"),
        text_columns=3,
        rows=rows((stage, *known.get(stage, unknown)) for stage in stages),
    )
