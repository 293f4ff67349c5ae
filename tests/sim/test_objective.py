import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SearchError
from sim.objective import parse_objective, parse_objectives


@pytest.mark.parametrize(
    ("text", "quantity", "share", "limit"),
    [
        ("p99<400ms", "blocking", 0.99, 400),
        ("P99.9 < 1 s", "blocking", 0.999, 1000),
        ("blocking.p50<=0.12s", "blocking", 0.5, 120),
        ("complete.p99<5s", "complete", 0.99, 5000),
        ("loss=0", "loss", None, 0),
        ("refused<0.1%", "refused", None, 0.001),
        ("refused<=0.002", "refused", None, 0.002),
    ],
)
def test_an_objective_is_read(text, quantity, share, limit):
    found = parse_objective(text)
    assert (found.quantity, found.share) == (quantity, share and pytest.approx(share))
    assert found.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p99<400", "'p99<400': the limit has no unit. Write it like 400ms or 5s."),
        ("p99<400h", "the limit has the unit h"),
        ("p99<0ms", "nothing takes no time"),
        ("p100<1s", "p100 is no percentile. Write p50 to p99.999."),
        ("total.p99<1s", "there is no wait called total"),
        ("complete.loss=0", "complete has no loss. Write loss=0."),
        ("refused=0.1%", "Write refused<0.1%."),
        ("refused<0", "no share is below 0. Write refused=0."),
        ("refused<100%", "the limit is all messages"),
        ("loss<1ms", "the limit has the unit ms"),
        ("fast", "'fast' is no objective. Write one like p99<400ms"),
    ],
)
def test_a_wrong_one_is_refused_with_its_text_the_problem_and_the_mend(text, said):
    with pytest.raises(SearchError) as refused:
        parse_objective(text)
    assert said in str(refused.value)


@pytest.mark.parametrize("relation", ["=", "<="])
def test_a_wait_at_its_limit_will_do_where_it_is_said_so(relation):
    assert parse_objective(f"p99{relation}400ms").inclusive
    assert not parse_objective("p99<400ms").inclusive


def test_several_are_read_from_one_text_and_counted_once():
    found = parse_objectives(["p99<400ms, loss=0", "loss=0"])
    assert [each.text for each in found] == ["p99<400ms", "loss=0"]
    with pytest.raises(SearchError, match="There is no objective"):
        parse_objectives([" "])


def test_another_percentile_keeps_the_limit():
    assert parse_objective("complete.p99<5s").with_percentile("p99.9").text == "complete.p99.9<5s"
    with pytest.raises(SearchError, match="of no percentile"):
        parse_objective("loss=0").with_percentile("p99")


@settings(deadline=None)
@given(due=st.integers(1, 10**7), per_mille=st.integers(1, 999))
def test_no_more_may_be_bad_than_the_share_says_and_one_more_is_too_many(due, per_mille):
    strict = parse_objective(f"refused<{per_mille / 1000}").allowed(due)
    loose = parse_objective(f"refused<={per_mille / 1000}").allowed(due)
    assert 1000 * strict < per_mille * due <= 1000 * (strict + 1)
    assert 1000 * loose <= per_mille * due < 1000 * (loose + 1)
