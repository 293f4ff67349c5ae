"""Both kinds of page as a browser shows them, and as a strict parser reads them.

The parser's test needs no browser and always runs. html5lib follows the parsing algorithm of the
HTML standard and, in its strict form, refuses every parse error that the standard names.
"""

import base64
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import html5lib
import psutil
import pytest
from matplotlib.image import imread

from bench.compare import compare_runs, judge, parse_gate, render_comparison
from bench.report import draw_plots, render_report
from bench.results import load_documents
from bench.statistics import Bootstrap, RunFigures, figures_from_json, summarise
from tests.bench.compare.runs import raw_samples, results_of, times
from tests.bench.report.chromium import HOW_TO_GET_IT, Chromium, executable, running
from tests.bench.results.whole_folder import FAILED, QUICK
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

HOSTILE = "</td></table><script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>"
LONG = "a-text-without-any-space-" * 20
REFERENCE = Path(__file__).parents[3] / "results" / "reference"
WIDTHS = (1100, 400)
FETCHING = ("src", "href", "srcset", "data", "poster", "action", "background", "formaction")
HTML = "{http://www.w3.org/1999/xhtml}"
NAMES = ("reference", "failed and hostile", "comparison")


def reference_page() -> str:
    """The reference run's figures and plots, on today's page."""
    documents = load_documents(REFERENCE)
    return render_report(
        figures_from_json(documents.summary),
        run=documents.run,
        verification=documents.verification,
        plots={path.name: path.read_bytes() for path in (REFERENCE / "plots").glob("*.png")},
    )


def hostile_page() -> str:
    samples = synthetic_samples(Shape(rounds=2, failed_share=0.05))
    samples["error"] = samples["error"].where(samples["error"] == "", HOSTILE + LONG)
    samples["tenant"] = samples["size"].map({"256 KB": HOSTILE}).fillna("bursting")
    summary = summarise(samples, profile="raw", bootstrap=Bootstrap(resamples=20))
    figures = RunFigures(summary, raw=summary)
    verification = {
        **FAILED,
        "findings": [dict.fromkeys(("message_id", "strategy", "check", "problem"), HOSTILE + LONG)],
        "notes": [HOSTILE + LONG],
    }
    objectives = {"limit_ms": 9.0, HOSTILE: {"measured_ms": 11.0, "met": False}}
    part = {
        "slo": {"p95_ms": objectives},
        "load_generator": {"valid": False, "marked_blocks": {"1": HOSTILE + LONG}},
        "payloads": [
            {"kind": HOSTILE, "size": "1 MB", "templates": 1, "compressible_share": 0.5},
        ],
    }
    run = {"name": HOSTILE + LONG, "profile": "raw", "plan": {"raw": part}, HOSTILE: LONG}
    return render_report(
        figures, run=run, verification=verification, plots=draw_plots(samples, figures)
    )


def comparison_page() -> str:
    was = results_of(raw_samples(51, floors=("floor",)))
    now = results_of(
        times(raw_samples(51, floors=("floor",)), 1.3, strategy="s3-first"),
        machine={"cpu_model": HOSTILE + LONG, "usable_cores": 4},
        verification=FAILED,
    )
    comparison = compare_runs(was, now, names=("was", HOSTILE + LONG), plan=QUICK)
    gates = judge([parse_gate("p50=5%")], comparison.changes)
    return render_comparison(comparison, gates)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Files by name."""
    folder = tmp_path_factory.mktemp("pages")
    made = dict(zip(NAMES, (reference_page, hostile_page, comparison_page), strict=True))
    files = {}
    for name, make in made.items():
        files[name] = folder / f"{name.replace(' ', '-')}.html"
        files[name].write_text(make(), encoding="utf-8")
    return files


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    path = executable()
    if path is None:
        pytest.skip(HOW_TO_GET_IT)
    with running(path) as chromium:
        yield chromium


@pytest.mark.parametrize("name", NAMES)
def test_a_strict_parser_finds_no_error_no_script_and_nothing_to_fetch(pages, name):
    html = pages[name].read_text(encoding="utf-8")
    document = html5lib.HTMLParser(strict=True).parse(html)
    elements = [each for each in document.iter() if isinstance(each.tag, str)]
    tags = {each.tag.removeprefix(HTML) for each in elements}
    assert not tags & {"script", "iframe", "object", "embed", "base", "form", "video", "audio"}
    ids = [each.get("id") for each in elements if each.get("id")]
    assert len(ids) == len(set(ids))
    for each in elements:
        assert not [key for key in each.keys() if key.startswith("on")]  # noqa: SIM118 - no mapping
        assert "style" not in each.keys()  # noqa: SIM118
        for key in FETCHING:
            value = each.get(key)
            if value is not None and value.startswith("#"):
                assert value[1:] in ids
            elif value is not None:
                assert value.startswith("data:"), f"{each.tag} {key}={value[:60]}"
    styles = " ".join(each.text or "" for each in document.iter(f"{HTML}style"))
    assert not re.search(r"url\(|@import|//", styles)


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_a_png_with_something_on_it(pages, name):
    document = html5lib.parse(pages[name].read_text(encoding="utf-8"))
    pictures = list(document.iter(f"{HTML}img"))
    assert len(pictures) >= (0 if name == "comparison" else 7)
    for each in pictures:
        kind, _, content = each.get("src").partition(",")
        assert kind == "data:image/png;base64"
        image = imread(io.BytesIO(base64.b64decode(content, validate=True)), format="png")
        assert min(image.shape[:2]) > 100
        assert image.std() > 0.01, "a picture of one colour"
        assert each.get("alt")


SEEN = """
(async () => {
  await document.fonts.ready;
  const shown = (each) => {
    const box = each.getBoundingClientRect();
    return each.checkVisibility() && box.width > 50 && box.height > 10;
  };
  const root = document.documentElement;
  const images = [...document.images];
  await Promise.all(images.map((each) => each.decode()));
  return JSON.stringify({
    images: images.length,
    blank: images.filter((each) => !each.complete || !each.naturalWidth || !shown(each)).length,
    anchors: [...document.querySelectorAll("a")].map((each) => each.getAttribute("href")),
    dangling: [...document.querySelectorAll("a")]
      .filter((each) => !document.getElementById(each.hash.slice(1))).length,
    headlines: [...document.querySelectorAll(".headline, .verdict, h1, h2")]
      .map((each) => [shown(each), each.innerText]),
    tables: document.querySelectorAll("table").length,
    scripts: document.scripts.length,
    width: [root.scrollWidth, root.clientWidth],
    beyond: [...document.querySelectorAll("main, h1, h2, p, img, .table, li, dd, summary")]
      .filter((each) => each.checkVisibility())
      .filter((each) => each.getBoundingClientRect().right > root.clientWidth + 0.5)
      .map((each) => each.tagName + ": " + each.textContent.slice(0, 40)),
    ink: getComputedStyle(document.body).color,
    paper: getComputedStyle(document.body).backgroundColor,
  });
})()
"""


@pytest.mark.processes
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_browser_shows_the_whole_page_and_asks_for_nothing_else(browser, pages, name, width):
    url = pages[name].as_uri()
    with browser.tab() as tab:
        tab.open(url, width=width)
        seen = json.loads(tab.evaluate(SEEN))
        assert tab.problems == []
        assert tab.requested == [url]
    assert seen["images"] >= (0 if name == "comparison" else 7)
    assert seen["blank"] == seen["dangling"] == seen["scripts"] == 0
    assert seen["tables"] >= 2
    assert len(seen["headlines"]) >= 3
    assert all(shown and text.strip() for shown, text in seen["headlines"])
    assert seen["beyond"] == []
    assert seen["width"][0] <= seen["width"][1] == width


@pytest.mark.processes
def test_a_dark_page_is_written_light_on_dark(browser, pages):
    def lightness(colour):
        return sum(int(each) for each in re.findall(r"\d+", colour)[:3])

    for dark in (False, True):
        with browser.tab() as tab:
            tab.open(pages["comparison"].as_uri(), width=1100, dark=dark)
            seen = json.loads(tab.evaluate(SEEN))
        assert (lightness(seen["ink"]) > lightness(seen["paper"])) is dark


@pytest.mark.processes
def test_the_browser_would_tell_of_a_script_an_error_and_a_request(browser, tmp_path):
    page = tmp_path / "bad.html"
    page.write_text(
        "<!doctype html><title>x</title><a href='#gone'>y</a><img src='gone.png'>"
        "<script>console.error('no'); alert(1); missing();</script>"
        "<p style='width: 3000px'>wide</p>"
    )
    with browser.tab() as tab:
        tab.open(page.as_uri(), width=400)
        told = " ".join(tab.problems)
        wide = tab.evaluate("document.documentElement.scrollWidth")
        asked = tab.requested
    assert "console.error" in told
    assert "dialog: 1" in told
    assert "exception: Uncaught" in told
    assert any(each.endswith("gone.png") for each in asked)
    assert wide > 400


@pytest.mark.processes
def test_no_process_of_the_browser_is_left():
    path = executable()
    if path is None:
        pytest.skip(HOW_TO_GET_IT)

    def processes():
        """Those of the browser, whoever their parent is; some of them leave it at once."""
        shown = (each.info for each in psutil.process_iter(["pid", "cmdline"]))
        return [each["pid"] for each in shown if str(chromium.profile) in str(each["cmdline"])]

    with running(path) as chromium, chromium.tab() as tab:
        assert tab.evaluate("1 + 1") == 2
        assert len(processes()) > 1
        assert chromium.profile.exists()
    assert processes() == []
    assert not chromium.profile.exists()
