import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.gateway.proxy_response import MalformedProxyResponse, read_proxy_response


def answer(**fields):
    return json.dumps({"statusCode": 200, **fields}).encode()


def test_headers_of_both_kinds_are_merged_and_the_several_win():
    response = read_proxy_response(
        answer(headers={"A": "1", "B": 2}, multiValueHeaders={"a": ["x", "y"]}, body="ok")
    )
    assert response.headers == [("a", "x"), ("a", "y"), ("B", "2")]
    assert response.body == b"ok"


@given(st.binary())
def test_a_base64_body_is_decoded(body):
    encoded = base64.b64encode(body).decode()
    assert read_proxy_response(answer(body=encoded, isBase64Encoded=True)).body == body


@pytest.mark.parametrize(
    "payload",
    [
        b"not json",
        b"[]",
        b"null",
        b"{}",
        answer(extra=1),
        answer(body={"an": "object"}),
        answer(headers=[1]),
        answer(headers={"A": ["list"]}),
        answer(headers={"A": "line\r\nbreak"}),
        answer(multiValueHeaders={"A": "text"}),
        answer(body="???", isBase64Encoded=True),
        json.dumps({"statusCode": "two hundred"}).encode(),
        json.dumps({"statusCode": True}).encode(),
        json.dumps({"statusCode": 99}).encode(),
    ],
)
def test_what_is_no_proxy_response_is_malformed(payload):
    with pytest.raises(MalformedProxyResponse):
        read_proxy_response(payload)


@given(st.binary())
def test_any_bytes_are_either_read_or_malformed(payload):
    try:
        response = read_proxy_response(payload)
    except MalformedProxyResponse:
        return
    assert 100 <= response.status <= 599
