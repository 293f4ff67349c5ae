"""Sentences, tables, JSON and the page of a plan."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import bench.plan
from bench.command_line.plan_console import print_plan
from bench.plan import SCHEMA_VERSION, plan_document
from bench.plan.labels import rounded_up
from bench.plan.left_out import LEFT_OUT
from bench.plan.page import render_plan
from bench.plan.plots import draw_plots
from bench.plan.sentences import answer_sentences
from bench.plan.tables import bill_table, check_table, limit_table, plan_tables, raise_table

SCHEMA = (Path(bench.plan.__file__).parent / "SCHEMA.md").read_text(encoding="utf-8")
NAMES_AS_KEYS = re.compile(
    r"(refused|unfinished_after_receipt|refused_from_s|receipt_ms|end_ms|components|parameters"
    r"|sender|outages\[\]|cache)\."
)


def paths(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            yield from paths(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{path}[]")


def test_the_first_sentences_say_what_holds_and_what_breaks_first(calm, too_much):
    redis, s3, *_ = answer_sentences(calm)
    assert redis.startswith("Redis-first holds. Its first limit is cache memory, at ")
    assert s3.startswith("S3-first holds. Its first limit is ")
    redis, s3, other, quota, *_ = answer_sentences(too_much)
    assert re.match(r"Redis-first does not hold: the cache is full after \d+ (s|min) and", redis)
    assert "S3-first does not hold: StartExecution is refused from 15 min on" in s3
    assert other.startswith("Redis-first needs ")
    assert "requests a month (ApiQuota)" in quota


def test_both_say_what_a_month_costs(calm):
    sentence = answer_sentences(calm)[-1]
    difference = calm.of("redis-first").bill.total - calm.of("s3-first").bill.total
    assert difference > 0
    assert f"S3-first is ${difference:,.0f}" in sentence


def test_the_bills_rows_add_up_to_its_total(calm):
    *components, total = bill_table(calm).rows
    for column in (1, 2):
        amounts = [
            float(row.cells[column].strip("$").replace(",", ""))
            for row in components
            if row.cells[column].startswith("$")
        ]
        assert sum(amounts) == pytest.approx(
            float(total.cells[column].strip("$").replace(",", "")), abs=len(amounts)
        )


def test_limits_are_ranked_and_those_that_are_reached_stand_out(too_much):
    table = limit_table(too_much, "Redis-first", too_much.of("redis-first"))
    shares = [float(row.cells[-1].removesuffix(" %").replace(",", "")) for row in table.rows]
    assert shares == sorted(shares, reverse=True)
    for row, share in zip(table.rows, shares, strict=True):
        assert (row.emphasis == "total") == (share >= 100)


def test_a_quota_that_is_nearly_used_is_to_be_raised(calm):
    assert raise_table(calm) is None
    found = calm.of("s3-first")
    limits = tuple(
        replace(use, used=0.9 * use.limit, share=0.9) if use.name == "StartExecution" else use
        for use in found.headroom.limits
    )
    tight = replace(found, headroom=replace(found.headroom, limits=limits))
    table = raise_table(replace(calm, strategies=(calm.strategies[0], tight)))
    assert table is not None
    (row,) = table.rows
    assert row.cells[0] == "StartExecution"
    assert row.cells[4] == "340"  # 270 / 0.8 is 337.5


@pytest.mark.parametrize(
    ("value", "asked"), [(313.0, 320), (1.2, 2), (1_000.0, 1_000), (99.1, 100)]
)
def test_a_quota_is_asked_for_in_two_digits_and_never_too_small(value, asked):
    assert rounded_up(value) == asked


def test_alternatives_have_a_row_each_that_says_they_are_models(calm):
    (table,) = [each for each in plan_tables(calm, narrow=True) if "Alternatives" in each.caption]
    assert len(table.rows) == len(calm.alternatives) > 1
    assert "not an implementation" in table.caption
    assert all(row.cells[2] for row in table.rows)


def test_only_disagreements_with_formulas_have_a_table(calm):
    assert check_table(calm) is None
    found = calm.strategies[0]
    wrong = replace(found.answer.checks[0], agrees=False)
    answer = replace(found.answer, checks=(wrong, *found.answer.checks[1:]))
    table = check_table(replace(calm, strategies=(replace(found, answer=answer),)))
    assert table is not None
    assert [row.cells[1] for row in table.rows] == [wrong.what]


def test_the_terminal_shows_all_within_a_hundred_columns(too_much):
    console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    print_plan(too_much, console)
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0].startswith("Redis-first does not hold")
    text = " ".join(" ".join(lines).split())
    for table in plan_tables(too_much, narrow=True):
        assert table.caption in text
    assert all(each in text for each in LEFT_OUT)


def test_the_json_has_what_the_schema_documents_and_nothing_else(calm, too_much):
    documented = set(re.findall(r"^\| `([^`]+)` \|", SCHEMA, flags=re.MULTILINE))
    found = set()
    for plan in (calm, too_much):
        document = plan_document(plan)
        json.dumps(document, allow_nan=False)
        assert document["schema_version"] == SCHEMA_VERSION
        found |= {path for path in paths(document) if not NAMES_AS_KEYS.search(path)}
    of_search = {path for path in documented if path.startswith("search.")}
    assert found == documented - of_search - {"quota_raises[]"} - _of_raises(too_much)


def _of_raises(plan):
    """A plan without a quota to raise has none of their keys."""
    if plan_document(plan)["quota_raises"]:
        return set()
    keys = ("limit", "now", "used", "ask_for", "unit", "where")
    return {f"quota_raises[].{key}" for key in keys}


def test_the_page_holds_all_and_fetches_nothing(calm):
    plots = draw_plots(calm)
    assert list(plots) == ["load.png", "rate.png", "cost.png", "cache.png", "environments.png"]
    assert all(content.startswith(b"\x89PNG") for content in plots.values())
    page = render_plan(calm, plots)
    assert page.count('src="data:image/png;base64,') == len(plots)
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    for table in plan_tables(calm, narrow=False):
        assert table.caption.replace("'", "&#39;") in page


def test_a_plan_without_a_curve_has_the_other_pictures(too_much):
    assert list(draw_plots(too_much)) == ["load.png", "cache.png", "environments.png"]
