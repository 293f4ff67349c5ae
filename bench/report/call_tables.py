"""What the emulators carried: each operation's target beside what the emulator took alone."""

from collections.abc import Sequence

from bench.probe import (
    LATENCY_HEADINGS,
    LIMIT_HEADINGS,
    THROUGHPUT_HEADINGS,
    BlockedConclusion,
    Probe,
    latency_rows,
    limit_rows,
    throughput_rows,
)
from bench.report.number_format import UNKNOWN, count, number, percent
from bench.report.tables import Row, Table, rows, size_label
from bench.statistics import OperationCalls, RunFigures
from bench.statistics.calls import EMULATOR_BOUND_SHARE, LEAST_TARGET_MS


def call_table(figures: RunFigures) -> Table | None:
    """Show each operation, what senders wait for first, or None where nothing has a target."""
    shaped = [each for each in figures.calls if each.target_p50_ms >= LEAST_TARGET_MS]
    if not shaped:
        return None
    return Table(
        caption=f"Calls and their targets, ms, profile {figures.answer.profile}",
        columns=(
            "operation",
            "body",
            "calls",
            "target p50",
            "total p50",
            "emulator p50",
            "emulator p95",
            "client p50",
            "beyond target",
            "late p50",
            "late p99",
        ),
        text_columns=2,
        rows=tuple(_row(figures, each) for each in shaped),
        note=(
            "Each call is really made; what is missing to its target is then waited. Beyond "
            "target: calls for which the emulator alone was slower; in bold from more than "
            f"{EMULATOR_BOUND_SHARE * 100:g} % on: the figure is the emulator's on this machine. "
            "Client: what it does before it sends, which is part of the emulator's time: boto3 "
            "serialises, and over plain HTTP hashes the whole body for the signature; over TLS it "
            "does not. Late: how much after its target a call ended that was filled up. After it: "
            "behind the receipt."
        ),
    )


def probe_tables(probe: Probe) -> tuple[Table, ...]:
    """Show what the back ends carried before the run, one call or eight at a time."""
    kinds = (
        ("Size limits of what answers here", LIMIT_HEADINGS, limit_rows(probe), 4),
        ("One call, before the run", LATENCY_HEADINGS, latency_rows(probe), 2),
        ("Calls a second, before the run", THROUGHPUT_HEADINGS, throughput_rows(probe), 2),
    )
    return tuple(
        Table(caption=caption, columns=headings, rows=rows(cells), text_columns=text)
        for caption, headings, cells, text in kinds
    )


def blocked_table(blocked: Sequence[BlockedConclusion]) -> Table | None:
    """Show what the back ends keep the run from concluding, or None if nothing."""
    if not blocked:
        return None
    return Table(
        caption="What a run on these servers cannot conclude",
        columns=("about", "not concluded", "because"),
        text_columns=3,
        rows=rows((each.operation, each.statement, each.reason) for each in blocked),
    )


def unshaped_table(figures: RunFigures) -> Table | None:
    """Show the calls that were left as the emulator answered them, or None if there are none."""
    left = [each for each in figures.calls if each.target_p50_ms < LEAST_TARGET_MS]
    if not left:
        return None
    return Table(
        caption="Calls that the profile gives no time, ms",
        columns=("operation", "body", "calls", "emulator p50", "p95"),
        text_columns=2,
        rows=tuple(
            Row(
                (
                    each.operation,
                    size_label(figures.answer, each.size) if each.size else "after it",
                    count(each.calls),
                    number(each.emulator_p50_ms),
                    number(each.emulator_p95_ms),
                )
            )
            for each in left
        ),
    )


def _row(figures: RunFigures, each: OperationCalls) -> Row:
    return Row(
        (
            each.operation,
            size_label(figures.answer, each.size) if each.size else "after it",
            count(each.calls),
            number(each.target_p50_ms),
            number(each.total_p50_ms),
            number(each.emulator_p50_ms),
            number(each.emulator_p95_ms),
            number(each.client_p50_ms),
            percent(each.exceeded_share),
            UNKNOWN if each.timer_error_p50_ms is None else number(each.timer_error_p50_ms),
            UNKNOWN if each.timer_error_p99_ms is None else number(each.timer_error_p99_ms),
        ),
        "total" if each.emulator_bound else "",
    )
