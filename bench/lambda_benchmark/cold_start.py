"""Where the cold start of the ingest function goes."""

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bench.benchmark_table import Row
from bench.lambda_benchmark.measurement import Report

_FUNCTIONS: Final = Path(__file__).parents[2] / "pipeline" / "functions"
_STEPS: Final = {
    "the interpreter": "pass",
    "and awslambdaric": "import awslambdaric.bootstrap",
    "and the handler, its imports and clients": "import awslambdaric.bootstrap, ingest",
}
_IMPORT: Final = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|\s*(\S+)")


def cold_start_rows(repeats: int, report: Report) -> Iterable[Row]:
    """Time the steps of a cold start, each with all before it, and name the dearest imports."""
    before_ms = 0.0
    for name, code in _STEPS.items():
        report(f"cold start: {name}")
        taken_ms = statistics.median(_run_ms(code) for _ in range(repeats))
        added = f"{taken_ms - before_ms:.0f} ms of it its own"
        yield Row("cold start", name, f"{taken_ms:.0f} ms", added, None, "", None)
        before_ms = taken_ms
    report("cold start: imports")
    run = _run("import awslambdaric.bootstrap, ingest", "-X", "importtime")
    own = [(int(found[1]), found[3]) for found in _IMPORT.finditer(run.stderr)]
    for own_us, module in sorted(own, reverse=True)[:10]:
        yield Row("imports", module, f"{own_us / 1000:.1f} ms", "its own, traced", None, "", None)


def _run_ms(code: str) -> float:
    began = time.perf_counter()
    _run(code)
    return (time.perf_counter() - began) * 1e3


def _run(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    # Addresses at which nothing listens: clients are made, and nothing is called.
    variables = {
        "PATH": os.environ.get("PATH", ""),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "PAYLOAD_STORE": "s3",
        "ARCHIVE_BUCKET": "archive",
        "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:000000000000:stateMachine:m",
        "INGEST_FAILURE_FUNCTION": "ingest-failure",
        "AWS_LAMBDA_FUNCTION_NAME": "ingest",
    }
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        cwd=_FUNCTIONS,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
