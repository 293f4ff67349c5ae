"""Random networks come to the same in SimPy as here, message by message and draw by draw."""

import math
import random
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.capacity_benchmark.simpy_network import SimpyNetwork
from sim.capacity.network import (
    Account,
    Arrivals,
    Bandwidth,
    Constant,
    Delay,
    EnvironmentPool,
    Exponential,
    Fail,
    Fork,
    Free,
    Invoke,
    Latency,
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
    simulate,
)
from sim.capacity.network.flat_network import luck_word
from sim.latency.draw import Draw
from sim.latency.operation_model import OperationModel

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mixed(word):
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


class PythonLuck:
    """The engine's draws in whole numbers of Python, and the latency model of the profiles."""

    def __init__(self, seed):
        self.seed = seed

    def share(self, word, occurrence, message, number):
        word = mixed(self.seed ^ word)
        word = mixed((word + message * GOLDEN) & MASK)
        word = mixed((word + (occurrence + 1) * GOLDEN) & MASK)
        return ((mixed((word + (number + 1) * GOLDEN) & MASK) >> 12) + 0.5) / 2**52

    def jitter(self, name, occurrence, message, attempt, tries):
        if not name:
            return self.share(0, attempt, message, 15 + tries)
        return self.share(luck_word(name), occurrence + (attempt << 16), message, 15 + tries)

    def service_s(self, service_time, name, occurrence, message, attempt, body_bytes):
        shares = [
            self.share(luck_word(name), occurrence + (attempt << 16), message, number)
            for number in range(3)
        ]
        match service_time:
            case Constant(seconds):
                return seconds
            case Exponential(mean_s):
                return -mean_s * math.log(shares[0])
            case Bandwidth(bytes_per_s, seconds):
                return seconds + body_bytes / bytes_per_s
            case Latency(operation, body_share):
                draw = Draw(first_byte=shares[0], streaming=shares[1], tail=shares[2])
                return operation.latency_ms(draw, body_bytes * body_share) / 1e3
        raise AssertionError(service_time)


def test_the_quantiles_are_those_of_the_standard_library():
    luck = PythonLuck(5)
    network = Network((), (Delay(Latency.of(1000.0, 5000.0), luck="a"), Mark("end")))
    outcome = simulate(network, Arrivals(np.zeros(2000), np.zeros(2000, np.uint32)), seed=5)
    sigma = math.log(5) / NormalDist().inv_cdf(0.99)
    for message, found_ms in enumerate(outcome.marks["end"].tolist()):
        normal = NormalDist().inv_cdf(luck.share(luck_word("a"), 0, message, 0))
        assert found_ms == pytest.approx(1000 * math.exp(sigma * normal), rel=1e-6)


OPERATIONS = [
    OperationModel(20.0, 90.0),
    OperationModel(300.0, 900.0, 40.0, 80.0),
    OperationModel(100.0, 400.0, 10.0, 10.0, tail_share=0.2, tail_factor=5.0),
]
OUTAGES = [(), (), (Outage(1.7, 3.1),), (Outage(0.35, 0.9), Outage(4.4, 4.5))]
POOLS = ["reserved", "shared", "other"]


class Composer:
    """Draws a network by chance. (Hypothesis's own choices stay near the smallest.)"""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, *values):
        return self.random.choice(values)

    def time(self):
        return self.one(
            Exponential(self.one(0.05, 0.3, 1.0)),
            # Never the same twice: SimPy orders what happens at one instant in its own way.
            Bandwidth(self.random.uniform(1e6, 1e7), self.random.uniform(0.001, 0.1)),
            Latency(self.random.choice(OPERATIONS), self.one(0.75, 1.0)),
        )

    def refusal(self):
        fail = Fail(self.one("throttled", "full", "broken"))
        retry = Retry(
            self.one(0.11, 0.53),
            fail,
            self.one(1.0, 2.0),
            self.one(0.7, 60.0),
            self.random.randrange(6),
            self.one("none", "full"),
        )
        return self.one(fail, retry, retry, Wait(), Wait(), Wait())

    def resources(self):
        outage = self.random.choice
        return (
            Station("one", 1, outage(OUTAGES)),
            Station("two", self.one(1, 2, 3), outage(OUTAGES)),
            TokenBucket("slow", self.one(0.7, 3.3, 9.7), self.one(2.0, 5.0, 20.0)),
            TokenBucket("fast", 9.1, 4.0, outage(OUTAGES)),
            EnvironmentPool(
                "reserved",
                self.time(),
                self.one(0.4, 50.0),
                reserved=self.one(0, 1, 2, 3, 4),
                scaling_per_10_s=self.one(1, 3, 1000),
            ),
            EnvironmentPool("shared", self.time(), 0.9, scaling_per_10_s=self.one(1, 7, 20)),
            EnvironmentPool("other", self.time(), 30.0, outages=outage(OUTAGES)),
            Memory(
                "cache",
                self.one(900_000, 5_000_000, 20_000_000),
                self.one("refuse", "evict-oldest"),
                self.one(None, 0.8, 7.7),
                overhead_bytes=71,
                outages=outage(OUTAGES),
            ),
        )

    def steps(self, pools, depth=0):
        """Steps that leave nothing held; inside an invocation, other pools only."""
        made = []
        for _ in range(self.one(1, 2, 3)):
            kind = self.one("delay", "serve", "take", "invoke")
            if kind == "delay":
                made.append(Delay(self.time(), luck=self.one("a", "b")))
            elif kind == "serve":
                made.append(Serve(self.one("one", "two"), self.time(), self.refusal()))
            elif kind == "take":
                each, a_byte = self.one(1.0, 1.6), self.one(0.0, 2.0**-22)
                made.append(Take(self.one("slow", "fast"), self.refusal(), each, a_byte))
            elif pools and depth < 2:
                pool = self.random.choice(pools)
                inner = self.steps([each for each in pools if each != pool], depth + 1)
                made += [Invoke(pool, self.refusal()), *inner, Release(pool)]
        return made or [Delay(Exponential(0.1))]

    def network(self):
        program = self.steps(POOLS)
        stores = self.one(True, False)
        if stores:
            program.append(Store("cache", self.refusal(), 0.75))
        program += [Mark("receipt"), *self.steps(POOLS)]
        if self.one(True, True, False):
            branches = [self.steps(POOLS) for _ in range(self.one(2, 3))]
            branches[0].append(Mark("first branch"))
            if stores:
                last = [Load("cache", self.refusal()), *self.steps(POOLS), Free("cache")]
                branches[-1] += last
            program.append(Fork(tuple(map(tuple, branches))))
            program += self.steps(POOLS)
        elif stores:
            program += [Load("cache"), *self.steps(POOLS), Free("cache", self.refusal())]
        program.append(Mark("complete"))
        sender = RetryFromStart(0.37, attempts=self.one(1, 3), jitter=self.one("none", "full"))
        network = Network(
            self.resources(), tuple(program), self.one(None, Account(5), Account(9)), "receipt"
        )
        return replace(network, sender=self.one(None, sender))


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    messages=st.integers(1, 60),
    rate_per_s=st.sampled_from([1.0, 8.0, 40.0]),
)
def test_a_random_network_comes_to_the_same_in_simpy(seed, messages, rate_per_s):
    network = Composer(seed).network()
    generator = np.random.default_rng(seed)
    due_s = np.cumsum(generator.exponential(1 / rate_per_s, messages))
    arrivals = Arrivals(due_s, generator.integers(1, 800_000, messages).astype(np.uint32))
    outcome = simulate(network, arrivals, seed=seed)
    peer = SimpyNetwork(network, PythonLuck(seed))
    expected = peer.run(arrivals)

    names = [outcome.names[code] for code in outcome.code]
    assert names == [expected.names.get(number, "unfinished") for number in range(messages)]
    for mark in network.marks():
        times_ms = [expected.marks[mark].get(number, math.nan) for number in range(messages)]
        np.testing.assert_allclose(outcome.marks[mark], times_ms, rtol=1e-6, atol=1e-6)
    for number, name in enumerate(names):
        if name != "unfinished":
            assert outcome.attempts[number] == expected.attempts[number]
            assert outcome.cold[number] == expected.cold[number]
    unfinished = "unfinished" in names
    for each in network.resources:
        found = outcome.totals[each.name]
        assert found.arrivals == expected.arrivals[each.name]
        assert found.refusals == expected.refusals[each.name]
        assert found.wait_s == pytest.approx(expected.wait_s[each.name], rel=1e-9, abs=1e-9)
        if not unfinished:
            assert found.queue_s == pytest.approx(found.wait_s, rel=1e-9, abs=1e-9)
            assert found.waiting == 0
            assert isinstance(each, Memory) or found.in_use == 0
        if isinstance(each, TokenBucket):
            assert found.taken == pytest.approx(peer.buckets[each.name].taken)
        elif isinstance(each, EnvironmentPool):
            pool = peer.pools.pools[each.name]
            assert found.cold_starts == pool.cold_starts
            if not unfinished:
                assert found.busy_s == pytest.approx(pool.busy_s)
        elif isinstance(each, Memory):
            memory = peer.memories[each.name]
            assert found.evictions == memory.evictions
            assert outcome.memories[each.name].bytes_max.max(initial=0) == memory.bytes_max
    assert sum(outcome.counts().values()) == messages
