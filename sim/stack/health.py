"""Questions that tell whether a server answers; none raises when it does not."""

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit


def answers_http(url: str, timeout_s: float = 1.0) -> bool:
    """Return whether a GET of *url* gives a status below 500."""
    status, _ = _get(url, timeout_s)
    return 0 < status < 500


def json_at(url: str, timeout_s: float = 2.0) -> Any:
    """Return the JSON that a GET of *url* answers with 200, or `None`."""
    status, body = _get(url, timeout_s)
    if status != 200:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return None


def answers_redis(host: str, port: int, timeout_s: float = 1.0) -> bool:
    """Return whether a Redis or Valkey takes commands there; being asked for a password counts."""
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith((b"+PONG", b"-NOAUTH"))
    except OSError:
        return False


def _get(url: str, timeout_s: float) -> tuple[int, bytes]:
    parts = urlsplit(url)
    if parts.hostname is None:
        return 0, b""
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout_s)
    try:
        connection.request("GET", parts.path or "/")
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
