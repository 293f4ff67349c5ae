"""Bodies are exact to the byte, are what they say, and follow from the seed alone."""

import base64
import hashlib
import io
import json
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bench.load import KINDS, SIZES_BYTES, Body, BodyFactory, Kind, PayloadSizeError
from bench.load.payload_template import NONCE_BYTES, PayloadTemplate

DATE_TIME = "2026-02-03T04:05:06.789Z"
LARGEST_BYTES = 6_291_456 - 16 * 1024

kinds = st.sampled_from(KINDS)
small_bodies = st.integers(1600, 40_000)


def _parts(body: Body) -> tuple[dict[str, Any], bytes]:
    content = json.loads(body.content)
    return content, base64.b64decode(content["messagePayload"], validate=True)


@settings(max_examples=60, deadline=None)
@given(kinds, small_bodies, st.integers(0, 2**32), st.integers(0, 10**9))
def test_a_body_of_any_size_is_exact_and_decodes_to_its_payload(
    kind: Kind, body_bytes: int, seed: int, number: int
) -> None:
    body = BodyFactory(seed, "run").body(kind, body_bytes, number, DATE_TIME)
    content, payload = _parts(body)
    assert len(body.content) == body_bytes
    assert len(payload) == body.payload_bytes
    assert hashlib.sha256(payload).hexdigest() == body.payload_sha256
    assert set(content) == {"messageMetaData", "messagePayload"}
    assert set(content["messageMetaData"]) == {
        "messageType",
        "sourceSystemID",
        "sourceTransactionID",
        "dateTime",
    }
    assert content["messageMetaData"]["dateTime"] == DATE_TIME


@settings(max_examples=60, deadline=None)
@given(kinds, small_bodies)
def test_the_payload_is_the_longest_that_fits(kind: Kind, body_bytes: int) -> None:
    body = BodyFactory(1, "run").body(kind, body_bytes, 0, DATE_TIME)
    assert 0 <= len(body.content) - len(body.content.rstrip(b" ")) <= 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body_bytes", [*SIZES_BYTES.values(), LARGEST_BYTES])
def test_the_sizes_of_a_run_are_exact(kind: Kind, body_bytes: int) -> None:
    body = BodyFactory(1, "run").body(kind, body_bytes, 0, DATE_TIME)
    _, payload = _parts(body)
    assert len(body.content) == body_bytes
    assert hashlib.sha256(payload).hexdigest() == body.payload_sha256
    assert len(payload) > 0.74 * body_bytes


@settings(max_examples=30, deadline=None)
@given(kinds, small_bodies, st.integers(0, 2**32))
def test_one_seed_and_tag_give_one_body_and_others_give_others(
    kind: Kind, body_bytes: int, seed: int
) -> None:
    def make(seed: int = seed, tag: str = "run", number: int = 7) -> Body:
        return BodyFactory(seed, tag).body(kind, body_bytes, number, DATE_TIME)

    assert make() == make()
    others = [make(seed=seed + 1), make(tag="other run"), make(number=8)]
    digests = {body.payload_sha256 for body in (make(), *others)}
    assert len(digests) == 4


@settings(max_examples=25, deadline=None)
@given(st.integers(1600, 200_000), st.integers(0, 2**32))
def test_an_image_payload_is_a_jpeg_that_opens(body_bytes: int, seed: int) -> None:
    _, payload = _parts(BodyFactory(seed, "run").body("image", body_bytes, 0, DATE_TIME))
    with Image.open(io.BytesIO(payload)) as picture:
        picture.load()
        assert picture.format == "JPEG"
        assert min(picture.size) >= 8
    assert payload.endswith(b"\xff\xd9")


def test_a_large_image_is_mostly_picture() -> None:
    _, payload = _parts(BodyFactory(1, "run").body("image", 1_048_576, 0, DATE_TIME))
    with Image.open(io.BytesIO(payload)) as picture:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality="keep")
    assert len(out.getvalue()) > 0.9 * len(payload)


@settings(max_examples=25, deadline=None)
@given(st.integers(1600, 60_000), st.integers(0, 2**32))
def test_a_json_payload_is_an_audit_trail(body_bytes: int, seed: int) -> None:
    _, payload = _parts(BodyFactory(seed, "run").body("json", body_bytes, 0, DATE_TIME))
    trail = json.loads(payload.decode("utf-8"))
    assert [event["sequence"] for event in trail["events"]] == list(
        range(1, len(trail["events"]) + 1)
    )
    assert len(trail["correlationID"]) == NONCE_BYTES
    assert len(trail["padding"]) < 600


@settings(max_examples=25, deadline=None)
@given(st.integers(1600, 60_000), st.integers(0, 2**32))
def test_a_text_payload_is_lines_of_a_log(body_bytes: int, seed: int) -> None:
    _, payload = _parts(BodyFactory(seed, "run").body("text", body_bytes, 0, DATE_TIME))
    *lines, padding, correlation = payload.decode("utf-8").splitlines()
    assert all(line.startswith("2026-01-01T00:") for line in lines[1:])
    assert len(padding) < 200
    assert len(correlation) == len("# correlation ") + NONCE_BYTES + 2


def test_what_compresses_is_told_for_each_kind() -> None:
    factory = BodyFactory(1, "run")
    share = {kind: factory.compressible_share(kind, 262_144) for kind in KINDS}
    assert share["binary"] == 0
    assert share["image"] < 0.1
    assert 0.7 < share["text"] < 0.95
    assert 0.6 < share["json"] < 0.95
    _, payload = _parts(factory.body("text", 262_144, 3, DATE_TIME))
    assert share["text"] == pytest.approx(
        1 - len(zlib.compress(payload, 6)) / len(payload), abs=1e-3
    )


def test_a_template_is_built_once() -> None:
    factory = BodyFactory(1, "run")
    assert factory.prepare("json", 4096)
    assert not factory.prepare("json", 4096)
    assert factory.prepare("json", 4100)


def test_a_binary_payload_does_not_compress() -> None:
    _, payload = _parts(BodyFactory(1, "run").body("binary", 100_000, 0, DATE_TIME))
    counts = np.bincount(np.frombuffer(payload, np.uint8), minlength=256)
    shares = counts / counts.sum()
    assert -(shares * np.log2(shares)).sum() > 7.9


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_that_is_too_small_is_refused_with_its_size(kind: Kind) -> None:
    with pytest.raises(PayloadSizeError, match=r"body_bytes \(=200\) is too small"):
        BodyFactory(1, "run").body(kind, 200, 0, DATE_TIME)


def test_a_date_of_another_length_is_refused() -> None:
    with pytest.raises(PayloadSizeError, match="date_time"):
        BodyFactory(1, "run").body("binary", 4096, 0, "2026-02-03T04:05:06Z")


def test_a_nonce_takes_its_place() -> None:
    template = PayloadTemplate(b"abc" + b"0" * NONCE_BYTES + b"xyz", 3)
    assert template.with_nonce(b"1" * NONCE_BYTES) == b"abc" + b"1" * NONCE_BYTES + b"xyz"
