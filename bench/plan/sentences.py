"""A plan's answer in sentences: what holds, what breaks first, what to change, what it costs."""

from bench.duration import duration_text
from bench.plan.curve import decisive_rate_per_s
from bench.plan.labels import clock_text, nodes_text, rate_text
from bench.plan.month_quota import lasts_s
from bench.plan.planner import Plan, StrategyPlan
from bench.plan.search_tables import search_sentence
from bench.report.number_format import count, dollars, milliseconds, percent, strategy_name
from sim.capacity.pipeline import names

_FIRST_REFUSED = {
    names.CACHE_FULL: "the cache is full after {}",
    names.CACHE_DOWN: "the cache is down from {} on",
    names.OVER_USAGE_PLAN: "the usage plan refuses senders from {} on",
    names.OVER_GATEWAY: "API Gateway refuses senders from {} on",
    names.NO_ENVIRONMENT: "no execution environment is free from {} on",
    names.PUT_REFUSED: "S3 refuses the archive's PUT requests from {} on",
    names.START_REFUSED: "StartExecution is refused from {} on",
}


def answer_sentences(plan: Plan) -> tuple[str, ...]:
    """Say the answer, the most important first."""
    found = [_strategy(plan, each) for each in plan.strategies]
    found += _other_nodes(plan)
    found += _month_quota(plan)
    if plan.found is not None:
        found.append(search_sentence(plan.found))
    found.append(_waits(plan))
    found.append(_cost(plan))
    return tuple(each for each in found if each)


def load_sentence(plan: Plan) -> str:
    """Say what was simulated."""
    arrivals, request = plan.load.arrivals, plan.request
    mean = len(arrivals.due_s) / request.period_s
    return (
        f"{request.workload.name}: {count(len(arrivals.due_s))} messages in"
        f" {duration_text(request.period_s)} from {clock_text(request.start_s)} on,"
        f" {rate_text(mean)} in the mean"
        f" and {rate_text(plan.load.peak_rate_per_s)} in the busiest minute, bodies of"
        f" {arrivals.body_bytes.mean() / 2**20:.2f} MiB in the mean and"
        f" {plan.load.largest_body_bytes / 2**20:.2f} at most;"
        f" {plan.load.messages_per_month / 1e6:,.1f} million messages in month"
        f" {request.month + 1}. Region {request.region}, latency profile"
        f" {request.around.profile.name}, seed {request.seed}."
    )


def _strategy(plan: Plan, found: StrategyPlan) -> str:
    name = strategy_name(found.strategy)
    if found.holds:
        return f"{name} holds. {_first_limit(plan, found)}"
    return f"{name} does not hold: {_what_happens(found)}. {_first_limit(plan, found)}"


def _what_happens(found: StrategyPlan) -> str:
    fates = found.answer.fates
    parts = []
    if found.refused_from_s:
        reason = max(found.refused_from_s, key=lambda each: fates.refused[each])
        from_s = found.refused_from_s[reason]
        parts.append(
            _FIRST_REFUSED.get(reason, f"{reason}, from {{}} on").format(duration_text(from_s))
        )
    if fates.acknowledged < 1:
        parts.append(f"{percent(1 - fates.acknowledged)} of the messages get no receipt")
    if fates.lost:
        parts.append(f"{percent(fates.lost)} have a receipt and are lost")
    elif fates.unfinished_after_receipt:
        share = sum(fates.unfinished_after_receipt.values())
        parts.append(f"{percent(share)} have a receipt and are not archived")
    if not parts:
        reached = next(use for use in found.answer.limits if use.share >= 1)
        parts.append(f"every message gets through, and {reached.name} is at its limit")
    return " and ".join(parts)


def _first_limit(plan: Plan, found: StrategyPlan) -> str:
    first, factor = found.headroom.first, found.headroom.factor
    if first is None or factor is None:
        return ""
    decisive = decisive_rate_per_s(plan.load, first.name)
    where = "in the mean" if first.name == names.CACHE_MEMORY else "in the busiest minute"
    return (
        f"Its first limit is {first.name}, at {rate_text(decisive * factor)} {where}:"
        f" {factor:.2g} times this load."
    )


def _other_nodes(plan: Plan) -> list[str]:
    better = plan.better_cache
    if better is None:
        return []
    result = "it holds" if better.holds else f"it still does not hold: {_what_happens(better)}"
    return [
        f"Redis-first needs {nodes_text(better)} instead of"
        f" {nodes_text(plan.of('redis-first'))} for its cache: with them {result}."
        f" {_first_limit(plan, better)}"
    ]


def _month_quota(plan: Plan) -> list[str]:
    use = plan.month_quota
    if use is None or use.share < 1:
        return []
    return [
        f"Both: one API key may send {use.limit:g} million requests a month (ApiQuota), which this"
        f" load has used up after {duration_text(lasts_s(use))}. It needs"
        f" {use.used:,.0f} million."
    ]


def _waits(plan: Plan) -> str:
    parts = []
    shown = [plan.better_cache or plan.of("redis-first"), plan.of("s3-first")]
    for each in shown:
        waits = each.answer.latencies.blocking_ms
        if "p50" not in waits:
            return ""
        p99 = f" and {milliseconds(waits['p99'])} at p99" if "p99" in waits else ""
        text = f"{milliseconds(waits['p50'])} at p50{p99} with {strategy_name(each.strategy)}"
        if each is plan.better_cache:
            text += " on those nodes"
        elif each.answer.fates.acknowledged < 1:
            text += ", if it gets a receipt"
        parts.append(text)
    return f"A sender waits {'; '.join(parts)}."


def _cost(plan: Plan) -> str:
    cached = plan.better_cache or plan.of("redis-first")
    direct = plan.of("s3-first")
    apart = cached.bill.total - direct.bill.total
    cheaper = "S3-first" if apart > 0 else "Redis-first"
    nodes = " on those nodes" if plan.better_cache is not None else ""
    least = min(cached.bill.total, direct.bill.total)
    share = f" ({abs(apart) / least:.1%})".replace("%", " %") if least else ""
    return (
        f"Month {plan.request.month + 1} costs {dollars(direct.bill.total)} with S3-first and"
        f" {dollars(cached.bill.total)} with Redis-first{nodes}, if all messages are carried:"
        f" {cheaper} is {dollars(abs(apart))}{share} cheaper."
    )
