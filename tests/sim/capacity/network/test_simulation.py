"""What holds of every simulation: conservation, Little's law, the same luck, and its pieces."""

import numpy as np
import pytest

from sim.capacity.network import (
    Arrivals,
    Bandwidth,
    Constant,
    Delay,
    Empirical,
    EnvironmentPool,
    Exponential,
    Fail,
    Fork,
    Invoke,
    Latency,
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
    simulate,
    simulation,
)
from sim.errors import NetworkError


def arrivals(*due_s, body_bytes=0):
    return Arrivals(np.array(due_s, float), np.full(len(due_s), body_bytes, np.uint32))


def poisson(rate_per_s, until_s, seed=1):
    generator = np.random.default_rng(seed)
    due_s = poisson_s([(0, rate_per_s)], until_s, generator)
    return Arrivals(due_s, generator.integers(1, 3_000_000, len(due_s)).astype(np.uint32))


def test_the_area_under_the_queue_is_the_sum_of_the_waits_to_the_last_bit():
    generator = np.random.default_rng(3)
    due_s = np.sort(generator.integers(0, 1 << 20, 20_000)) / 1024  # binary fractions: no rounding
    body_bytes = generator.integers(1, 200, len(due_s)).astype(np.uint32)
    network = Network((Station("s", 2),), (Serve("s", Bandwidth(1024.0)),))
    outcome = simulate(network, Arrivals(due_s, body_bytes), interval_s=7)
    total, series = outcome.totals["s"], outcome.stations["s"]
    widths_s = np.diff(outcome.interval_ends_s, prepend=0.0)
    assert total.queue_s == total.wait_s > 0
    assert total.busy_s == body_bytes.sum() / 1024
    assert (series.queue_mean * widths_s).sum() == pytest.approx(total.wait_s, rel=1e-12)
    assert (series.utilisation * 2 * widths_s).sum() == pytest.approx(total.busy_s, rel=1e-12)
    assert series.arrivals.sum() == total.arrivals == len(due_s)
    assert (series.peak_utilisation >= series.utilisation - 1e-12).all()
    assert series.queue_max.max() >= series.queue_mean.max()


def branching(first, seed_steps=()):
    return Network(
        (
            Station("s", 2),
            TokenBucket("b", 30.0, 10.0),
            EnvironmentPool("f", Latency.of(300.0, 900.0), 5.0),
        ),
        (
            *seed_steps,
            Delay(first, luck="first write"),
            Mark("written"),
            Invoke("f", Fail("throttled")),
            Fork(
                tuple(
                    (Take("b", Retry(0.2, Fail("slow"), jitter="full")), Delay(Exponential(0.1)))
                    for _ in range(4)
                )
            ),
            Serve("s", Exponential(0.05)),
            Release("f"),
            Mark("complete"),
        ),
        receipt="written",
    )


def test_a_seed_gives_the_same_outcome_and_leaves_the_arrivals_alone():
    sent = poisson(20, 200)
    due_s, body_bytes = sent.due_s.copy(), sent.body_bytes.copy()
    sent.due_s.flags.writeable = sent.body_bytes.flags.writeable = False
    network = branching(Latency.of(20.0, 90.0))
    one, same = (simulate(network, sent, seed=4) for _ in range(2))
    other = simulate(network, sent, seed=5)
    for mark in network.marks():
        np.testing.assert_array_equal(one.marks[mark], same.marks[mark])
        assert not np.array_equal(one.marks[mark], other.marks[mark], equal_nan=True)
    np.testing.assert_array_equal(one.code, same.code)
    assert one.totals == same.totals
    np.testing.assert_array_equal(sent.due_s, due_s)
    np.testing.assert_array_equal(sent.body_bytes, body_bytes)
    assert sum(one.counts().values()) == len(due_s)
    assert "slow, after the receipt" in one.counts()


def test_a_message_meets_the_same_luck_at_a_step_of_the_same_name_in_another_design():
    sent = poisson(20, 100)
    plain = simulate(branching(Exponential(0.03)), sent, seed=4)
    # Steps before it, other names, and a queue: none of them changes what it draws.
    more = (Delay(Exponential(1.0), luck="another"), Take("b", Wait()))
    design = branching(Exponential(0.03), more)
    marked = Network(
        design.resources,
        (*more, Mark("before"), *design.program[2:]),
        receipt="written",
    )
    found = simulate(marked, sent, seed=4)
    np.testing.assert_allclose(
        found.marks["written"] - found.marks["before"], plain.marks["written"], atol=0.02
    )


def test_it_can_be_interrupted_between_pieces_and_comes_to_the_same(monkeypatch):
    sent = poisson(50, 300)
    whole = simulate(branching(Exponential(0.5)), sent)
    monkeypatch.setattr(simulation, "_PIECE_EVENTS", 997)
    told = []
    pieces = simulate(
        branching(Exponential(0.5)), sent, progress=lambda share, at_s: told.append((share, at_s))
    )
    np.testing.assert_array_equal(whole.marks["complete"], pieces.marks["complete"])
    assert whole.totals == pieces.totals
    assert whole.events == pieces.events
    assert len(told) == whole.events // 997
    assert told == sorted(told)
    assert 0 < told[0][0] < told[-1][0] <= 1

    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(branching(Exponential(0.5)), sent, progress=interrupt)


def test_an_overload_finds_room_for_all_who_wait():
    sent = poisson(1_000, 100)
    network = Network(
        (Station("s"), Memory("m", 10**15)),
        (
            Store("m", Fail("full")),
            Fork(((Serve("s", Constant(0.1)),), (Serve("s", Constant(0.1)),))),
            Mark("end"),
        ),
    )
    outcome = simulate(network, sent, until_s=1_000.0)
    assert outcome.ended_s == 1_000
    # Ten services a second from the first arrival on, two for each message.
    assert outcome.counts()["completed"] == pytest.approx(5_000, abs=5)
    assert outcome.counts()["unfinished"] == len(sent.due_s) - outcome.counts()["completed"]
    total = outcome.totals["s"]
    assert total.waiting == pytest.approx(2 * len(sent.due_s) - 10_000, abs=5)
    assert total.in_use == 1
    assert outcome.totals["m"].held_bytes == sent.body_bytes.sum(dtype=np.int64)
    assert outcome.interval_ends_s.tolist() == [*range(60, 1_000, 60), 1_000]


def test_who_waits_for_what_never_comes_is_unfinished():
    pool = EnvironmentPool("f", Constant(0.0), 1.0, reserved=0)
    network = Network((pool,), (Invoke("f", Wait()), Release("f"), Mark("end")))
    outcome = simulate(network, arrivals(1.0, 2.0))
    assert outcome.counts() == {"unfinished": 2}
    assert np.isnan(outcome.marks["end"]).all()
    assert outcome.totals["f"].waiting == 2


def test_no_messages_come_to_nothing():
    outcome = simulate(branching(Constant(1.0)), arrivals())
    assert outcome.counts() == {}
    assert outcome.totals["s"].arrivals == 0


def test_a_sender_sends_again_what_failed_before_its_receipt_and_not_after():
    outage = (Outage(0.0, 4.0),)
    network = Network(
        (TokenBucket("front", 100.0, 100.0, outage), TokenBucket("back", 100.0, 100.0, outage)),
        (Take("front", Fail("front")), Mark("receipt"), Take("back", Fail("back"))),
        receipt="receipt",
        sender=RetryFromStart(1.0, backoff=2.0, attempts=3, reasons=("front",)),
    )
    outcome = simulate(network, arrivals(0.0, 2.5, 5.0))
    # Sent at 0, 1 and 3 s in vain and at 7 s; at 2.5, 3.5 and 5.5 s; at once.
    assert outcome.attempts.tolist() == [4, 3, 1]
    assert outcome.marks["receipt"].tolist() == [7000.0, 3000.0, 0.0]
    assert outcome.counts() == {"completed": 3}

    late = Network(
        (network.resources[0], TokenBucket("back", 1.0, 1.0, (Outage(0.0, 99.0),))),
        network.program,
        receipt="receipt",
        sender=RetryFromStart(1.0),
    )
    outcome = simulate(late, arrivals(5.0))
    assert outcome.counts() == {"back, after the receipt": 1}
    assert outcome.attempts.tolist() == [1]


def test_a_failed_branch_lets_its_siblings_run_on_and_the_message_fails_at_the_join():
    network = Network(
        (TokenBucket("b", 1.0, 1.0),),
        (
            Take("b", Fail("first")),
            Fork(
                (
                    (Take("b", Fail("second")), Mark("never")),
                    (Delay(Constant(3.0)), Mark("sibling")),
                    (Delay(Constant(2.0)),),
                )
            ),
            Mark("behind"),
        ),
    )
    outcome = simulate(network, arrivals(0.0))
    assert outcome.counts() == {"second": 1}
    assert outcome.marks["sibling"].tolist() == [3000.0]
    assert np.isnan([outcome.marks["never"][0], outcome.marks["behind"][0]]).all()
    assert outcome.ended_s == 3.0


def test_measured_quantiles_come_back_and_are_interpolated_between_sizes():
    samples = {1_000: [1.0, 2.0, 4.0, 8.0], 3_000: [10.0, 20.0, 40.0, 80.0]}
    service_time = Empirical.of_samples(samples, quantiles=401)
    network = Network((), (Delay(service_time), Mark("end")))
    for size, low, high in ((500, 1, 0), (1_000, 1, 0), (2_000, 0.5, 0.5), (9_000, 0, 1)):
        count = 50_000
        sent = Arrivals(np.zeros(count), np.full(count, size, np.uint32))
        found = simulate(network, sent, seed=2).marks["end"]
        for share in (0.1, 0.5, 0.9):
            rows = (np.quantile(samples[each], share) for each in samples)
            expected = np.dot((low, high), tuple(rows))
            assert np.quantile(found, share) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"interval_s": 0}, "interval_s is 0"),
        ({"until_s": -1.0}, "until_s is -1.0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_an_argument_that_cannot_be_is_named(options, named):
    with pytest.raises(NetworkError, match=named):
        simulate(branching(Constant(1.0)), arrivals(0.0), **options)


def test_a_value_that_would_wait_for_ever_is_refused_before_the_start():
    network = Network((Memory("m", 100),), (Store("m", Wait(), 0.5),))
    with pytest.raises(NetworkError, match="Store in m: the largest value has 150 bytes"):
        simulate(network, arrivals(0.0, body_bytes=300))


def test_a_message_that_wants_more_than_a_bucket_ever_holds_is_refused():
    network = Network((TokenBucket("b", 10.0, 50.0),), (Take("b", Wait(), 0.0, 1.0),))
    fits = Arrivals(np.zeros(2), np.array([50, 50], np.uint32))
    assert simulate(network, fits).counts() == {"completed": 2}
    with pytest.raises(NetworkError, match="wants 51 tokens"):
        simulate(network, Arrivals(np.zeros(1), np.array([51], np.uint32)))
