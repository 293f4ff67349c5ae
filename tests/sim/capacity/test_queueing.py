import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.capacity.queueing import erlang_c, in_system, mgk_wait_s, utilisation


def erlang_c_by_its_sum(servers: int, offered: float) -> float:
    """Return the textbook's sum, which is another way of computing the same."""
    last = offered**servers / math.factorial(servers) * servers / (servers - offered)
    return last / (sum(offered**n / math.factorial(n) for n in range(servers)) + last)


@given(servers=st.integers(1, 20), share=st.floats(0.01, 0.99))
def test_the_chance_to_wait_is_the_textbooks_sum(servers: int, share: float):
    offered = share * servers
    assert erlang_c(servers, offered) == pytest.approx(erlang_c_by_its_sum(servers, offered))


@given(share=st.floats(0.01, 0.99), service_s=st.floats(1e-4, 10))
def test_one_server_is_mm1_and_md1(share: float, service_s: float):
    rate_per_s = share / service_s
    mm1_s = share / (1 - share) * service_s
    assert mgk_wait_s(rate_per_s, service_s) == pytest.approx(mm1_s)
    assert mgk_wait_s(rate_per_s, service_s, variation=0) == pytest.approx(mm1_s / 2)


@given(
    servers=st.integers(1, 200),
    share=st.floats(0, 0.98),
    more=st.floats(0.001, 0.01),
    variation=st.floats(0, 20),
)
def test_more_load_waits_longer_and_more_servers_shorter(
    servers: int, share: float, more: float, variation: float
):
    rate_per_s = share * servers
    wait_s = mgk_wait_s(rate_per_s, 1.0, variation, servers)
    assert mgk_wait_s(rate_per_s + more * servers, 1.0, variation, servers) >= wait_s
    assert mgk_wait_s(rate_per_s, 1.0, variation, servers + 1) <= wait_s


def test_what_cannot_be_carried_waits_for_ever():
    assert mgk_wait_s(2.0, 1.0, servers=2) == math.inf
    assert erlang_c(2, 3.0) == 1.0
    assert utilisation(3.0, 1.0, 2) == 1.5
    assert in_system(3.0, 0.5) == 1.5


def test_no_server_is_refused():
    with pytest.raises(ValueError, match="servers is 0"):
        erlang_c(0, 1.0)
