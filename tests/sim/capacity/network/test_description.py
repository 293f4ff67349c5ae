"""A description that cannot be is refused with a line that names the field and the mend."""

import numpy as np
import pytest

from sim.capacity.network import (
    Account,
    Arrivals,
    Bandwidth,
    Constant,
    Empirical,
    EnvironmentPool,
    Exponential,
    Fail,
    Fork,
    Free,
    Invoke,
    Load,
    Mark,
    Memory,
    Network,
    Outage,
    Release,
    Retry,
    RetryFromStart,
    Serve,
    Station,
    Store,
    Take,
    TokenBucket,
    Wait,
    poisson_s,
)
from sim.errors import NetworkError

POOL = EnvironmentPool("f", Constant(0.1), 60.0)
FAIL = Fail("refused")
INVOKE, RELEASE = Invoke("f", FAIL), Release("f")
STORE = Store("m", FAIL)


def network(*program, **options):
    resources = (Station("s"), TokenBucket("b", 1.0, 2.0), POOL, Memory("m", 100))
    return Network(resources, program, **options)


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (lambda: Station("", 1), "Station.name is empty"),
        (lambda: Station("s", 0), "Station s: servers is 0"),
        (lambda: Station("s", 1.5), "Station s: servers is 1.5"),
        (lambda: TokenBucket("b", 0.0, 1.0), "TokenBucket b: rate_per_s is 0.0"),
        (lambda: TokenBucket("b", 1.0, float("nan")), "TokenBucket b: burst is nan"),
        (lambda: EnvironmentPool("f", Constant(0.0), 0.0), "EnvironmentPool f: idle_expiry_s"),
        (lambda: EnvironmentPool("f", Constant(0.0), 1.0, -1), "EnvironmentPool f: reserved is -1"),
        (lambda: Memory("m", 0), "Memory m: capacity_bytes is 0"),
        (lambda: Memory("m", 1, "lru"), "Memory m: when_full is 'lru'"),
        (lambda: Memory("m", 1, time_to_live_s=0.0), "Memory m: time_to_live_s is 0.0"),
        (lambda: Account(0), "Account.concurrency is 0"),
        (lambda: Outage(2.0, 2.0), "Outage.to_s is 2.0, not after"),
        (lambda: Station("s", 1, (Outage(0, 2), Outage(1, 3))), "s: the outage from 1 s begins"),
        (lambda: Constant(-1.0), "Constant.seconds is -1.0"),
        (lambda: Exponential(0.0), "Exponential.mean_s is 0.0"),
        (lambda: Bandwidth(0.0), "Bandwidth.bytes_per_s is 0.0"),
        (lambda: Empirical((1, 2), ((0.0, 1.0),)), "quantiles_ms has 1 rows for 2 sizes"),
        (lambda: Empirical((2, 1), ((0.0, 1.0),) * 2), "body_bytes does not ascend"),
        (lambda: Empirical((1,), ((2.0, 1.0),)), "quantiles_ms does not ascend"),
        (lambda: Empirical((1,), ((2.0,),)), "rows of different lengths, or of fewer than 2"),
        (lambda: Retry(-1.0, FAIL), "Retry.first_s is -1.0"),
        (lambda: Retry(1.0, FAIL, backoff=0.5), "Retry.backoff is 0.5"),
        (lambda: RetryFromStart(1.0, jitter="some"), "RetryFromStart.jitter is 'some'"),
        (lambda: Fail(""), "Fail.reason is empty"),
        (lambda: Take("b", FAIL, -1.0), "Take from b: tokens is -1.0"),
        (lambda: Take("b", FAIL, 0.0), "Take from b takes nothing"),
        (lambda: Fork(((Mark("a"),),)), "Fork.branches has 1 branches"),
        (lambda: Network((Station("s"), Station("s")), (Mark("a"),)), "Two resources are called s"),
        (lambda: network(), "Network.program is empty"),
        (lambda: network(Serve("x", Constant(1.0))), "Serve names 'x', which is no Station"),
        (lambda: network(Take("s", FAIL)), "Take names 's', which is no TokenBucket"),
        (lambda: network(Take("b", FAIL, 3.0)), "tokens is 3.0, more than its burst of 2.0"),
        (lambda: network(INVOKE), "Invoke of f is never released"),
        (lambda: network(RELEASE), "Release of f, which is not invoked there"),
        (lambda: network(INVOKE, INVOKE, RELEASE), "Invoke of f while it is invoked"),
        (
            lambda: network(INVOKE, Fork(((RELEASE,), (Mark("a"),)))),
            "Invoke of f is never released|Release of f, which is not invoked",
        ),
        (lambda: network(STORE, STORE), "stores twice in m"),
        (lambda: network(Fork(((STORE,), (STORE,)))), "stores twice in m"),
        (lambda: network(Load("m"), STORE), "Load from m, before anything is stored"),
        (lambda: network(Fork(((STORE,), (Free("m"),)))), "Free from m, before anything"),
        (lambda: network(Mark("a"), Mark("a")), "Two marks are called a"),
        (lambda: network(Mark("a"), receipt="b"), "Network.receipt is 'b', which is no mark"),
        (
            lambda: network(Take("b", FAIL), sender=RetryFromStart(1.0, reasons=("x",))),
            "RetryFromStart.reasons has 'x'",
        ),
        (
            lambda: Network(
                (
                    EnvironmentPool("f", Constant(0.0), 1.0, 10),
                    EnvironmentPool("g", Constant(0.0), 1.0),
                ),
                (Mark("a"),),
                Account(10),
            ),
            "The pools reserve 10 of the account's 10",
        ),
        (
            lambda: network(*(Take("b", Fail(f"reason {n}")) for n in range(127))),
            "fails for 127 reasons",
        ),
        (lambda: Arrivals(np.array([1.0, 0.5]), np.zeros(2, np.uint32)), "due_s does not ascend"),
        (lambda: Arrivals(np.array([-1.0]), np.zeros(1, np.uint32)), "due_s goes from -1.0"),
        (lambda: Arrivals(np.zeros(2), np.zeros(1, np.uint32)), "due_s is of shape"),
        (lambda: poisson_s([(1, 2.0)], 9.0, np.random.default_rng(1)), "The rates begin at"),
    ],
)
def test_what_cannot_be_is_named(build, problem):
    with pytest.raises(NetworkError, match=problem) as raised:
        build()
    assert raised.value.mend


def test_reasons_are_those_of_all_rules_and_of_lost_values():
    program = network(
        Take("b", Retry(1.0, Fail("throttled"))), STORE, Load("m"), Take("b", Wait()), Mark("a")
    )
    assert program.reasons() == ("throttled", "refused", "lost from m")


def test_a_poisson_process_has_its_rates():
    rates = [(0.0, 5.0), (1_000.0, 50.0), (2_000.0, 0.0)]
    due_s = poisson_s(rates, 3_000.0, np.random.default_rng(8))
    counts, _ = np.histogram(due_s, [0, 1_000, 2_000, 3_000])
    assert counts[0] == pytest.approx(5_000, rel=0.05)
    assert counts[1] == pytest.approx(50_000, rel=0.02)
    assert counts[2] == 0
    gaps_s = np.diff(due_s[counts[0] : counts[0] + counts[1]])
    assert gaps_s.std() == pytest.approx(gaps_s.mean(), rel=0.03)
