"""The runtime client alone: its round trip with an event against a bare socket.

What any Lambda service on this machine has to pay for `awslambdaric`: fetching the event, parsing
it, calling the handler, and posting the answer.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final

from bench.errors import RunFailure
from bench.lambda_benchmark.server import HANDLERS

_ACCEPTED: Final = (
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
    b'{"status":"OK"}'
)


class BareRuntime:
    """One runtime process, and the socket that it polls."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._connection: socket.socket | None = None
        self._held = b""

    def round_trip_ms(self, event: bytes) -> float:
        """Hand out *event* and return the milliseconds until the answer was posted."""
        self._request()
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n"
            f"Lambda-Runtime-Deadline-Ms: {int((time.time() + 60) * 1000)}\r\n"
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:0:function:f\r\n"
            "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700\r\n"
            f"Content-Length: {len(event)}\r\n\r\n"
        )
        began = time.perf_counter()
        self._send(head.encode())
        self._send(event)
        self._request()
        took_ms = (time.perf_counter() - began) * 1e3
        self._send(_ACCEPTED)
        return took_ms

    def _send(self, data: bytes) -> None:
        if self._connection is None:
            raise RunFailure("the runtime has closed its connection")
        self._connection.sendall(data)

    def _request(self) -> None:
        """Read one request to its end, on a new connection where the runtime has made one."""
        while True:
            if self._connection is None:
                self._connection, _ = self._listener.accept()
                self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connection.settimeout(30)
            if self._whole():
                return
            data = self._connection.recv(1 << 20)
            if not data:
                self._connection.close()
                self._connection = None
            self._held += data

    def _whole(self) -> bool:
        head, separator, rest = self._held.partition(b"\r\n\r\n")
        if not separator:
            return False
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                length = int(value)
        if len(rest) < length:
            return False
        self._held = rest[length:]
        return True


@contextlib.contextmanager
def bare_runtime() -> Iterator[BareRuntime]:
    """Run a runtime process with the handler that returns at once, while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", "at_once.handler"],
            cwd=HANDLERS,
            env={
                "PATH": os.environ.get("PATH", ""),
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{listener.getsockname()[1]}",
                "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
                "AWS_LAMBDA_FUNCTION_NAME": "f",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                "AWS_LAMBDA_LOG_GROUP_NAME": "g",
                "AWS_LAMBDA_LOG_STREAM_NAME": "s",
                "AWS_REGION": "us-east-1",
            },
            stdout=subprocess.DEVNULL,
        )
        try:
            yield BareRuntime(listener)
        finally:
            process.kill()
            process.wait()
