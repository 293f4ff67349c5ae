"""`firstwrite probe`."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench.command_line.failure import FAILED
from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.stack_session import running_or_own_stack
from bench.probe import (
    LATENCY_HEADINGS,
    LIMIT_HEADINGS,
    THROUGHPUT_HEADINGS,
    BlockedConclusion,
    Probe,
    back_end_of,
    blocked_conclusions,
    latency_rows,
    limit_rows,
    probe,
    profile_targets,
    throughput_rows,
)
from sim.latency import load_profile

PROFILE: Final = "aws-typical"
"""The profile whose medians the back end has to be faster than."""


def run_probe(*, as_json: bool, output: Console, errors: Console) -> int:
    """Probe the back end and print what was found; return the exit code.

    1 when a service that records go through takes less than AWS does.

    Raises
    ------
    ProbeError
        When a service does not answer.
    StackError
        When there is no running stack, and none can be started.
    """
    with (
        ProgressDisplay(errors) as display,
        running_or_own_stack(display.report) as (deployment, lasts),
    ):
        display.phase("Probing the back end")

        def progress(done: int, total: int, step: str) -> None:
            display.advance(done, total)
            display.detail(step)

        found = probe(back_end_of(deployment), progress)
        if not lasts:
            display.phase("Stopping the stack")
    blocked = blocked_conclusions(found, profile_targets(load_profile(PROFILE)))
    if as_json:
        _plain(json.dumps(_as_json(found, blocked), indent=2), output)
    else:
        _print(found, blocked, output)
    short = [each for each in found.services if each.takes_less and each.traits.stores_records]
    return FAILED if short else 0


def _as_json(found: Probe, blocked: Iterable[BlockedConclusion]) -> dict[str, Any]:
    return {
        **found.to_json(),
        "profile": PROFILE,
        "blocked_conclusions": [each.to_json() for each in blocked],
    }


def _print(found: Probe, blocked: Sequence[BlockedConclusion], output: Console) -> None:
    output.print(_table("What is taken", LIMIT_HEADINGS, limit_rows(found), numbers=()))
    output.print(
        _table(
            "How long one call takes",
            LATENCY_HEADINGS,
            latency_rows(found),
            numbers=LATENCY_HEADINGS[2:],
        )
    )
    _plain(
        "The client's own cost is that of the same call against a server that does nothing. Of it,"
        " SHA-256 is what boto3 spends on hashing an object for the signature, over plain HTTP"
        " only.",
        output,
    )
    output.print(
        _table(
            "How many calls get through",
            THROUGHPUT_HEADINGS,
            throughput_rows(found),
            numbers=THROUGHPUT_HEADINGS[2:],
        )
    )
    if blocked:
        _plain(f"\nWhat a run here cannot conclude (profile {PROFILE}):", output)
        for each in blocked:
            _plain(f"- {each.statement}: {each.reason}.", output)
    else:
        _plain(f"\nNothing keeps a run here from its conclusions (profile {PROFILE}).", output)
    _plain(f"Probed in {found.took_s:.1f} s; nothing of it is left.", output)


def _table(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Sequence[str],
) -> Table:
    table = Table(title=title)
    for heading in headings:
        table.add_column(
            heading, justify="right" if heading in numbers else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*row)
    return table


def _plain(text: str, output: Console) -> None:
    """Print as it is: a server's answer may hold what Rich takes for markup."""
    output.print(text, highlight=False, markup=False, emoji=False, soft_wrap=True)
