"""A run as JUnit XML: a test case for each check of the verification and each gate."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bench.compare import GateResult
from bench.export.junit_document import JUnitCase, junit_document
from bench.load.generator_health import LATE_MS
from bench.report.generator_marks import generator_marks
from bench.report.headline import verdict_of
from bench.report.number_format import percent, plural, strategy_name
from bench.results import Documents

_SHOWN_FINDINGS: Final = 20


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
    started_utc = str(documents.run.get("started_utc") or "").removesuffix("Z")
    return junit_document(cases, documents.name, {"timestamp": started_utc})


def _verification(verification: Mapping[str, Any]) -> Iterator[JUnitCase]:
    if verdict_of(verification) == "not verified":
        yield JUnitCase("verification", "verification", skipped="this run was not verified")
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
            yield JUnitCase("verification", name, failure=said, detail="\n".join(lines))
        else:
            yield JUnitCase("verification", name)


def _load_generator(summary: Mapping[str, Any], run: Mapping[str, Any]) -> JUnitCase:
    lag = summary.get("send_lag")
    name = "requests left the load generator on time"
    if lag is None:
        return JUnitCase("run", name, skipped="no request was measured")
    marks = generator_marks(run)
    if lag["invalid"]:
        said = (
            f"{percent(lag['late_share'])} left more than {LATE_MS:g} ms late, "
            f"{lag.get('dropped', 0)} were dropped: lower the rate"
        )
        return JUnitCase("run", name, failure=said, detail="\n".join((said, *marks)))
    if marks:
        return JUnitCase("run", name, failure=marks[0], detail="\n".join(marks))
    return JUnitCase("run", name)


def _gate(result: GateResult) -> JUnitCase:
    change = result.change
    where = f"{strategy_name(change.strategy)} at {change.size} under {change.profile}"
    name = f"{result.gate} · {where}"
    if result.judgement == "failed":
        return JUnitCase("gates", name, failure=result.reason)
    if result.judgement == "not resolvable":
        return JUnitCase("gates", name, skipped=f"not resolvable: {result.reason}")
    return JUnitCase("gates", name)
