"""A run as JUnit XML: a test case for each check of the verification and each gate.

The form is what CI systems agree on: testsuites, testsuite, testcase with failure or skipped
(Apache Ant, "JUnitReport"; the schema that Jenkins' xUnit plugin publishes).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

from bench.compare import GateResult
from bench.load.generator_health import LATE_MS
from bench.report.generator_marks import generator_marks
from bench.report.headline import verdict_of
from bench.report.number_format import percent, plural, strategy_name
from bench.results import Documents

_SHOWN_FINDINGS: Final = 20

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (section 2.2)."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A test case; `failure` and `skipped` are empty where it passed."""

    suite: str
    name: str
    failure: str = ""
    detail: str = ""
    skipped: str = ""


def junit_xml(documents: Documents, gates: Sequence[GateResult] = ()) -> bytes:
    """Write the XML.

    Parameters
    ----------
    gates
        What the run was held against as the candidate of a comparison. One that cannot be told is
        a skipped test case.
    """
    cases = (
        *_verification(documents.verification),
        _load_generator(documents.summary, documents.run),
        *(_gate(each) for each in gates),
    )
    root = ElementTree.Element("testsuites", {"name": "firstwrite", **_counts(cases)})
    for name in dict.fromkeys(case.suite for case in cases):
        held = tuple(case for case in cases if case.suite == name)
        facts = {
            "name": _text(f"{documents.name}: {name}"),
            "timestamp": _text(str(documents.run.get("started_utc") or "").removesuffix("Z")),
        }
        suite = ElementTree.SubElement(root, "testsuite", {**facts, **_counts(held)})
        for case in held:
            _write(suite, case)
    ElementTree.indent(root)
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"


def _verification(verification: Mapping[str, Any]) -> Iterator[_Case]:
    if verdict_of(verification) == "not verified":
        yield _Case("verification", "verification", skipped="this run was not verified")
        return
    findings = list(verification.get("findings") or ())
    checks: dict[str, Mapping[str, Any]] = dict(verification.get("checks") or {})
    # A finding of no message is in no count, and fails its check all the same.
    names = dict.fromkeys((*checks, *(str(each.get("check")) for each in findings)))
    for name in names:
        found = [each for each in findings if each.get("check") == name]
        failed = int(checks.get(name, {}).get("failed", 0))
        if found or failed:
            lines = [
                f"{each.get('message_id') or '(no messageID)'} ({each.get('strategy')}): "
                f"{each.get('problem')}"
                for each in found[:_SHOWN_FINDINGS]
            ]
            hidden = len(found) - _SHOWN_FINDINGS
            if hidden > 0:
                lines.append(f"{hidden} more in verification.json")
            said = f"{plural(failed, 'message')} failed, {plural(len(found), 'finding')}"
            yield _Case("verification", name, failure=said, detail="\n".join(lines))
        else:
            yield _Case("verification", name)


def _load_generator(summary: Mapping[str, Any], run: Mapping[str, Any]) -> _Case:
    lag = summary.get("send_lag")
    name = "requests left the load generator on time"
    if lag is None:
        return _Case("run", name, skipped="no request was measured")
    marks = generator_marks(run)
    if lag["invalid"]:
        said = (
            f"{percent(lag['late_share'])} left more than {LATE_MS:g} ms late, "
            f"{lag.get('dropped', 0)} were dropped: lower the rate"
        )
        return _Case("run", name, failure=said, detail="\n".join((said, *marks)))
    if marks:
        return _Case("run", name, failure=marks[0], detail="\n".join(marks))
    return _Case("run", name)


def _gate(result: GateResult) -> _Case:
    change = result.change
    where = f"{strategy_name(change.strategy)} at {change.size} under {change.profile}"
    name = f"{result.gate} · {where}"
    if result.judgement == "failed":
        return _Case("gates", name, failure=result.reason)
    if result.judgement == "not resolvable":
        return _Case("gates", name, skipped=f"not resolvable: {result.reason}")
    return _Case("gates", name)


def _counts(cases: Sequence[_Case]) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(bool(case.failure) for case in cases)),
        "errors": "0",
        "skipped": str(sum(bool(case.skipped) for case in cases)),
        "time": "0",
    }


def _write(suite: ElementTree.Element, case: _Case) -> None:
    element = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"firstwrite.{case.suite}",
        name=_text(case.name),
        time="0",
    )
    if case.failure:
        failure = ElementTree.SubElement(element, "failure", message=_text(case.failure))
        failure.text = _text(case.detail or case.failure)
    elif case.skipped:
        ElementTree.SubElement(element, "skipped", message=_text(case.skipped))


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
