from dataclasses import replace

import pytest

from bench.report import headline
from bench.report.headline import profile_warning
from bench.report.number_format import milliseconds
from bench.statistics import Bootstrap, Interval, RunFigures, summarise
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

QUICK = Bootstrap(resamples=50)


def raw_headline(summary, verification):
    return headline(RunFigures(summary, raw=summary), verification)


def test_the_first_sentence_names_the_sooner_its_gain_and_the_profile(summary, passed):
    sentence = raw_headline(summary, passed).sentences[0]
    chosen = summary.difference("3 MB")
    assert sentence.startswith("Under the raw profile on this machine, Redis-first gave")
    for value in (chosen.redis_first_p50_ms, chosen.s3_first_p50_ms, chosen.difference_ms):
        assert milliseconds(value) in sentence


def test_a_gain_of_s3_first_is_told_as_a_positive_number(summary, passed):
    turned = tuple(
        replace(
            each,
            redis_first_p50_ms=30.0,
            s3_first_p50_ms=20.0,
            difference_ms=-10.0,
            difference_interval_ms=Interval(-12.0, -8.0),
            ratio=2 / 3,
            sooner="s3-first",
        )
        for each in summary.differences
    )
    sentence = raw_headline(replace(summary, differences=turned), passed).sentences[0]
    assert "S3-first gave the receipt 1.5x sooner than Redis-first" in sentence
    assert "difference 10.0 ms, 95 % interval 8.00 ms to 12.0 ms" in sentence


def test_a_difference_whose_interval_holds_zero_is_not_called_one(summary, passed):
    unsure = tuple(
        replace(each, difference_interval_ms=Interval(-1.0, 2.0), resolvable=False, sooner=None)
        for each in summary.differences
    )
    answer = raw_headline(replace(summary, differences=unsure), passed)
    assert "is not resolvable" in answer.sentences[0]
    assert "includes 0" in answer.sentences[0]
    assert "sooner" not in answer.sentences[0]
    assert answer.sentences[1].endswith("is resolvable at 0 of 4.")


@pytest.mark.parametrize(
    ("shape", "first"),
    [
        (Shape(strategies=()), "No request was measured."),
        (Shape(strategies=("s3-first",), rounds=1), "Only S3-first has receipts."),
    ],
)
def test_a_run_that_compares_nothing_says_why(shape, first, passed):
    summary = summarise(synthetic_samples(shape), profile="raw", bootstrap=QUICK)
    assert raw_headline(summary, passed).sentences[0] == first


def test_requests_without_a_receipt_are_cautioned_of(summary, passed):
    lost = sum(each.failed + each.refused for each in summary.requests)
    assert lost
    assert any(
        text.startswith(f"{lost} requests got no receipt")
        for text in raw_headline(summary, passed).cautions
    )


def test_few_blocks_and_a_late_generator_are_cautioned_of(passed):
    samples = synthetic_samples(Shape(rounds=1, failed_share=0))
    samples.loc[samples.index[::10], "sent_s"] += 0.05
    cautions = " ".join(
        raw_headline(summarise(samples, profile="raw", bootstrap=QUICK), passed).cautions
    )
    assert "rest on 2 blocks" in cautions
    assert "left the load generator more than 10 ms late" in cautions


def test_stages_that_do_not_account_for_the_latency_are_cautioned_of(passed):
    samples = synthetic_samples(Shape(rounds=2))
    samples["stage_payload_store_ms"] *= 0.2
    cautions = raw_headline(summarise(samples, profile="raw", bootstrap=QUICK), passed).cautions
    assert any("account for the latency in only" in text for text in cautions)


def test_every_profile_is_said_not_to_be_a_measurement_on_aws():
    assert "not AWS numbers" in profile_warning("raw")
    assert "not a measurement on AWS" in profile_warning("eu-central-1")


def test_dropped_requests_and_marked_blocks_are_told_of(passed):
    samples = synthetic_samples(Shape(rounds=1))
    samples.loc[samples.index[-3:], ["status", "error"]] = [
        0,
        "dropped: 512 requests were in flight",
    ]
    summary = summarise(samples, profile="raw", bootstrap=QUICK)
    figures = RunFigures(summary, raw=summary)
    marks = {"7": "the generator used 95 % of a core", "9": "2 of 20 requests left late"}
    run = {"plan": {"raw": {"load_generator": {"marked_blocks": marks}}}}
    told = headline(figures, passed, run=run).cautions
    assert any("invalid: in 2 blocks under raw" in each and "95 %" in each for each in told)
    assert any(each.startswith("3 requests that were due could not be sent") for each in told)
    quiet = {"plan": {"raw": {"load_generator": {"marked_blocks": {}}}, "rounds": 4}}
    assert not any("invalid" in each for each in headline(figures, passed, run=quiet).cautions)


def test_a_closed_model_is_named(passed, summary):
    figures = RunFigures(summary, raw=summary)
    for model, named in (("closed: users wait", True), ("open: when due", False)):
        told = headline(figures, passed, run={"plan": {"raw": {"model": model}}}).cautions
        assert any(each.startswith("Closed model") for each in told) is named
