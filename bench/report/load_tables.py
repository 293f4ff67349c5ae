"""Tables of the load: how its generator fared, and what the payloads were."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bench.report.generator_marks import parts_of
from bench.report.number_format import UNKNOWN, count, number, percent
from bench.report.tables import Row, Table, rows, size_label
from bench.statistics import RunFigures
from bench.statistics.samples import UPLOAD_FLOOR

_FACTS: Final = (
    ("processor, % of a core at most in a block", "cpu_percent_of_a_core_at_most"),
    ("send lag, p99 of the worst block, ms", "client_wait_p99_ms_at_most"),
    ("send lag at most, ms", "client_wait_ms_at_most"),
    ("event-loop lag, p99 of the worst block, ms", "loop_lag_p99_ms_at_most"),
    ("event-loop lag at most, ms", "loop_lag_ms_at_most"),
    ("requests sent late", "requests_sent_late"),
    ("requests dropped", "requests_dropped"),
    ("connections opened by requests", "connections_opened_by_requests"),
)
"""What a line is called → its key in run.json."""


def generator_table(run: Mapping[str, Any], figures: RunFigures) -> Table | None:
    """Show how the load generator fared, a column for each part of the run.

    Parameters
    ----------
    run
        The content of run.json.
    figures
        They hold the latency of the null route.

    Returns
    -------
    Table or None
        None where run.json tells nothing of it.
    """
    fared = {
        profile: part["load_generator"]
        for profile, part in parts_of(run).items()
        if part.get("load_generator")
    }
    if not fared:
        return None
    marks = [
        f"Block {block} under {profile}: {mark}."
        for profile, facts in fared.items()
        for block, mark in (facts.get("marked_blocks") or {}).items()
    ]
    return Table(
        caption="The load generator",
        columns=("what", *fared),
        rows=(
            Row(("counts", *(_valid(facts.get("valid")) for facts in fared.values())), "total"),
            *(
                Row((name, *(_fact(facts.get(key)) for facts in fared.values())))
                for name, key in _FACTS
            ),
            *(Row(cells) for cells in _null_route(fared, figures)),
        ),
        note=" ".join(
            (
                *marks,
                "Send lag: from when a request was due until it was sent. Event-loop lag: how much "
                "later than asked for the generator's own loop woke. The null route reads the body "
                "and acknowledges it: what it takes is the least that generator, gateway and "
                "loopback need.",
            )
        ),
    )


def payload_table(run: Mapping[str, Any], figures: RunFigures) -> Table | None:
    """Show what the payloads of the answer's part were, or None where run.json does not say."""
    parts = parts_of(run)
    part = parts.get(figures.answer.profile) or next(iter(parts.values()), {})
    payloads = part.get("payloads") or ()
    if not payloads:
        return None
    sizes = part.get("sizes") or {}
    return Table(
        caption="Payloads",
        columns=("kind", "body", "bytes of the body", "templates", "compressible share"),
        text_columns=2,
        rows=rows(
            (
                str(each["kind"]),
                size_label(figures.answer, str(each["size"])),
                _body_bytes(sizes.get(each["size"]) or {}),
                count(int(each["templates"])),
                percent(each["compressible_share"]),
            )
            for each in payloads
        ),
        note=(
            "Compressible share: what zlib takes away from the payload at level 6. Payloads of one "
            "template differ by a nonce, so that no two are alike."
        ),
    )


def _valid(valid: bool | None) -> str:
    return UNKNOWN if valid is None else "valid" if valid else "INVALID"


def _fact(value: float | None) -> str:
    return count(value) if isinstance(value, int) else number(value)


def _null_route(fared: Mapping[str, Any], figures: RunFigures) -> Iterator[tuple[str, ...]]:
    """Give a line for each size at which a part has blocks of the null route."""
    by_profile = {each.profile: each for each in (figures.raw, figures.answer)}
    for size in figures.answer.sizes:
        cells = []
        for profile in fared:
            summary = by_profile.get(profile)
            found = summary.warm(UPLOAD_FLOOR, size.name) if summary else None
            cells.append(number(found.p50_ms if found else None))
        if any(each != UNKNOWN for each in cells):
            yield (f"null route at {size.label}, p50, ms", *cells)


def _body_bytes(size: Mapping[str, Any]) -> str:
    if "least_body_bytes" not in size:
        return UNKNOWN
    ends = dict.fromkeys((size["least_body_bytes"], size["most_body_bytes"]))
    return " to ".join(count(int(each)) for each in ends)
