"""The sender's network: the largest single term of a large body, so it is a parameter of a run."""

import math
import re
from dataclasses import dataclass
from typing import Final

INITIAL_WINDOW_BYTES: Final = 14_600
"""What TCP sends before the first acknowledgement: ten segments. Source: RFC 6928."""

_BANDWIDTH: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(k|m|g)bit", re.IGNORECASE)
_TIME: Final = re.compile(r"(\d+(?:\.\d+)?)\s*ms", re.IGNORECASE)
_FACTORS: Final = {"k": 1e3, "m": 1e6, "g": 1e9}


@dataclass(frozen=True, slots=True)
class Network:
    """One sender's way to the gateway, on a connection that is open.

    Attributes
    ----------
    uplink_bit_per_s, downlink_bit_per_s
        Bandwidths; infinite adds nothing.
    rtt_ms
        Round trip time.
    """

    uplink_bit_per_s: float = math.inf
    downlink_bit_per_s: float = math.inf
    rtt_ms: float = 0.0

    def upload_ms(self, body_bytes: int) -> float:
        """Return how long a body takes to be sent and acknowledged.

        The window doubles each round trip until the bandwidth is the limit (slow start); the term
        for the bandwidth is added, not overlapped, which is too slow by at most one window.
        """
        return self._transfer_ms(body_bytes, self.uplink_bit_per_s)

    def download_ms(self, body_bytes: int) -> float:
        """Return how long an answer takes beyond the round trip that `upload_ms` has counted."""
        return self._transfer_ms(body_bytes, self.downlink_bit_per_s) - self.rtt_ms

    def _transfer_ms(self, body_bytes: int, bit_per_s: float) -> float:
        rounds = max(1.0, math.log2(1 + body_bytes / INITIAL_WINDOW_BYTES))
        return self.rtt_ms * rounds + body_bytes * 8e3 / bit_per_s


PRESETS: Final = {
    "none": Network(),
    "same-region": Network(5e9, 5e9, 1.0),
    "office": Network(100e6, 100e6, 20.0),
    "home": Network(20e6, 100e6, 30.0),
    "mobile": Network(10e6, 40e6, 60.0),
}
"""Judgement, but for the 5 Gbit/s of one flow (EC2 User Guide, "Instance network bandwidth"):
measure your own senders and give `--uplink` and `--rtt`."""


def network_of(preset: str, uplink: str | None = None, rtt: str | None = None) -> Network:
    """Return a preset's network, with an uplink such as `50mbit` and a time such as `20ms` changed.

    Raises
    ------
    ValueError
        Naming the option, its value's problem and the mend.
    """
    if preset not in PRESETS:
        raise ValueError(f"--network {preset} is unknown. Take one of {', '.join(PRESETS)}.")
    network = PRESETS[preset]
    if uplink is not None:
        found = _BANDWIDTH.fullmatch(uplink.strip())
        if found is None or float(found[1]) == 0:
            raise ValueError(f"--uplink {uplink} is no bandwidth. Write it like 50mbit or 1gbit.")
        bit_per_s = float(found[1]) * _FACTORS[found[2].lower()]
        network = Network(bit_per_s, network.downlink_bit_per_s, network.rtt_ms)
    if rtt is not None:
        found = _TIME.fullmatch(rtt.strip())
        if found is None:
            raise ValueError(f"--rtt {rtt} is no time. Write it like 20ms.")
        network = Network(network.uplink_bit_per_s, network.downlink_bit_per_s, float(found[1]))
    return network
