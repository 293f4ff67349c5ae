"""The tables of a plan, for the page and the terminal."""

from collections.abc import Sequence
from typing import Final

from bench.duration import duration_text
from bench.plan.alternative_table import alternative_table
from bench.plan.labels import nodes_text, rounded_up, variants
from bench.plan.planner import Disturbance, Plan, StrategyPlan
from bench.plan.search_tables import search_tables
from bench.report.number_format import UNKNOWN, count, dollars, number, percent, strategy_name
from bench.report.tables import Row, Table, rows
from sim.capacity.cache_room import FILLED_TO
from sim.capacity.design import ROLES
from sim.capacity.limits import LimitUse
from sim.capacity.pipeline import names

ASK_FOR_FROM: Final = 0.8
"""A quota is to be raised when so much of it is used at the peak."""

_BLOCKING: Final = ("p50", "p95", "p99", "p99.9")
_COMPLETE: Final = ("p50", "p95", "p99")


def fate_table(plan: Plan) -> Table:
    """Show what became of the messages."""
    shown = list(variants(plan))
    fates = [each.answer.fates for _, each in shown]
    reasons = list(dict.fromkeys(name for each in fates for name in each.refused))
    after = list(dict.fromkeys(name for each in fates for name in each.unfinished_after_receipt))
    cells = [
        ("got a receipt", *(percent(each.acknowledged) for each in fates)),
        *((name, *(percent(each.refused.get(name, 0.0)) for each in fates)) for name in reasons),
        *(
            (
                f"got a receipt, then {name}",
                *(percent(each.unfinished_after_receipt.get(name, 0.0)) for each in fates),
            )
            for name in after
        ),
        ("got a receipt, and lost", *(percent(each.lost) for each in fates)),
        ("sent more than once", *(percent(each.resent) for each in fates)),
        ("waited for a cold start", *(percent(each.cold) for each in fates)),
    ]
    return Table(
        caption=f"What became of {count(fates[0].due)} messages",
        columns=("", *(name for name, _ in shown)),
        rows=rows(cells),
        note=_nodes_note(plan),
    )


def latency_table(plan: Plan) -> Table:
    """Show the waits' percentiles."""
    return Table(
        caption="Waits for the receipt and for the end, ms since a message was due",
        groups=(("", 1), ("receipt", len(_BLOCKING)), ("end", len(_COMPLETE))),
        columns=("", *_BLOCKING, *_COMPLETE),
        rows=rows(
            (
                name,
                *(number(each.answer.latencies.blocking_ms.get(key)) for key in _BLOCKING),
                *(number(each.answer.latencies.complete_ms.get(key)) for key in _COMPLETE),
            )
            for name, each in variants(plan)
        ),
        note="Of messages that got there. The end: archived, indexed and announced."
        " Too few messages beyond a percentile: a dash.",
    )


def limit_table(plan: Plan, name: str, found: StrategyPlan, shown: int | None = None) -> Table:
    """Rank the limits, the most used first.

    Parameters
    ----------
    shown
        How many; None: all.
    """
    uses = ranked_limits(plan, found)
    left = 0 if shown is None else max(0, len(uses) - shown)
    return Table(
        caption=f"Limits at the peak, if all is carried: {name}",
        columns=("limit", "what to do", "used", "of", "", "share"),
        text_columns=2,
        rows=tuple(
            Row(
                (
                    use.name,
                    ("ask AWS: " if use.kind == "account quota" else "") + use.mend,
                    number(use.used),
                    number(use.limit),
                    use.unit,
                    _share(use),
                ),
                "total" if use.grows and use.share >= 1 else "" if use.grows else "muted",
            )
            for use in uses[:shown]
        ),
        note="Sizes of bodies do not grow with the rate."
        + (f" {left} more are less used." if left else ""),
    )


def _share(use: LimitUse) -> str:
    """Write a share of a limit; 100 % only where it is reached."""
    percent_used = 100 * use.share
    return f"{percent_used if use.share >= 1 else min(percent_used, 99.9):,.1f} %"


def ranked_limits(plan: Plan, found: StrategyPlan) -> list[LimitUse]:
    """Return a strategy's limits and the month's quota, the most used first."""
    quota = [plan.month_quota] if plan.month_quota is not None else []
    return sorted([*found.headroom.limits, *quota], key=lambda use: -use.share)


def quota_raises(plan: Plan) -> list[tuple[LimitUse, int]]:
    """Return account quotas that are too small or nearly so, and what to ask for."""
    most: dict[str, LimitUse] = {}
    for each in plan.strategies:
        for use in each.headroom.limits:
            if use.kind == "account quota" and use.share >= ASK_FOR_FROM:
                known = most.get(use.name)
                most[use.name] = use if known is None or use.share > known.share else known
    return [(use, rounded_up(use.used / ASK_FOR_FROM)) for use in most.values()]


def raise_table(plan: Plan) -> Table | None:
    """Show which quotas to raise; None where none is short."""
    asked = quota_raises(plan)
    if not asked:
        return None
    return Table(
        caption="Quota raises to ask for",
        columns=("quota", "where", "now", "used at the peak", "ask for", ""),
        text_columns=2,
        rows=rows(
            (use.name, use.mend, number(use.limit), number(use.used), count(wanted), use.unit)
            for use, wanted in asked
        ),
        note=f"So that a fifth is left. Quotas below {100 * ASK_FOR_FROM:.0f} % are left as they"
        " are.",
    )


def cache_table(plan: Plan) -> Table | None:
    """Show which cache nodes the load fits into."""
    if not plan.caches:
        return None
    cache = plan.request.design.cache
    return Table(
        caption=f"ElastiCache nodes for this load ({cache.engine}, {cache.replicas} "
        f"{'replica' if cache.replicas == 1 else 'replicas'} a shard, copies kept"
        f" {duration_text(cache.time_to_live_s)})",
        columns=("node type", "bound by", "shards", "nodes", "a month"),
        text_columns=2,
        rows=rows(
            (
                each.node_type,
                each.bound_by,
                count(each.shards),
                count(each.nodes),
                dollars(each.per_month),
            )
            for each in plan.caches
        ),
        note=f"Filled to at most {100 * FILLED_TO:.0f} % in memory, baseline network and thread;"
        " the cheapest first. A shorter CACHE_TTL_SECONDS needs less memory.",
    )


def environment_table(plan: Plan) -> Table:
    """Show execution environments by strategy and function."""
    cells = []
    for name, each in variants(plan):
        for role in ROLES:
            function = each.answer.design.function(each.strategy, role)
            pool = each.answer.outcome.pools[names.environments(role)]
            totals = each.answer.outcome.totals[names.environments(role)]
            mean = totals.busy_s / max(each.answer.outcome.ended_s, 1e-9)
            reserved = function.reserved_concurrency
            cells.append(
                (
                    name,
                    role,
                    count(function.memory_mb),
                    count(reserved) if reserved else UNKNOWN,
                    number(mean),
                    count(int(pool.busy_max.max(initial=0))),
                    count(int(pool.alive_max.max(initial=0))),
                    count(totals.cold_starts),
                )
            )
    return Table(
        caption="Execution environments",
        columns=(
            "strategy",
            "function",
            "MB",
            "reserved",
            "busy (mean)",
            "busy (most)",
            "alive (most)",
            "cold starts",
        ),
        text_columns=2,
        rows=rows(cells),
        note="The simulation begins with none alive.",
    )


def recovery_table(plan: Plan, shown: int | None = None) -> Table | None:
    """Show how the path comes back after bursts and outages; None where there was none."""
    cells = []
    for name, each in variants(plan):
        worst = sorted(each.disturbances, key=_badness, reverse=True)
        cells += [(name, *_recovery_cells(disturbance)) for disturbance in worst[:shown]]
    if not cells:
        return None
    return Table(
        caption="After bursts and outages",
        columns=(
            "strategy",
            "what",
            "from",
            "lasts",
            "as before after",
            "slowest 10 s, ms",
            "no receipt",
        ),
        text_columns=2,
        rows=rows(cells),
        note="As before: messages complete within 1.5 times the earlier median, and all get a"
        " receipt.",
    )


def _badness(each: Disturbance) -> float:
    found = each.recovery
    if found is None:
        return 0.0
    return float("inf") if found.recovered_s is None else found.recovered_s


def _recovery_cells(each: Disturbance) -> tuple[str, ...]:
    begin = (each.what, duration_text(each.from_s), duration_text(each.to_s - each.from_s))
    found = each.recovery
    if found is None:
        return (*begin, "too few before", UNKNOWN, UNKNOWN)
    after = (
        "not in this time"
        if found.recovered_s is None
        else (duration_text(found.recovered_s) if found.recovered_s else "at once")
    )
    worst = number(found.worst_ms) if found.worst_ms < float("inf") else UNKNOWN
    return (*begin, after, worst, count(found.not_acknowledged))


def bill_table(plan: Plan) -> Table:
    """Show what a month costs, by component."""
    shown = list(variants(plan))
    amounts = [each.bill.by_component() for _, each in shown]
    components = list(dict.fromkeys(name for each in amounts for name in each))
    cells = [
        Row((name, *(dollars(each[name]) if name in each else UNKNOWN for each in amounts)))
        for name in components
    ]
    total = Row(("total", *(dollars(each.bill.total) for _, each in shown)), "total")
    return Table(
        caption=f"Month {plan.request.month + 1} if all messages are carried, US dollars",
        columns=("component", *(name for name, _ in shown)),
        rows=(*cells, total),
        note=" ".join(f"{each}." for each in bill_cautions(plan)),
    )


def bill_cautions(plan: Plan) -> list[str]:
    """Return what to know of the prices before believing a bill."""
    found = [f"List prices of {plan.request.prices.region}"]
    if plan.request.prices.region != plan.request.region:
        found.append(
            f"They are not {plan.request.region}'s: read those with `firstwrite prices refresh"
            f" --region {plan.request.region}` and give them with --prices"
        )
    for each in plan.strategies:
        found += [f"{strategy_name(each.strategy)}: {caution}" for caution in each.bill.cautions()]
    merged: dict[str, None] = {}
    for text in found:
        _, _, caution = text.partition(": ")
        same = [other for other in merged if other.partition(": ")[2] == caution and caution]
        if same:
            merged.pop(same[0])
            merged[f"Both: {caution}"] = None
        else:
            merged[text] = None
    return list(merged)


def left_out_of_bill(plan: Plan) -> list[str]:
    """Return what no bill here has, each once."""
    return list(dict.fromkeys(text for each in plan.strategies for text in each.bill.left_out))


def check_table(plan: Plan) -> Table | None:
    """Show where simulation and formulas disagree; None where they do not."""
    cells = [
        (name, check.what, check.law, number(check.formula), number(check.simulated), check.unit)
        for name, each in variants(plan)
        for check in each.answer.disagreements
    ]
    if not cells:
        return None
    return Table(
        caption="Where the simulation and a formula disagree",
        columns=("strategy", "what", "law", "formula", "simulated", "unit"),
        text_columns=3,
        rows=rows(cells),
        note="Formulas for waits suppose a steady rate: bursts and outages part the two.",
    )


def check_sentence(plan: Plan) -> str:
    """Say how many checks against formulas agreed."""
    checks = [check for _, each in variants(plan) for check in each.answer.checks]
    agreed = sum(check.agrees for check in checks)
    laws = ", ".join(sorted({check.law for check in checks}))
    return f"{agreed} of {len(checks)} checks of the simulation against formulas agree ({laws})."


def plan_tables(plan: Plan, *, narrow: bool) -> Sequence[Table]:
    """Return the tables in the order in which they are read.

    Parameters
    ----------
    narrow
        Leave out rows that decide nothing: for a terminal.
    """
    found = [
        fate_table(plan),
        latency_table(plan),
        *(limit_table(plan, name, each, 7 if narrow else None) for name, each in variants(plan)),
        raise_table(plan),
        cache_table(plan),
        environment_table(plan),
        recovery_table(plan, 3 if narrow else None),
        bill_table(plan),
        alternative_table(plan.alternatives) if plan.alternatives else None,
        *(search_tables(plan.found) if plan.found is not None else ()),
        check_table(plan),
    ]
    return [each for each in found if each is not None]


def _nodes_note(plan: Plan) -> str:
    if plan.better_cache is None:
        return ""
    return (
        f"Redis-first: {nodes_text(plan.of('redis-first'))}."
        f" Larger cache: {nodes_text(plan.better_cache)}."
    )
