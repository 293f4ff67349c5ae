"""Starts `awslambdaric` with the handler's calls watched.

The file is called as the runtime's own: of a handler's error the runtime reports the stack trace
without the frames of any `bootstrap.py`, and so it is the one that AWS reports.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import awslambdaric.bootstrap
from awslambdaric.__main__ import main

from sim.latency.shaping import Shaping
from sim.latency.worker import SHAPING_VARIABLE, TELEMETRY_VARIABLE
from sim.latency.worker.after_import import after_import
from sim.latency.worker.botocore_calls import watch_botocore
from sim.latency.worker.calls import Calls
from sim.latency.worker.redis_calls import watch_redis

_Handler = Callable[[Any, Any], Any]


def _telemetry(descriptor: int) -> Callable[[dict[str, Any]], None]:
    def write(record: dict[str, Any]) -> None:
        # Below the size that a pipe takes in one piece (pipe(7), PIPE_BUF).
        os.write(descriptor, json.dumps(record).encode() + b"\n")

    return write


def _watched(calls: Calls, name: str, handler: _Handler) -> _Handler:
    def handle(event: Any, context: Any) -> Any:
        calls.begin(os.environ.get("_X_AMZN_TRACE_ID", ""), name)
        began_s = time.perf_counter()
        try:
            return handler(event, context)
        finally:
            calls.end_invocation(began_s, time.perf_counter())

    return handle


def run() -> None:
    """Run the runtime; the handler is loaded by its own code, so that its errors stay AWS's."""
    shaping = Shaping.from_json(os.environ.pop(SHAPING_VARIABLE))
    descriptor = int(os.environ.pop(TELEMETRY_VARIABLE))
    os.set_inheritable(descriptor, False)  # a handler's own children have no part in it
    calls = Calls(shaping, _telemetry(descriptor))
    after_import("botocore.handlers", lambda: watch_botocore(calls))
    after_import("redis.connection", lambda: watch_redis(calls))
    load = awslambdaric.bootstrap._get_handler

    def load_watched(name: str) -> _Handler:
        return _watched(calls, name, load(name))

    awslambdaric.bootstrap._get_handler = load_watched
    main(sys.argv)
