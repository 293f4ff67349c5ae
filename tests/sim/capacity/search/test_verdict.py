from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sim.capacity.network import Outcome
from sim.capacity.pipeline import names
from sim.capacity.search.verdict import judge_outcome
from sim.objective import parse_objective


def outcome(waits_ms, lost: int = 0) -> Outcome:
    """Return the outcome of messages whose receipt came after these waits, NaN where none came."""
    waits_ms = np.asarray(waits_ms, np.float32)
    code = np.where(np.isfinite(waits_ms), 1, 2).astype(np.uint8)
    code[:lost] = 5
    return Outcome(
        marks={names.RECEIPT: waits_ms, names.COMPLETE: waits_ms * 4},
        code=code,
        names=(
            "unfinished", "completed", "refused", "refused, after the receipt",
            "lost from cache memory", "lost from cache memory, after the receipt",
        ),
        attempts=np.ones(len(code), np.uint8), cold=np.zeros(len(code), np.uint8),
        interval_ends_s=np.ones(1), stations={}, buckets={}, pools={}, memories={}, totals={},
        ended_s=1.0, events=0,
    )  # fmt: skip


def kind(design, text, *args, strategy="s3-first"):
    return judge_outcome(parse_objective(text), outcome(*args), strategy, design).kind


@settings(deadline=None)
@given(
    waits=hnp.arrays(np.float32, st.integers(1000, 1100), elements=st.floats(1, 999, width=32)),
    limit=st.integers(1, 999),
)
def test_a_percentile_is_met_where_numpys_is_below_the_limit(design, waits, limit):
    verdict = judge_outcome(parse_objective(f"p99<{limit}ms"), outcome(waits), "s3-first", design)
    expected = np.quantile(waits, 0.99, method="inverted_cdf")
    assert verdict.value == expected
    assert (verdict.kind == "met") == (expected < limit)


def test_a_message_without_a_receipt_is_late_for_ever(design):
    waits = np.full(2000, 10.0)
    waits[:21] = np.nan
    assert kind(design, "p99<1s", waits) == "missed"
    waits[20] = 10.0
    assert kind(design, "p99<1s", waits) == "met"
    assert kind(design, "refused=0", waits) == "missed"
    assert kind(design, "refused<=1%", waits) == "met"
    assert kind(design, "complete.p99<40ms", waits) == "missed"
    assert kind(design, "complete.p99<=40ms", waits) == "met"


def test_a_percentile_that_too_few_lie_beyond_is_left_open(design):
    assert kind(design, "p99.9<1s", np.full(9_999, 1.0)) == "too few messages"
    assert kind(design, "p99.9<1s", np.full(10_000, 1.0)) == "met"


def test_loss_counts_copies_that_were_gone_and_asks_for_a_replica(design):
    waits = np.full(1000, 10.0)
    assert kind(design, "loss=0", waits, strategy="redis-first") == "met"
    assert kind(design, "loss=0", waits, 1, strategy="redis-first") == "missed"
    alone = replace(design, cache=replace(design.cache, replicas=0))
    assert kind(alone, "loss=0", waits, strategy="redis-first") == "missed"
    assert kind(alone, "loss=0", waits, strategy="s3-first") == "met"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p99<8ms", "p99<8ms missed: 10 ms, 25% over"),
        ("refused=0", "refused=0 met: 0 of 1,000 messages, 0 allowed"),
        ("p99.9<8ms", "p99.9<8ms: too few messages to say, 1,000 of at least 10,000"),
    ],
)
def test_a_verdict_says_by_how_much(design, text, said):
    verdict = judge_outcome(parse_objective(text), outcome(np.full(1000, 10.0)), "s3-first", design)
    assert str(verdict) == said
