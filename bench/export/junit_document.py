"""JUnit XML: test suites of test cases, as CI systems agree on it.

The form is testsuites, testsuite, testcase with failure or skipped (Apache Ant, "JUnitReport"; the
schema that Jenkins' xUnit plugin publishes).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (section 2.2)."""


@dataclass(frozen=True, slots=True)
class JUnitCase:
    """A test case; `failure` and `skipped` are empty where it passed."""

    suite: str
    name: str
    failure: str = ""
    detail: str = ""
    skipped: str = ""
    took_s: float = 0.0


def junit_document(
    cases: Sequence[JUnitCase], title: str, facts: Mapping[str, str] | None = None
) -> bytes:
    """Write the XML.

    Parameters
    ----------
    title
        Stands before each suite's name.
    facts
        Further attributes of each suite.
    """
    root = ElementTree.Element("testsuites", {"name": "firstwrite", **_counts(cases)})
    for name in dict.fromkeys(case.suite for case in cases):
        held = tuple(case for case in cases if case.suite == name)
        own = {"name": f"{title}: {name}", **(facts or {})}
        attributes = {key: _text(value) for key, value in own.items()}
        suite = ElementTree.SubElement(root, "testsuite", {**attributes, **_counts(held)})
        for case in held:
            _write(suite, case)
    ElementTree.indent(root)
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"


def _counts(cases: Sequence[JUnitCase]) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(bool(case.failure) for case in cases)),
        "errors": "0",
        "skipped": str(sum(bool(case.skipped) for case in cases)),
        "time": f"{sum(case.took_s for case in cases):.3g}",
    }


def _write(suite: ElementTree.Element, case: JUnitCase) -> None:
    element = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_text(f"firstwrite.{case.suite}"),
        name=_text(case.name),
        time=f"{case.took_s:.3g}",
    )
    if case.failure:
        failure = ElementTree.SubElement(element, "failure", message=_text(case.failure))
        failure.text = _text(case.detail or case.failure)
    elif case.skipped:
        ElementTree.SubElement(element, "skipped", message=_text(case.skipped))


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
