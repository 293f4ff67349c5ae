"""The search for the largest payload, for envelopes and escapes of any size."""

from hypothesis import given
from hypothesis import strategies as st

from sim.preflight import judge, largest_payload_bytes


@given(around=st.integers(0, 100_000), envelope=st.integers(0, 100_000))
def test_the_largest_fits_and_one_byte_more_does_not(around, envelope):
    def sizes(payload_bytes: int) -> tuple[int, int]:
        body = around + -(-payload_bytes // 3) * 4
        return body, body + envelope

    def fits(payload_bytes: int) -> bool:
        return all(verdict.fits for verdict in judge(*sizes(payload_bytes), payload_bytes))

    largest = largest_payload_bytes(sizes)
    assert fits(largest)
    assert not fits(largest + 1)


def test_nothing_fits_when_the_envelope_alone_is_too_large():
    assert largest_payload_bytes(lambda payload: (payload, payload + 7_000_000)) == 0


def test_after_a_refusal_no_hop_is_reached():
    verdicts = judge(11_000_000, 11_002_000, 8_000_000)
    assert [verdict.reached for verdict in verdicts] == [True, False, False, False]
    assert verdicts[0].hop.refusal(11_000_000) == "HTTP content length exceeded 10485760 bytes."
