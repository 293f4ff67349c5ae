"""A plan as JSON; `SCHEMA.md` beside this file says what each key is."""

import math
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from bench.plan.curve import Curve
from bench.plan.labels import variants
from bench.plan.left_out import LEFT_OUT
from bench.plan.planner import Disturbance, Plan, StrategyPlan
from bench.plan.search import Found
from bench.plan.sentences import answer_sentences
from bench.plan.tables import bill_cautions, left_out_of_bill, quota_raises, ranked_limits
from bench.plan_validation import record
from sim.capacity.alternatives import Alternative
from sim.capacity.design import ROLES
from sim.capacity.limits import LimitUse
from sim.capacity.pipeline import names
from sim.capacity.search.result import Tried

SCHEMA_VERSION: Final = 1


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return everything that a plan says; numbers that are none are null."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "sentences": list(answer_sentences(plan)),
        "load": _load(plan),
        "simulated": _simulated(plan),
        "variants": [_variant(plan, name, each) for name, each in variants(plan)],
        "quota_raises": [
            {"limit": use.name, "now": use.limit, "used": use.used, "ask_for": wanted,
             "unit": use.unit, "where": use.mend}
            for use, wanted in quota_raises(plan)
        ],
        "cache_choices": [asdict(each) for each in plan.caches],
        "alternatives": [_alternative(each) for each in plan.alternatives],
        "search": None if plan.found is None else _search(plan.found),
        "curve": None if plan.curve is None else _curve(plan.curve),
        "bill_cautions": bill_cautions(plan),
        "left_out_of_bill": left_out_of_bill(plan),
        "left_out_of_model": list(LEFT_OUT),
        "validation": str(record.read()),
    }  # fmt: skip
    return _finite(document)  # type: ignore[no-any-return]  # a dictionary stays one


def _load(plan: Plan) -> dict[str, Any]:
    load, workload = plan.load, plan.request.workload
    arrivals = load.arrivals
    sizes, counts = np.unique(arrivals.body_bytes, return_counts=True)
    return {
        "workload": workload.name,
        "description": workload.description,
        "messages": len(arrivals.due_s),
        "mean_rate_per_s": len(arrivals.due_s) / plan.request.period_s,
        "peak_rate_per_s": load.peak_rate_per_s,
        "mean_body_bytes": float(arrivals.body_bytes.mean(dtype=np.float64)),
        "largest_body_bytes": load.largest_body_bytes,
        "distinct_sizes": len(sizes),
        "most_frequent_body_bytes": int(sizes[int(np.argmax(counts))]),
        "messages_per_month": load.messages_per_month,
        "sender": asdict(load.sender),
        "attempts": workload.retries.attempts,
    }


def _simulated(plan: Plan) -> dict[str, Any]:
    request = plan.request
    return {
        "period_s": request.period_s,
        "start_s": request.start_s,
        "month": request.month + 1,
        "growth_per_month": request.workload.growth.per_month,
        "archive_months": request.kept.archive_months,
        "region": request.region,
        "profile": request.around.profile.name,
        "prices_region": request.prices.region,
        "parameters": request.parameters,
        "seed": request.seed,
        "outages": [asdict(each) for each in request.outages],
    }


def _variant(plan: Plan, name: str, found: StrategyPlan) -> dict[str, Any]:
    answer, room = found.answer, found.headroom
    cache = answer.design.cache
    return {
        "name": name,
        "strategy": found.strategy,
        "holds": found.holds,
        "cache": {
            "node_type": cache.node_type,
            "engine": cache.engine,
            "shards": cache.shards,
            "replicas": cache.replicas,
            "time_to_live_s": cache.time_to_live_s,
            "evicts": cache.evicts,
        }
        if found.strategy == "redis-first"
        else None,
        "fates": asdict(answer.fates),
        "refused_from_s": found.refused_from_s,
        "receipt_ms": dict(answer.latencies.blocking_ms),
        "end_ms": dict(answer.latencies.complete_ms),
        "first_limit": room.first.name if room.first else None,
        "load_factor": room.factor,
        "limits": [_limit(use) for use in ranked_limits(plan, found)],
        "environments": [_environments(found, role) for role in ROLES],
        "disturbances": [_disturbance(each) for each in found.disturbances],
        "bill": {
            "total": found.bill.total,
            "components": found.bill.by_component(),
            "lines": [
                {
                    "component": line.component,
                    "what": line.what,
                    "quantity": line.quantity,
                    "amount": line.amount,
                    "price": line.price.name,
                    "region": line.price.region,
                    "date": line.price.date,
                    "confidence": line.price.confidence,
                    "source": line.price.source,
                }
                for line in found.bill.lines
            ],
        },
        "checks": [asdict(check) for check in answer.checks],
    }


def _limit(use: LimitUse) -> dict[str, Any]:
    return {
        "name": use.name,
        "used": use.used,
        "limit": use.limit,
        "unit": use.unit,
        "share": use.share,
        "refused": use.refused,
        "kind": use.kind,
        "what_to_do": use.mend,
        "grows_with_the_rate": use.grows,
    }


def _environments(found: StrategyPlan, role: Any) -> dict[str, Any]:
    answer = found.answer
    pool = answer.outcome.pools[names.environments(role)]
    totals = answer.outcome.totals[names.environments(role)]
    function = answer.design.function(found.strategy, role)
    return {
        "function": role,
        "memory_mb": function.memory_mb,
        "reserved_concurrency": function.reserved_concurrency,
        "busy_mean": totals.busy_s / max(answer.outcome.ended_s, 1e-9),
        "busy_most": int(pool.busy_max.max(initial=0)),
        "alive_most": int(pool.alive_max.max(initial=0)),
        "invocations": totals.arrivals - totals.refusals,
        "refusals": totals.refusals,
        "cold_starts": totals.cold_starts,
        "billed_s": totals.billed_s,
    }


def _disturbance(each: Disturbance) -> dict[str, Any]:
    found = each.recovery
    return {
        "what": each.what,
        "from_s": each.from_s,
        "to_s": each.to_s,
        "recovered_s": found.recovered_s if found else None,
        "worst_ms": found.worst_ms if found else None,
        "not_acknowledged": found.not_acknowledged if found else None,
    }


def _curve(curve: Curve) -> dict[str, Any]:
    return {
        "points": [asdict(point) for point in curve.points],
        "costs": [{**asdict(point), "per_million": point.per_million} for point in curve.costs],
        "limits": [
            {"strategy": strategy, "rate_per_s": rate, "limit": limit}
            for strategy, (rate, limit) in curve.limit_per_s.items()
        ],
        "crossings_per_s": list(curve.crossings_per_s),
    }


def _alternative(each: Alternative) -> dict[str, Any]:
    return {
        "name": each.name,
        "statement": each.statement,
        "acknowledged": each.fates.acknowledged,
        "receipt_ms": dict(each.blocking_ms),
        "per_month": each.bill.total,
        "first_limit": each.first.name if each.first else None,
        "first_limit_share": each.first.share if each.first else None,
        "gives_up": list(each.gives_up),
        "confidence": list(each.confidence),
    }


def _search(found: Found) -> dict[str, Any]:
    result = found.result
    return {
        "objectives": [each.text for each in result.objectives],
        "too_few_messages": [each.text for each in result.too_few],
        "best": _configuration(result.best),
        "runner_up": _configuration(result.runner_up),
        "closest": _configuration(result.closest),
        "unmeetable": [each.text for each in result.unmeetable],
        "tried": len(result.tried),
        "not_tried": result.not_tried,
        "stopped": result.stopped,
        "simulated": result.simulated,
        "nines": [
            {
                "objective": each.objective.text,
                "per_month": each.cost,
                "more": each.more,
                "configuration": str(each.result.best.candidate) if each.result.best else None,
            }
            for each in found.nines
        ],
        "break_even": [
            {
                "what": each.what,
                "over": each.over,
                "crossings": [crossing.at for crossing in each.crossings],
                "text": str(each),
            }
            for each in (*found.break_even_rates, *found.break_even_sizes)
        ],
    }


def _configuration(tried: Tried | None) -> dict[str, Any] | None:
    if tried is None:
        return None
    waits = tried.trial.latencies.blocking_ms if tried.trial is not None else None
    return {
        "text": str(tried.candidate),
        "strategy": tried.candidate.strategy,
        "per_month": tried.cost,
        "because": list(tried.because),
        "receipt_ms": None if waits is None else dict(waits),
    }


def _finite(value: Any) -> Any:
    """Return a value as JSON has it, which knows no infinity."""
    match value:
        case dict():
            return {str(key): _finite(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_finite(inner) for inner in value]
        case float():
            return value if math.isfinite(value) else None
        case _:
            return value
