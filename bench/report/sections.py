"""The sections of a report, in their order: which picture, sentence and table stands where."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.probe import BlockedConclusion, Probe
from bench.report import (
    byte_tables,
    call_tables,
    cost_tables,
    difference_tables,
    latency_tables,
    load_tables,
    objectives,
    run_tables,
    stage_tables,
    tenant_tables,
    world_tables,
)
from bench.report.definitions import asynchronous_definition_table, stage_definition_table
from bench.report.headline import profile_warning
from bench.report.tables import Table
from bench.statistics import RunFigures, Summary


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture: its data URI, and what it shows, for those who do not see it."""

    source: str
    description: str


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page.

    ``details`` are tables behind a line to click on, which printing opens; ``notes`` are lines of
    text before the tables.
    """

    anchor: str
    title: str
    lead: str = ""
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    details: tuple[Table, ...] = ()


def report_sections(
    figures: RunFigures,
    run: Mapping[str, Any],
    verification: Mapping[str, Any],
    plots: Mapping[str, bytes],
    probe: Probe | None,
    blocked: Sequence[BlockedConclusion],
) -> tuple[Section, ...]:
    """Put a report together; the parameters are those of `bench.report.render_report`."""
    summary = figures.answer
    return (
        Section(
            "latency",
            "Latency against body size",
            figures=_figures(
                plots,
                ("hero.png", "p50 of the wait for the receipt, by body size and strategy."),
                ("latency.png", "Latency of each request against its body size, with the floor."),
            ),
            tables=(latency_tables.overview_table(summary),),
            details=(latency_tables.plotted_latency_table(summary),),
        ),
        *_objectives(run),
        *_worlds(figures, plots),
        *_costs(figures, plots),
        Section(
            "percentiles",
            "Percentiles",
            tables=_present(
                latency_tables.latency_table(summary),
                difference_tables.difference_table(summary),
                difference_tables.effect_size_table(summary),
                latency_tables.cold_table(summary),
            ),
            details=(difference_tables.self_difference_table(summary),),
        ),
        *_tenants(summary),
        Section(
            "stages",
            "Stages of the blocking path",
            lead=(
                "What a sender waits for, cut into stages that follow each other and add up to "
                "the client's latency; the remainder is a stage of its own."
            ),
            figures=_figures(plots, ("stages.png", "Mean of each stage, stacked.")),
            tables=(stage_tables.stage_table(summary), stage_tables.reconciliation_table(summary)),
        ),
        *_bytes(summary),
        Section(
            "distribution",
            "Distribution",
            figures=_figures(
                plots,
                ("distribution.png", "Share of requests answered within a time."),
                ("tail.png", "Latency of the slowest requests, up to the percentile 99.9."),
            ),
            details=(latency_tables.quantile_table(summary),),
        ),
        Section(
            "time",
            "Over time",
            figures=_figures(
                plots, ("time.png", "Latency of each request against the time since the start.")
            ),
            details=(run_tables.block_table(summary),),
        ),
        *_calls(figures, probe, blocked),
        *_raw(figures),
        Section(
            "floor", "Distance from the floor", tables=(latency_tables.floor_table(figures.raw),)
        ),
        Section(
            "asynchronous",
            "After the receipt",
            lead="What the state machine does while the sender no longer waits.",
            figures=_figures(
                plots, ("asynchronous.png", "p50 and p95 of each stage after the receipt.")
            ),
            details=(stage_tables.asynchronous_table(summary),),
        ),
        Section(
            "verification",
            "Verification",
            notes=tuple(str(note) for note in verification.get("notes") or ()),
            tables=_present(
                run_tables.check_table(verification), run_tables.finding_table(verification)
            ),
        ),
        Section(
            "requests",
            "Requests and failures",
            tables=_present(
                run_tables.request_table(summary),
                run_tables.failure_table(summary),
                run_tables.warm_up_table(summary),
            ),
        ),
        *_load(figures, run),
        Section("conditions", "Conditions", tables=(run_tables.fact_table(run),)),
        Section(
            "definitions",
            "Where each number comes from",
            tables=(stage_definition_table(summary), asynchronous_definition_table(summary)),
        ),
    )


def _objectives(run: Mapping[str, Any]) -> tuple[Section, ...]:
    table = objectives.objective_table(run)
    if table is None:
        return ()
    return (
        Section(
            "objectives",
            "Service level objectives",
            lead="What the scenario asks of the wait for the receipt, and what each strategy had.",
            tables=(table,),
        ),
    )


def _tenants(summary: Summary) -> tuple[Section, ...]:
    table = tenant_tables.tenant_latency_table(summary)
    if table is None:
        return ()
    return (
        Section(
            "tenants",
            "Tenants",
            lead=tenant_tables.tenant_sentence(summary),
            tables=(table, *_present(tenant_tables.tenant_difference_table(summary))),
        ),
    )


def _load(figures: RunFigures, run: Mapping[str, Any]) -> tuple[Section, ...]:
    found = (
        (
            "load-generator",
            "The load generator",
            "What the figures owe to the program that sent the requests, and whether they count.",
            load_tables.generator_table(run, figures),
        ),
        (
            "payloads",
            "Payloads",
            "What was sent: how large, and how far a store or a network could compress it.",
            load_tables.payload_table(run, figures),
        ),
    )
    return tuple(
        Section(anchor, title, lead=lead, tables=(table,))
        for anchor, title, lead, table in found
        if table is not None
    )


def _worlds(figures: RunFigures, plots: Mapping[str, bytes]) -> tuple[Section, ...]:
    if figures.robustness is None:
        return ()
    return (
        Section(
            "worlds",
            "Does the answer hold?",
            figures=_figures(
                plots,
                ("worlds.png", "Difference of the strategies' p50 in each world."),
                ("conditions.png", "Difference of p50 and p99 against uplink and rate."),
            ),
            tables=_present(world_tables.condition_table(figures)),
            details=_present(world_tables.world_table(figures)),
        ),
    )


def _costs(figures: RunFigures, plots: Mapping[str, bytes]) -> tuple[Section, ...]:
    if figures.costs is None:
        return ()
    summary, costs = figures.answer, figures.costs
    return (
        Section(
            "cost",
            "What it costs",
            figures=_figures(
                plots, ("cost.png", "Cost of a million messages against their rate, by strategy.")
            ),
            tables=(
                cost_tables.cost_table(summary, costs),
                cost_tables.cost_difference_table(summary, costs),
                cost_tables.cost_crossover_table(summary, costs),
            ),
            details=(cost_tables.component_table(summary, costs),),
        ),
    )


def _bytes(summary: Summary) -> tuple[Section, ...]:
    if not summary.byte_costs and not summary.transmissions:
        return ()
    return (
        Section(
            "bytes",
            "What a byte costs",
            lead=byte_tables.transmission_sentence(summary),
            tables=_present(
                byte_tables.byte_cost_table(summary),
                byte_tables.transmission_table(summary),
                byte_tables.crossover_table(summary),
            ),
        ),
    )


def _calls(
    figures: RunFigures, probe: Probe | None, blocked: Sequence[BlockedConclusion]
) -> tuple[Section, ...]:
    if not figures.calls and probe is None:
        return ()
    return (
        Section(
            "calls",
            "What the emulators carried",
            tables=_present(call_tables.call_table(figures), call_tables.blocked_table(blocked)),
            details=(
                *_present(call_tables.unshaped_table(figures)),
                *(call_tables.probe_tables(probe) if probe else ()),
            ),
        ),
    )


def _raw(figures: RunFigures) -> tuple[Section, ...]:
    if figures.raw is figures.answer:
        return ()
    return (
        Section(
            "raw",
            "The same on this machine, with nothing added",
            lead=profile_warning("raw"),
            tables=(latency_tables.overview_table(figures.raw),),
        ),
    )


def _figures(plots: Mapping[str, bytes], *wanted: tuple[str, str]) -> tuple[Figure, ...]:
    return tuple(
        Figure(_data_uri(plots[name]), description) for name, description in wanted if name in plots
    )


def _data_uri(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _present(*tables: Table | None) -> tuple[Table, ...]:
    return tuple(table for table in tables if table is not None)
