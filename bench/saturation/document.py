"""The content of saturation.json, and what run.json tells of a search."""

from typing import Any, Final

from bench.saturation.backlog import TOLERATED_SHARE
from bench.saturation.decision import Decision
from bench.saturation.probe import RateProbe
from bench.saturation.quantiles import CONFIDENCE, quantile_figures
from bench.saturation.result import SaturationResult, overall_confidence
from bench.saturation.settings import (
    BLOCKS_TO_HOLD,
    MOST_BLOCKS,
    SaturationSettings,
)

SCHEMA_VERSION: Final = 1

METHOD: Final = (
    "Rates are doubled until one is too high, then the interval between the highest that held and "
    "the lowest that was too high is halved on a logarithmic scale. A rate holds if, for every "
    "objective, Clopper and Pearson's upper limit of the share of requests that miss it is within "
    "what the objective allows, and the executions keep up; it is too high if a lower limit is "
    "above, or the number of executions that run at once grows. A request without a receipt misses "
    "every objective. Requests of one block wait in one queue and are alike: they count for less, "
    "by the design effect that batches of neighbours show. Looks are corrected for (Bonferroni)."
)


def plan_facts(settings: SaturationSettings) -> dict[str, Any]:
    """Return the load in short, for run.json; units are in the keys."""
    return {
        "scenario": settings.scenario.name,
        "overrides": list(settings.scenario.overrides),
        "model": "open: requests are sent when due, whatever the earlier ones do",
        "search": "highest rate",
        "in_flight_limit": settings.scenario.in_flight_limit,
        "loads": {
            settings.load.label: {
                "own_rate_per_s": settings.load.rate_per_s,
                "streams": [
                    {
                        "tenant": stream.tenant,
                        "arrivals": "Poisson, at the rate that is tried, in place of "
                        + stream.arrivals.name,
                        "sizes": dict(stream.sizes),
                        "kinds": dict(stream.kinds),
                    }
                    for stream in settings.load.streams
                ],
            }
        },
    }


def saturation_json(result: SaturationResult) -> dict[str, Any]:
    """Return the content of saturation.json: see SCHEMA.md of `bench.results`."""
    settings, plan = result.settings, result.settings.plan
    return {
        "schema_version": SCHEMA_VERSION,
        "profile": settings.shaping.profile,
        "scenario": settings.scenario.name,
        "load": settings.load.label,
        "objectives": [
            {
                "objective": str(each),
                "percentile": each.percentile,
                "fraction": each.fraction,
                "limit_ms": each.limit_ms,
            }
            for each in settings.objectives
        ],
        "method": {
            "text": METHOD,
            "confidence": settings.confidence,
            "interval_confidence": CONFIDENCE,
            "resolution": plan.resolution,
            "start_rate_per_s": plan.start_rate_per_s,
            "max_rate_per_s": plan.max_rate_per_s,
            "most_probes": plan.probes,
            "seed": settings.seed,
            "arrivals": "Poisson, given the number of requests in a block",
            "requests_to_hold": settings.requests_to_hold,
            "blocks_to_hold": BLOCKS_TO_HOLD,
            "most_blocks": MOST_BLOCKS,
            "least_block_s": settings.least_block_s,
            "warm_up_s": settings.warm_up_s,
            "tolerated_backlog_share": TOLERATED_SHARE,
        },
        "strategies": [
            {
                "strategy": strategy,
                "held_per_s": found.held_per_s,
                "too_high_per_s": found.too_high_per_s,
                "too_high": found.too_high,
                "bound": result.bound(strategy),
                "ending": found.ending,
                "probes": found.probes,
                "decisions": found.decisions,
                "least_confidence_of_all": overall_confidence(found, settings.confidence),
            }
            for strategy, found in result.found.items()
        ],
        "probes": [_probe(each) for each in result.probes],
    }


def _probe(probe: RateProbe) -> dict[str, Any]:
    fractions = {"p50": 0.5, "p95": 0.95, "p99": 0.99} | {
        each.objective.percentile: each.objective.fraction for each in probe.judgement.decisions
    }
    return {
        "probe": probe.number,
        "strategy": probe.strategy,
        "rate_per_s": probe.rate_per_s,
        "decides": probe.decides,
        "outcome": probe.judgement.answer,
        "reason": probe.judgement.reason,
        "blocks": probe.blocks,
        "offered_per_s": probe.offered_per_s,
        "answered_per_s": probe.answered_per_s,
        "requests": len(probe.waits.all_ms),
        "dropped": probe.dropped,
        "refused": probe.refused,
        "failed": probe.failed,
        "cold_starts": probe.cold_starts,
        "percentiles": [
            {
                "percentile": name,
                "ms": figures.value_ms,
                "low_ms": figures.low_ms,
                "high_ms": figures.high_ms,
            }
            for name, fraction in sorted(fractions.items(), key=lambda item: item[1])
            for figures in (quantile_figures(probe.waits, fraction),)
        ],
        "objectives": [_decision(each) for each in probe.judgement.decisions],
        "executions": {
            "running_early": probe.backlog.running_early / probe.blocks,
            "running_late": probe.backlog.running_late / probe.blocks,
            "growth_share": probe.backlog.growth_share,
            "drain_s": probe.drain_s,
        },
        "machine_cpu_share": probe.cpu_share,
        "generator_cpu_percent": probe.generator_cpu_percent,
        "generator_late": probe.late,
        "generator_marks": list(probe.marks),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "objective": str(decision.objective),
        "outcome": decision.outcome,
        "missed": decision.missed,
        "missed_share_low": decision.share_low,
        "missed_share_high": decision.share_high,
        "design_effect": decision.design_effect,
    }
