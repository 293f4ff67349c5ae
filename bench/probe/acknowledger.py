"""A program that answers each request of the probed services at once, and does nothing with it.

What a client's call costs against it is the client's own time, and the way over loopback. It is a
process of its own, as what is probed is: in the client's it would compete for the interpreter.

It takes no arguments, prints one line of JSON, service → port, and ends when its input does: so it
outlives nobody who started it. It imports the standard library alone, to start quickly.
"""

import json
import socket
import sys
import threading
from collections.abc import Callable

_BUFFER_BYTES = 1 << 20
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""Without it botocore, which asks for it before each object, waits for a second."""


def _http(content: bytes, content_type: str, header: str = "") -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n{header}"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


HTTP_ANSWERS = {
    "S3": _http(b"", "application/xml", 'ETag: "00000000000000000000000000000000"\r\n'),
    "SQS": _http(b'{"MessageId":"0"}', "application/x-amz-json-1.0"),
    "SNS": _http(
        b'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>'
        b"<MessageId>0</MessageId></PublishResult><ResponseMetadata><RequestId>0</RequestId>"
        b"</ResponseMetadata></PublishResponse>",
        "text/xml",
    ),
    "DynamoDB": _http(b"{}", "application/x-amz-json-1.0"),
}
"""By service, what boto3 takes for an answer to the probed operation."""

REDIS = "Redis"
_HELLO = b"%1\r\n$5\r\nproto\r\n:3\r\n"
"""The least answer to HELLO 3, by which redis-py turns to RESP3."""


class _Received:
    """The bytes that come on a connection, in order; reading from it raises EOFError at the end."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray(_BUFFER_BYTES)
        self._held = b""

    def until(self, end: bytes) -> bytes:
        """Take all up to *end*, and *end* as well."""
        while end not in self._held:
            self._held += self._more()
        taken, _, self._held = self._held.partition(end)
        return taken

    def skip(self, count: int) -> None:
        """Let so many bytes go."""
        count -= len(self._held)
        if count < 0:
            self._held = self._held[count:]
            return
        self._held = b""
        while count > 0:
            came = self._connection.recv_into(self._buffer, min(count, _BUFFER_BYTES))
            if not came:
                raise EOFError
            count -= came

    def take(self, count: int) -> bytes:
        """Take so many bytes."""
        while len(self._held) < count:
            self._held += self._more()
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def _more(self) -> bytes:
        more = self._connection.recv(65536)
        if not more:
            raise EOFError
        return more


def _serve_http(connection: socket.socket, answer: bytes) -> None:
    received = _Received(connection)
    while True:
        head = received.until(b"\r\n\r\n").lower()
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name == b"content-length":
                length = int(value)
            elif name == b"expect":
                connection.sendall(_CONTINUE)
        received.skip(length)
        connection.sendall(answer)


def _serve_redis(connection: socket.socket) -> None:
    received = _Received(connection)
    while True:
        parts = int(received.until(b"\r\n")[1:])
        command = received.take(int(received.until(b"\r\n")[1:]) + 2).strip().upper()
        for _ in range(parts - 1):
            received.skip(int(received.until(b"\r\n")[1:]) + 2)
        connection.sendall(_HELLO if command == b"HELLO" else b"+OK\r\n")


def _accept(listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
    def served(connection: socket.socket) -> None:
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                serve(connection)
            except (EOFError, OSError):
                return  # the client has hung up

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=served, args=(connection,), daemon=True).start()


def _http_server(answer: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: _serve_http(connection, answer)


def main() -> None:
    """Serve until the input ends."""
    servers: dict[str, Callable[[socket.socket], None]] = {
        service: _http_server(answer) for service, answer in HTTP_ANSWERS.items()
    }
    servers[REDIS] = _serve_redis
    ports = {}
    for service, serve in servers.items():
        listener = socket.create_server(("127.0.0.1", 0))
        ports[service] = listener.getsockname()[1]
        threading.Thread(target=_accept, args=(listener, serve), daemon=True).start()
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
