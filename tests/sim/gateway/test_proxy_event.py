import json

from hypothesis import given
from hypothesis import strategies as st

from sim.gateway import GatewayRequest, envelope_bytes, proxy_event
from sim.gateway.received_body import ReceivedBody

REQUEST = GatewayRequest(
    api_id="abc123",
    stage="v1",
    resource="/things/{id}",
    path="/things/7",
    method="POST",
    headers=[("Content-Type", "application/json"), ("A", "1"), ("A", "2")],
    query=[("q", "x"), ("q", "y")],
    path_parameters={"id": "7"},
    source_ip="127.0.0.1",
    request_id="11111111-2222-3333-4444-555555555555",
    trace_id="Root=1-00000000-000000000000000000000000",
    received_at=1_700_000_000.25,
)


def test_the_event_has_the_form_of_the_rest_proxy_integration():
    event = json.loads(proxy_event(REQUEST, ReceivedBody.of(b'{"a": 1}')))
    assert event["resource"] == "/things/{id}"
    assert event["path"] == "/things/7"
    assert event["httpMethod"] == "POST"
    assert event["headers"]["A"] == "2"
    assert event["multiValueHeaders"]["A"] == ["1", "2"]
    assert event["queryStringParameters"] == {"q": "y"}
    assert event["multiValueQueryStringParameters"] == {"q": ["x", "y"]}
    assert event["pathParameters"] == {"id": "7"}
    assert event["stageVariables"] is None
    assert event["requestContext"]["stage"] == "v1"
    assert event["requestContext"]["path"] == "/v1/things/7"
    assert event["requestContext"]["requestTimeEpoch"] == 1_700_000_000_250
    assert event["body"] == '{"a": 1}'
    assert event["isBase64Encoded"] is False


def test_an_empty_body_is_null():
    assert json.loads(proxy_event(REQUEST, ReceivedBody()))["body"] is None


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_through_as_it_was(text):
    event = json.loads(proxy_event(REQUEST, ReceivedBody.of(text.encode())))
    assert (event["body"] or "") == text


@given(st.binary())
def test_bytes_that_are_no_text_are_replaced_as_the_gateway_does(body):
    event = json.loads(proxy_event(REQUEST, ReceivedBody.of(body)))
    assert (event["body"] or "") == body.decode("utf-8", errors="replace")


def test_the_envelope_is_the_event_less_the_body():
    body = b"x" * 1000
    assert envelope_bytes(REQUEST) + len(body) + len('""') == len(
        proxy_event(REQUEST, ReceivedBody.of(body))
    )


@given(
    st.one_of(
        st.binary(),
        st.text().map(str.encode),
        st.text(alphabet='ab"\\\\\x7f\x1f\n é').map(str.encode),
        st.text(alphabet='ab"\\\\ ', min_size=1).map(str.encode),
    )
)
def test_any_body_is_escaped_as_an_encoder_would(body):
    event = json.loads(proxy_event(REQUEST, ReceivedBody.of(body)))
    assert event["body"] == (body.decode("utf-8", errors="replace") if body else None)


@given(
    st.lists(st.one_of(st.binary(), st.text(alphabet='ab"\\\\\x1f é').map(str.encode)), max_size=6)
)
def test_a_body_in_chunks_is_the_body_as_a_whole(chunks):
    body = ReceivedBody()
    for chunk in chunks:
        body.add(chunk)
    whole = b"".join(chunks)
    assert body.whole() == whole
    assert body.size_bytes == len(whole)
    assert proxy_event(REQUEST, body) == proxy_event(REQUEST, ReceivedBody.of(whole))


def test_a_character_may_stand_across_two_chunks():
    body = ReceivedBody()
    for chunk in (b'"caf\xc3', b'\xa9"'):
        body.add(chunk)
    assert json.loads(proxy_event(REQUEST, body))["body"] == '"café"'


def test_a_chunk_without_escapes_is_not_copied():
    chunk = b"A" * 100_000
    assert any(piece is chunk for piece in ReceivedBody.of(chunk).json_text())
