"""What shapes the calls of a handler, inside of its execution environment.

Lambda's own mechanism brings it in: a wrapper script (`AWS_LAMBDA_EXEC_WRAPPER`) that starts the
runtime in another way. The handler's code, boto3 and redis-py are the deployed ones; calls are seen
through botocore's events and redis-py's connections.
"""

from pathlib import Path
from typing import Final

WRAPPER: Final = Path(__file__).parent / "wrapper"
"""The wrapper script. Source: Lambda Developer Guide, "Modifying the runtime environment"."""

SHAPING_VARIABLE: Final = "FIRSTWRITE_SHAPING"
"""Holds `Shaping.to_json`."""

TELEMETRY_VARIABLE: Final = "FIRSTWRITE_TELEMETRY_FD"
"""Holds the file descriptor that records are written to, a JSON line each."""

ANSWER_DUE_HEADER: Final = "x-firstwrite-answer-due"
"""Request header with the time, on the machine's monotonic clock in seconds, at which the caller
takes the answer to have come: what follows upon the answer on AWS does not begin before it here."""
