"""A synthetic run's report, drawn once; what a page holds, read by the standard HTML parser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest

from bench.report import draw_plots
from bench.statistics import Bootstrap, RunFigures, Summary, summarise
from tests.bench.statistics.synthetic_samples import synthetic_samples

VOID = frozenset({"meta", "link", "img", "br", "hr", "input"})
"""Elements without an end tag that a page may use: HTML standard, section 13.1.2."""

CHECKS = ("execution succeeded", "archived object", "metadata row", "notifications")


@dataclass
class Page:
    """Elements with their attributes, text, and what is wrong with the nesting."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    problems: list[str] = field(default_factory=list)

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.page.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.page.problems.append(f"</{tag}> at {self.getpos()} within {self.open}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.page.text += data


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], Page]:
    def read(html: str) -> Page:
        page = Page()
        reader = _Reader(page)
        reader.feed(html)
        reader.close()
        page.problems += [f"<{tag}> is not closed" for tag in reader.open]
        return page

    return read


@pytest.fixture(scope="session")
def samples() -> pd.DataFrame:
    return synthetic_samples()


@pytest.fixture(scope="session")
def summary(samples: pd.DataFrame) -> Summary:
    return summarise(samples, profile="raw", bootstrap=Bootstrap(resamples=200))


@pytest.fixture(scope="session")
def plots(samples: pd.DataFrame, summary: Summary) -> Mapping[str, bytes]:
    return draw_plots(samples, RunFigures(summary, raw=summary))


@pytest.fixture
def run() -> dict[str, Any]:
    return {
        "schema_version": 1,
        "name": "local",
        "profile": "raw",
        "seed": 1,
        "started_utc": "2026-03-01T12:00:00Z",
        "finished_utc": "2026-03-01T12:04:00Z",
        "plan": {"rounds": 4, "sizes": {"1 MB": {"body_bytes": 1_048_576}}},
        "stack": {"cache": "Valkey 8.1.1"},
        "machine": {"cpu_model": "Fast 9000", "usable_cores": 2, "memory_bytes": 8_589_934_592},
        "git": {"commit": "0123456789abcdef", "dirty": True},
    }


@pytest.fixture
def passed() -> dict[str, Any]:
    return {
        "verdict": "pass",
        "acknowledged": 380,
        "checks": {check: {"passed": 380, "failed": 0} for check in CHECKS},
        "findings": [],
        "notes": ["One notification is not of this pipeline."],
    }


@pytest.fixture
def failed(passed: dict[str, Any]) -> dict[str, Any]:
    finding = {
        "message_id": "0b6d-lost",
        "strategy": "s3-first",
        "check": "archived object",
        "problem": "no object has its key",
    }
    return {**passed, "verdict": "fail", "findings": [finding]}
