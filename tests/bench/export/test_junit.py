"""JUnit XML: a case for each check and each gate, with the failures that there are."""

from xml.etree import ElementTree

import pytest

from bench.compare import compare_runs, judge, parse_gate
from bench.export import junit_xml
from bench.results import Documents
from tests.bench.compare.runs import raw_samples, results_of, times
from tests.bench.results.whole_folder import FAILED, PASSED, QUICK

LAG = {"late_share": 0.0, "invalid": False}
RUN = {"started_utc": "2026-03-01T12:00:00Z"}


def suites(verification=PASSED, *, summary=None, gates=(), name="20260301-a", run=RUN):
    summary = {"send_lag": LAG} if summary is None else summary
    text = junit_xml(Documents(name, summary, run, verification), gates)
    root = ElementTree.fromstring(text)  # noqa: S314 - our own text
    assert root.tag == "testsuites"
    for element in (root, *root):
        cases = element.findall(".//testcase")
        assert int(element.get("tests")) == len(cases) > 0
        for count, kind in (("failures", "failure"), ("skipped", "skipped")):
            held = sum(each.find(kind) is not None for each in cases)
            assert int(element.get(count)) == held
    return {case.get("name"): case for suite in root for case in suite.findall("testcase")}


def is_failed(case):
    return case.find("failure") is not None


def test_each_check_is_a_case_that_passes():
    cases = suites()
    assert set(PASSED["checks"]) < cases.keys()
    assert all(len(case) == 0 for case in cases.values())


def test_a_check_that_failed_names_its_messages():
    cases = suites(FAILED)
    assert is_failed(cases["archived object"])
    failure = cases["archived object"].find("failure")
    assert failure.get("message") == "1 message failed, 1 finding"
    assert failure.text == "0b6d-lost (s3-first): no object has its key"
    assert not is_failed(cases["metadata row"])


def test_a_finding_of_no_message_fails_its_check_although_none_is_counted():
    finding = {"message_id": "", "strategy": "all", "check": "execution succeeded", "problem": "x"}
    cases = suites({**FAILED, "checks": {}, "findings": [finding]})
    assert is_failed(cases["execution succeeded"])
    assert "(no messageID)" in cases["execution succeeded"].find("failure").text


def test_a_run_that_nobody_verified_is_skipped_and_not_passed():
    (case,) = [each for name, each in suites({}).items() if name == "verification"]
    assert "not verified" in case.find("skipped").get("message")


def test_a_late_load_generator_fails():
    summary = {"send_lag": {"late_share": 0.2, "invalid": True}}
    case = suites(summary=summary)["requests left the load generator on time"]
    assert "20.0 %" in case.find("failure").get("message")


def test_a_block_that_the_load_generator_spoilt_fails():
    marked = {"load_generator": {"marked_blocks": {"3": "the loop stalled"}}}
    case = suites(run={**RUN, "plan": {"raw": marked}})["requests left the load generator on time"]
    assert "in 1 block under raw" in case.find("failure").get("message")
    assert "the loop stalled" in case.find("failure").text


@pytest.fixture(scope="module")
def gates():
    was = raw_samples(61)
    now = times(was, 1.2, strategy="s3-first")
    comparison = compare_runs(results_of(was), results_of(now), names=("a", "b"), plan=QUICK)
    return judge([parse_gate("p50=5%"), parse_gate("p99=5%")], comparison.changes)


def test_each_gate_is_a_case(gates):
    cases = suites(gates=gates)
    held = cases["p50=5% · Redis-first at 256 KB under raw"]
    failed = cases["p50=5% · S3-first at 256 KB under raw"]
    unknown = cases["p99=5% · S3-first at 256 KB under raw"]
    assert len(held) == 0
    assert "all of it past 1.05" in failed.find("failure").get("message")
    assert "needs 299" in unknown.find("skipped").get("message")


def test_text_that_xml_cannot_hold_is_replaced():
    finding = {**FAILED["findings"][0], "problem": "<b>&\x00\x1b[0m"}
    cases = suites({**FAILED, "findings": [finding]}, name="a<\x07>")
    assert "<b>&\ufffd\ufffd[0m" in cases["archived object"].find("failure").text
