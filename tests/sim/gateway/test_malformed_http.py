"""Bytes that are no good HTTP are answered, invoke nothing, and leave the gateway serving."""

import re
import socket
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.gateway import RestApi, Route
from sim.gateway.gateway_response import MAX_BODY_BYTES, MAX_HEADER_BYTES
from tests.sim.gateway.conftest import receive_all

pytestmark = pytest.mark.integration

LINE = b"POST /v1/records HTTP/1.1\r\nHost: h\r\n"
GOOD = LINE + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"


@pytest.fixture
def gateway(serve):
    return serve(RestApi("a", "v1", [Route("POST", "/records", "f", api_key_required=False)]))


def statuses(received: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3})", received)]


@pytest.mark.parametrize(
    "data",
    [
        b"NONSENSE\r\n\r\n",
        b"POST /v1/records HTTP/9.9\r\n\r\n",
        LINE + b"Content-Length: two\r\n\r\n{}",
        LINE + b"Content-Length: -1\r\n\r\n{}",
        LINE + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        LINE + b"no colon\r\n\r\n",
        LINE + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_a_malformed_request_is_a_400_and_the_next_connection_is_served(gateway, data):
    assert statuses(gateway.exchange(data))[:1] == [400]
    assert gateway.functions.events == []
    assert statuses(gateway.exchange(GOOD)) == [200]


@pytest.mark.parametrize("header_bytes", [MAX_HEADER_BYTES + 1, 2 * MAX_HEADER_BYTES + 1, 10**6])
def test_headers_over_the_limit_are_refused(gateway, header_bytes):
    data = LINE + b"x: " + b"y" * header_bytes + b"\r\nContent-Length: 2\r\n\r\n{}"
    assert statuses(gateway.exchange(data))[0] in {400, 431}
    assert gateway.functions.events == []


def test_many_small_headers_count_together(gateway):
    some = b"".join(b"x-%d: y\r\n" % number for number in range(100))
    ending = b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
    assert statuses(gateway.exchange(LINE + some + ending)) == [200]
    large = b"".join(b"x-%d: %s\r\n" % (number, b"y" * 300) for number in range(100))
    received = gateway.exchange(LINE + large + ending)
    assert statuses(received) == [431]
    assert b"HTTP header is larger than 20480 bytes." in received


def test_a_body_that_stops_half_way_invokes_nothing(gateway):
    with gateway.connect() as connection:
        connection.sendall(LINE + b"Content-Length: 100\r\n\r\nonly this")
    assert statuses(gateway.exchange(GOOD)) == [200]
    assert len(gateway.functions.events) == 1


def test_a_slow_client_is_waited_for_and_holds_up_nobody(gateway):
    with gateway.connect() as slow:
        slow.sendall(LINE + b"Content-Length: 10\r\nConnection: close\r\n\r\n")
        for number in range(10):
            slow.sendall(b"%d" % number)
            if number == 4:
                assert statuses(gateway.exchange(GOOD)) == [200]
            time.sleep(0.02)
        assert statuses(receive_all(slow)) == [200]
    assert [event["body"] for event in gateway.functions.events] == ["{}", "0123456789"]


def test_a_chunked_body_is_put_together(gateway):
    head = LINE + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    received = gateway.exchange(head + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
    assert statuses(received) == [200]
    assert gateway.functions.events[0]["body"] == "abcde"


def test_a_chunked_body_over_the_limit_is_refused(gateway):
    with gateway.connect() as connection:
        connection.sendall(LINE + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        try:
            for _ in range(MAX_BODY_BYTES // 0x100000 + 1):
                connection.sendall(chunk)
            connection.sendall(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent
        received = receive_all(connection)
    assert statuses(received) in ([413], [])
    assert gateway.functions.events == []


def test_a_bad_chunk_size_invokes_nothing(gateway):
    head = LINE + b"Transfer-Encoding: chunked\r\n\r\n"
    assert statuses(gateway.exchange(head + b"zz\r\nabc\r\n0\r\n\r\n"))[:1] in ([400], [])
    assert gateway.functions.events == []
    assert statuses(gateway.exchange(GOOD)) == [200]


def test_expect_is_answered_before_the_body_is_sent(gateway):
    with gateway.connect() as connection:
        head = LINE + b"Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        connection.sendall(head)
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue\r\n")
        connection.sendall(b"{}")
        assert statuses(receive_all(connection)) == [200]
    with gateway.connect() as connection:
        size = b"Content-Length: %d\r\n" % (MAX_BODY_BYTES + 1)
        connection.sendall(LINE + size + b"Expect: 100-continue\r\n\r\n")
        received = receive_all(connection)
    assert statuses(received) == [413]
    assert b"HTTP content length exceeded 10485760 bytes." in received


def test_pipelined_requests_are_answered_in_their_order(gateway):
    requests = b"".join(LINE + b"Content-Length: 1\r\n\r\n%d" % number for number in range(5))
    with gateway.connect() as connection:
        connection.sendall(requests)
        assert statuses(receive_all(connection)) == [200] * 5
    assert [event["body"] for event in gateway.functions.events] == list("01234")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(noise=st.binary(max_size=300), with_line=st.booleans())
def test_any_bytes_leave_it_serving(gateway, noise, with_line):
    with gateway.connect() as connection:
        connection.sendall((LINE if with_line else b"") + noise)
        connection.shutdown(socket.SHUT_WR)
    assert statuses(gateway.exchange(GOOD)) == [200]


@pytest.mark.parametrize(
    "begun",
    [b"", b"POST /v1/rec", LINE + b"Content-Length: 10\r\n\r\n12345"],
    ids=["nothing", "half a header", "half a body"],
)
def test_a_client_that_falls_silent_is_given_up_and_one_that_is_waited_for_is_not(serve, begun):
    route = Route("POST", "/records", "f", api_key_required=False)
    gateway = serve(RestApi("a", "v1", [route]), idle_limit_s=0.3)
    gateway.functions.takes_s = 0.9
    with gateway.connect() as silent, gateway.connect() as patient:
        patient.sendall(GOOD)
        silent.sendall(begun)
        silent.settimeout(3)
        began = time.monotonic()
        while silent.recv(65_536):
            pass
        assert 0.25 < time.monotonic() - began < 2
        assert statuses(receive_all(patient)) == [200]
