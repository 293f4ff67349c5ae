"""The sender's network: slow start, bandwidth, and options that cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.latency import Network, network_of
from sim.latency.network import PRESETS


@pytest.mark.parametrize(
    ("uplink", "per_mb_ms"), [("1gbit", 8), ("100mbit", 80), ("20mbit", 400), ("0.5mbit", 16_000)]
)
def test_a_megabyte_takes_its_bits(uplink, per_mb_ms):
    assert network_of("none", uplink).upload_ms(1_000_000) == pytest.approx(per_mb_ms)


def test_a_small_body_takes_a_round_trip_and_a_large_one_the_rounds_of_slow_start():
    network = Network(rtt_ms=20)
    assert network.upload_ms(100) == 20
    assert network.upload_ms(14_600 * 255) == pytest.approx(8 * 20)


@given(st.sampled_from(sorted(PRESETS)), st.integers(0, 10_000_000), st.integers(0, 1_000_000))
def test_more_bytes_never_take_less(preset, body_bytes, more_bytes):
    network = network_of(preset)
    assert network.upload_ms(body_bytes) <= network.upload_ms(body_bytes + more_bytes)
    assert network.download_ms(body_bytes) >= 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("moon",), "--network moon is unknown"),
        (("home", "fast"), "--uplink fast is no bandwidth"),
        (("home", "0mbit"), "--uplink 0mbit is no bandwidth"),
        (("home", "50mbit", "20"), "--rtt 20 is no time"),
    ],
)
def test_a_wrong_option_is_named(options, said):
    with pytest.raises(ValueError, match=said):
        network_of(*options)
