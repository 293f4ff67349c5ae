"""All figures of a run from its two tables: for the run itself, and for a report made later."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from bench.run.settings import RAW_PROFILE
from bench.run.variants import variants_of
from bench.statistics import Bootstrap, RunFigures, costs, operation_calls, robustness, summarise
from sim.latency.shaping import Shaping
from sim.quotas import cache_node

DEFAULT_CACHE_NODE: Final = "cache.r7g.large"
"""The template's `CacheNodeType`."""

_MEASURED_PREFIXES: Final = ("stage_", "async_")


def part_of(table: pd.DataFrame, profile: str) -> pd.DataFrame:
    """Return the rows of one part of a run, from a table of all parts.

    A stage's column that no row of the part has a value in is left out: it is another part's.
    """
    part = table[table["profile"] == profile].reset_index(drop=True)
    # Of a part without rows nothing is known, least of all that it lacks a stage.
    unused = [
        column
        for column in part.columns
        if len(part) and column.startswith(_MEASURED_PREFIXES) and part[column].isna().all()
    ]
    # A table that was joined to one without rows has columns of objects.
    return part.drop(columns=unused).infer_objects()


def figures_of(
    samples: pd.DataFrame,
    calls: pd.DataFrame,
    shaping: Shaping,
    *,
    plan: Bootstrap | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> RunFigures:
    """Compute every figure: those of the answer, of the floor beside it, and of other worlds.

    Parameters
    ----------
    samples, calls
        The tables of all parts, with the column ``profile``.
    shaping
        Of the answer's part.
    plan
        How intervals are made; by default as `Bootstrap` has it.
    progress
        Called with a line of text before each step.

    Raises
    ------
    bench.statistics.SamplesTableError
        If a column is missing.
    """
    plan = plan or Bootstrap()
    answer = part_of(samples, shaping.profile)
    answer_calls = part_of(calls, shaping.profile)
    summary = summarise(
        answer,
        profile=shaping.profile,
        calls=answer_calls,
        bootstrap=plan,
        progress=progress,
    )
    if shaping.profile == RAW_PROFILE:
        return RunFigures(summary, raw=summary, calls=operation_calls(answer, answer_calls))
    floor = part_of(samples, RAW_PROFILE)
    raw = summarise(
        floor,
        profile=RAW_PROFILE,
        calls=part_of(calls, RAW_PROFILE),
        bootstrap=plan,
        progress=progress,
    )
    progress("the answer in other worlds")
    worlds = robustness(
        answer,
        answer_calls,
        summary.sizes,
        variants_of(shaping),
        plan,
        cache_node=DEFAULT_CACHE_NODE,
        cache_bytes_per_s=cache_node(DEFAULT_CACHE_NODE).baseline_bytes_per_s,
    )
    progress("what it costs")
    # The capacity model takes a second to load, and a raw run has no need of it.
    from bench.run.month_bills import TemplateBills

    bills = TemplateBills.under(shaping)
    return RunFigures(
        summary,
        raw=raw,
        calls=operation_calls(answer, answer_calls),
        robustness=worlds,
        costs=costs(answer, answer_calls, summary.sizes, plan, bills),
    )
