"""Posts a prepared body through Locust; says when it left, when the answer was there, and what."""

import contextlib
from collections.abc import Callable, Iterable
from typing import Any, cast

import gevent
from geventhttpclient.connectionpool import ConnectionPool
from locust.contrib.fasthttp import FastHttpSession, LocustBadStatusCode

from bench.load.receipt import message_id
from bench.load.sender import ERROR_CHARACTERS, READY_CONNECTIONS, Answer
from bench.load.shared_clock import CLOCK_HEADER, transit


class HttpSender:
    """Posts bodies through Locust's `FastHttpSession` and its pool of kept-alive connections.

    Parameters
    ----------
    session
        With a pool of as many connections as may ever be in flight: a smaller one would make
        requests wait in the client, which is what an open model must not do.
    timeout_s
        For the whole request; the session's own `network_timeout` is for one socket operation.
    """

    method = "POST"

    def __init__(
        self,
        session: FastHttpSession,
        url: str,
        api_key: str,
        *,
        timeout_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._session = session
        self._url = url
        self._headers = {"x-api-key": api_key, "Content-Type": "application/json"}
        self._timeout_s = timeout_s
        self._clock = clock
        self._opened = 0

    def before_block(self, requests: int) -> None:
        """Open connections, and replace those that the server has closed since.

        A server that cannot be reached is not told of here: the requests will.
        """
        pool = self._pool()
        pool.after_connect = self._count_connection  # type: ignore[assignment]  # its hook
        ready: list[Any] = []
        with contextlib.suppress(OSError):
            ready.extend(pool.get_socket() for _ in range(min(requests, READY_CONNECTIONS)))
        for connection in ready:
            pool.return_socket(connection)
        self._opened = 0

    def send(self, content: bytes, trace_id: str = "") -> Answer:
        """Post `content`; the answer's body has been read when this returns."""
        traced = {"X-Amzn-Trace-Id": f"Root={trace_id}"} if trace_id else {}
        sent_s = self._clock()
        # A TimeoutError is an OSError, upon which the client gives its connection back; gevent's
        # own Timeout is not, and would leak one.
        overdue = TimeoutError(f"no answer in {self._timeout_s:g} s")
        try:
            with gevent.Timeout(self._timeout_s, overdue):
                # With catch_response but without a with-block Locust reports nothing: the plan
                # does that, with the latency from the due time. (Its annotation forgets bytes.)
                response = self._session.post(
                    self._url,
                    data=cast("str", content),
                    headers={**self._headers, **traced},
                    catch_response=True,
                )
        except TimeoutError:
            return Answer(sent_s, self._clock(), 0, str(overdue), "", "")
        done_s = self._clock()
        failure = response.request_meta["exception"]
        if failure is not None and not isinstance(failure, LocustBadStatusCode):
            # Also where the head of an answer came and its body did not: that is no receipt.
            error = str(failure) or type(failure).__name__
            return Answer(sent_s, done_s, 0, error[:ERROR_CHARACTERS], "", "")
        text = (response.content or b"").decode("utf-8", errors="replace")
        return Answer(
            sent_s=sent_s,
            done_s=done_s,
            status=response.status_code,
            error="" if response.status_code == 200 else text[:ERROR_CHARACTERS],
            message_id=message_id(text),
            server_timing=_joined(response.headers, "server-timing"),
            transit=transit(_joined(response.headers, CLOCK_HEADER), sent_s, done_s),
        )

    def after_block(self) -> int:
        """Return how many connections the block opened; what was posted is the pipeline's."""
        return self._opened

    def _pool(self) -> ConnectionPool:
        # The client has no public way to its pool, and no other to connect without a request.
        return self._session.client.clientpool.get_client(self._url)._connection_pool

    def _count_connection(self, _: Any) -> None:
        self._opened += 1


def _joined(headers: Any, name: str) -> str:
    """Return the field lines of `name` joined as RFC 9110 section 5.3 says; "" if there is none."""
    value: str | Iterable[str] | None = headers.get(name) if headers is not None else None
    if value is None or isinstance(value, str):
        return value or ""
    return ", ".join(value)
