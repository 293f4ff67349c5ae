"""What messages cost, as tables, and in a sentence: each strategy's, and where that turns."""

from bench.report.number_format import (
    MINUS,
    UNKNOWN,
    answer_text,
    count,
    dollars,
    fixed,
    number,
    percent,
    strategy_name,
)
from bench.report.number_format import interval as spread
from bench.report.tables import Row, Table, rows, size_label
from bench.statistics import ConditionCrossover, Cost, CostDifference, Costs, Interval, Summary
from bench.statistics.byte_cost import MEGABYTE
from bench.statistics.verdict import Verdict

_AXES = {
    "body size": "body size, MB of 1,000,000 bytes",
    "rate": "rate, messages/s",
    "uplink": "senders' uplink, Mbit/s",
}


def cost_sentence(summary: Summary, costs: Costs | None) -> tuple[str, ...]:
    """Say which strategy is cheaper, and from where on the other; nothing without costs."""
    if costs is None:
        return ()
    chosen = costs.differences[len(costs.differences) // 2]
    redis, s3 = (costs.at(each, chosen.size) for each in ("redis-first", "s3-first"))
    return (
        f"A million messages of {size_label(summary, chosen.size)} cost"
        f" {dollars(redis.per_million)} with Redis-first and {dollars(s3.per_million)} with"
        f" S3-first, at {number(costs.rate_per_s)} messages/s, the run's mean"
        f" ({_apart(summary, chosen)}): {_over_all(costs)} {_prices(costs)}.",
    )


def cost_table(summary: Summary, costs: Costs) -> Table:
    """Show what messages of each size cost under each strategy."""
    return Table(
        caption=f"What messages cost, US dollars, at {number(costs.rate_per_s)} messages/s",
        columns=(
            "body",
            "strategy",
            "ingest function billed, ms",
            "interval",
            "requests",
            "cache shards",
            "a million messages",
            "interval",
            "a month",
            "at prices from memory",
        ),
        text_columns=2,
        rows=rows(_cost_cells(summary, each) for each in costs.costs),
        note=(
            "The rate is the run's mean within its blocks; a month of it, the first, if all "
            "messages are of the size and each is carried. Billed is what the run measured: the "
            "handler, and what the runtime took here, in whole ms; the interval is that of these "
            "durations, and of the cost therefore. All else is the bill of firstwrite plan, with "
            f"as many shards of {costs.node_type} as hold the copies for their time to live: a "
            f"shorter one, or another node type, can be cheaper. List prices of {costs.region}, "
            f"read between {costs.prices_from} and {costs.prices_to}."
        ),
    )


def cost_crossover_table(summary: Summary, costs: Costs) -> Table:
    """Show where the other strategy becomes cheaper, along each axis."""
    return Table(
        caption="From where on the other strategy is cheaper",
        columns=(
            "along",
            "body",
            "answer",
            "cheaper below",
            "cheaper above",
            "changes at",
            f"{summary.bootstrap.confidence * 100:g} % interval",
            "range tried",
        ),
        text_columns=5,
        rows=rows(
            (
                _AXES.get(each.axis, each.axis),
                size_label(summary, each.size) if each.size else "each",
                answer_text(each.answer, each.reason),
                strategy_name(each.below or UNKNOWN),
                strategy_name(each.above or UNKNOWN),
                _place(each, each.at),
                _places(each),
                f"{_place(each, each.least)} to {_place(each, each.most)}",
            )
            for each in costs.crossovers
        ),
        note=(
            "Along the body size at the run's mean rate. The rate ends where AWS's default quotas "
            "of executions, or of nodes in a cluster, do. The senders' uplink moves no bill: API "
            "Gateway has the whole body before it invokes a function."
        ),
    )


def component_table(summary: Summary, costs: Costs) -> Table:
    """Show what a million messages cost by component, S3-first's less Redis-first's beside it."""
    sizes = [each.size for each in costs.differences]
    names = list(dict.fromkeys(name for each in costs.costs for name in each.by_component))
    headings = ("Redis-first", "S3-first")
    return Table(
        caption="A million messages by component, US dollars",
        groups=(("", 1), *((size_label(summary, size), len(headings)) for size in sizes)),
        columns=("component", *(each for _ in sizes for each in headings)),
        rows=(
            *(Row((name, *_component(costs, sizes, name))) for name in names),
            Row(("total", *_totals(costs, sizes)), "total"),
        ),
        note=f"Not in the totals: {'; '.join(costs.left_out)}.",
    )


def cost_difference_table(summary: Summary, costs: Costs) -> Table:
    """Show which strategy is cheaper at each size."""
    return Table(
        caption="S3-first's cost of a million messages less Redis-first's, US dollars",
        columns=("body", "difference", "interval", "cheaper"),
        rows=rows(
            (
                size_label(summary, each.size),
                dollars(each.difference),
                _money_interval(each.difference_interval),
                strategy_name(each.cheaper),
            )
            for each in costs.differences
        ),
        note="The interval is that of the billed durations alone: prices have none.",
    )


def _cost_cells(summary: Summary, each: Cost) -> tuple[str, ...]:
    return (
        size_label(summary, each.size),
        strategy_name(each.strategy),
        number(each.billed_ms),
        spread(each.billed_interval_ms),
        count(each.requests),
        UNKNOWN if each.shards is None else count(each.shards),
        dollars(each.per_million),
        _money_interval(each.per_million_interval),
        dollars(each.month),
        percent(each.recalled_share),
    )


def _component(costs: Costs, sizes: list[str], name: str) -> tuple[str, ...]:
    cells = []
    for size in sizes:
        for strategy in ("redis-first", "s3-first"):
            amount = costs.at(strategy, size).by_component.get(name)
            cells.append(UNKNOWN if amount is None else dollars(amount))
    return tuple(cells)


def _totals(costs: Costs, sizes: list[str]) -> tuple[str, ...]:
    return tuple(
        dollars(costs.at(strategy, size).per_million)
        for size in sizes
        for strategy in ("redis-first", "s3-first")
    )


def _over_all(costs: Costs) -> str:
    """Say who is cheaper over the sizes and the rates, and where that turns."""
    cheaper: set[Verdict] = {each.cheaper for each in costs.differences}
    at_rates = [each for each in costs.crossovers if each.axis == "rate"]
    turns = [each for each in at_rates if each.at is not None]
    told = "which is cheaper depends on the body size"
    if len(cheaper) == 1:
        (who,) = cheaper
        told = (
            "which is cheaper is not resolvable at any body size"
            if who == "not resolvable"
            else f"{strategy_name(who)} is cheaper at every body size"
        )
        same = all(each.below == each.above == who for each in at_rates)
        if same and who != "not resolvable":
            return f"{told}, and at every rate tried, from {number(at_rates[0].least)}/s up."
    if turns:
        first = turns[0]
        told += (
            f", and {strategy_name(first.above or UNKNOWN)} from {number(first.at)} messages/s on "
            f"at {first.size}"
        )
    return f"{told}."


def _apart(summary: Summary, chosen: CostDifference) -> str:
    """Say how far apart they are, as a positive number of dollars."""
    ends = chosen.difference_interval
    apart = f"difference {dollars(abs(chosen.difference))}"
    if ends is None:
        return f"{apart}, too few requests for an interval"
    if chosen.difference < 0:
        ends = Interval(-ends.high, -ends.low)
    confidence = f"{summary.bootstrap.confidence * 100:g} % interval of the durations"
    return f"{apart}, {confidence} {_money_interval(ends)}"


def _prices(costs: Costs) -> str:
    """Say of where and when the prices are, and how many of them nobody has looked up."""
    shares = [each.recalled_share for each in costs.costs]
    return (
        f"List prices of {costs.region}, read between {costs.prices_from} and {costs.prices_to};"
        f" {percent(min(shares))} to {percent(max(shares))} of the totals rest on prices from"
        " memory"
    )


def _money_interval(ends: Interval | None) -> str:
    # Cents, since durations move a bill by no more.
    return UNKNOWN if ends is None else f"{_cents(ends.low)} to {_cents(ends.high)}"


def _cents(amount: float) -> str:
    return f"{MINUS if amount < 0 else ''}${fixed(abs(amount))}"


def _place(each: ConditionCrossover, at: float | None) -> str:
    return number(at / MEGABYTE if at is not None and each.axis == "body size" else at)


def _places(each: ConditionCrossover) -> str:
    ends = each.interval
    return UNKNOWN if ends is None else f"{_place(each, ends.low)} to {_place(each, ends.high)}"
