import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.duration import duration_text
from bench.plan import PlanError, PlanOptions, request_of
from bench.plan.duration import seconds_of
from bench.plan.outage_option import network_outages, outages_of
from sim.capacity.network import Outage
from sim.errors import SimError
from sim.workload import DiurnalRate


@given(st.integers(1, 10_000), st.sampled_from([("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)]))
def test_a_duration_is_its_number_times_its_unit(number, unit):
    assert seconds_of(f"{number}{unit[0]}", "--duration") == number * unit[1]


@pytest.mark.parametrize("text", ["", "1", "0s", "-1m", "1 week", "h", "1e3s"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(PlanError, match=r"--duration .* is no duration"):
        seconds_of(text, "--duration")


@given(st.floats(0.001, 1e7))
def test_a_duration_is_written_to_within_a_tenth(seconds):
    number, unit = duration_text(seconds).split()
    factor = {"s": 1, "min": 60, "h": 3_600, "days": 86_400}[unit]
    assert float(number) * factor == pytest.approx(seconds, rel=0.26 if unit == "min" else 0.1)


def test_an_outage_begins_after_a_third_or_when_it_is_said():
    third, said = outages_of(["cache 5m", "s3 1m at 50m"], 3_600)
    assert (third.service, third.from_s, third.to_s) == ("cache", 1_200, 1_500)
    assert (said.service, said.from_s, said.to_s) == ("s3", 3_000, 3_060)
    found = network_outages([third, said])
    assert found.cache == (Outage(1_200, 1_500),)
    assert found.s3 == (Outage(3_000, 3_060),)
    assert found.step_functions == ()


def test_outages_that_overlap_or_come_too_late_are_refused():
    with pytest.raises(PlanError, match="two of cache overlap"):
        network_outages(outages_of(["cache 5m at 1m", "cache 5m at 2m"], 3_600))
    with pytest.raises(PlanError, match="begins after the simulated time"):
        outages_of(["cache 5m at 2h"], 3_600)


def test_options_change_the_workload_and_nothing_else_of_it():
    plain = request_of(PlanOptions())
    changed = request_of(
        PlanOptions(rate_per_s=7, sizes="1MB=2,largest", rtt="80ms", growth="3%", month=13)
    )
    assert changed.workload.rate.mean_per_s == 7
    assert changed.workload.bursts == plain.workload.bursts
    assert changed.workload.sizes == {"1 MB": 2.0, "largest": 1.0}
    assert changed.workload.sender.rtt_ms == 80
    assert changed.workload.sender.uplink_bit_per_s == plain.workload.sender.uplink_bit_per_s
    assert changed.workload.growth.per_month == pytest.approx(0.03)
    assert changed.kept.month == 12
    expected = changed.workload.month_totals(0).messages * 1.03**12
    assert changed.load().messages_per_month == pytest.approx(expected)


@pytest.mark.parametrize("duration", ["10m", "1h", "3h"])
def test_a_burst_is_in_the_middle_of_the_simulated_time(duration):
    request = request_of(PlanOptions(duration=duration))
    middles = [(begin + end) / 2 for begin, end in request.bursts_s()]
    assert min(abs(each - min(request.period_s, 3_600) / 2) for each in middles) <= 31


def test_the_busiest_hour_is_in_the_middle_of_less_than_a_day(own_workload):
    request = request_of(PlanOptions(workload=str(own_workload), duration="2h"))
    assert isinstance(request.workload.rate, DiurnalRate)
    assert request.start_s == 13 * 3_600
    assert request.load().retries is None
    assert request.load().peak_rate_per_s == pytest.approx(6, rel=0.4)
    assert request_of(PlanOptions(workload=str(own_workload), duration="1d")).start_s == 0


def test_a_quota_of_the_account_replaces_the_default():
    request = request_of(PlanOptions(region="eu-central-1", quotas=["states.start-rate=77"]))
    assert request.around.limits.start_rate_per_s == 77
    default = request_of(PlanOptions(region="eu-central-1")).around.limits.start_rate_per_s
    assert default == 150  # Step Functions Developer Guide, "Quotas"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rate_per_s": -1}, "--rate -1 is no load"),
        ({"rate_per_s": float("nan")}, "--rate nan is no load"),
        ({"sizes": "7 GB"}, "--sizes 7 GB"),
        ({"sizes": "1 MB=0"}, "all weights are 0"),
        ({"sizes": "1 MB=-1"}, "no number of at least 0"),
        ({"sizes": "1 MB=x"}, "--sizes 1 MB=x"),
        ({"duration": "soon"}, "--duration soon"),
        ({"region": "mars-1"}, "--region mars-1 is none of AWS's"),
        ({"parameters": ["CacheNodeType"]}, "no NAME=VALUE"),
        ({"parameters": ["Nothing=1"]}, "no parameter Nothing"),
        ({"parameters": ["CacheNodeType=cache.none"]}, "no node type cache.none"),
        ({"parameters": ["CacheTransitEncryption=maybe"]}, "take one of true, false"),
        ({"parameters": ["ApiRateLimit=0"]}, "give a number above 0"),
        ({"parameters": ["ApiBurstLimit=many"]}, "give a number above 0"),
        ({"profile": "none"}, "no profile none"),
        ({"profile": "raw"}, "adds no time to any call"),
        ({"quotas": ["states.start-rate=many"]}, "is no number"),
        ({"quotas": ["nothing=1"]}, "no quota nothing"),
        ({"outages": ["redis 1m"]}, "is not understood"),
        ({"month": 0}, "--month 0 is before the first"),
        ({"growth": "fast"}, "--growth fast"),
        ({"archive_months": 0}, "--archive-months 0"),
        ({"slo": ["p99=fast"]}, "is no objective"),
        ({"uplink": "fast"}, "--uplink fast"),
        ({"network": "moon"}, "--network moon is unknown"),
        ({"workload": "none"}, "no workload none"),
    ],
)
def test_what_cannot_be_is_named_with_its_mend(options, message):
    with pytest.raises((PlanError, SimError), match=message.replace("[", r"\[")):
        request_of(PlanOptions(**options))


def test_a_load_without_a_message_is_refused():
    request = request_of(PlanOptions(rate_per_s=1e-6, duration="1s"))
    with pytest.raises(PlanError, match="brings no message"):
        request.load()
