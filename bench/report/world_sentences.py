"""Whether the answer holds, and from where on it matters, in sentences."""

from collections.abc import Iterable

from bench.report.number_format import interval, milliseconds, number, percent, strategy_name
from bench.report.tables import size_label
from bench.statistics import BreakEven, ConditionCrossover, RunFigures, VariantDifference
from bench.statistics.condition_crossover import MATTERS_SHARE


def world_sentences(figures: RunFigures) -> tuple[str, ...]:
    """Say how the answer changes in other worlds; nothing for a raw run."""
    if figures.robustness is None or not figures.robustness.differences:
        return ()
    return (
        _other_profiles(figures),
        _where_it_matters(figures),
        _changes(figures),
    )


def _of_kind(figures: RunFigures, *kinds: str) -> list[VariantDifference]:
    found = figures.robustness
    return [each for each in found.differences if each.kind in kinds] if found else []


def _other_profiles(figures: RunFigures) -> str:
    by_name: dict[str, list[VariantDifference]] = {}
    for each in _of_kind(figures, "profile"):
        by_name.setdefault(each.name, []).append(each)
    told = [f"{_span(_leads(found))} under {name}" for name, found in by_name.items()]
    own = _leads(_of_kind(figures, "as measured"))
    over = " over the body sizes" if len(own) > 1 else ""
    return (
        f"That difference is {_span(own)}{over} as measured"
        + "".join(f", {each}" for each in told)
        + "."
    )


def _span(values: list[float]) -> str:
    low, high = milliseconds(min(values)), milliseconds(max(values))
    return low if low == high else f"{low} to {high}"


def _leads(found: Iterable[VariantDifference]) -> list[float]:
    return [each.difference.difference_ms for each in found]


def _where_it_matters(figures: RunFigures) -> str:
    measured = _of_kind(figures, "as measured")
    where = [each for each in measured if each.matters]
    limit = f"{MATTERS_SHARE * 100:g} %"
    if not where and not any(each.difference.resolvable for each in measured):
        return (
            f"Whether the choice makes {limit} of the wait at any body size, this run cannot tell: "
            "run more rounds."
        )
    if not where:
        return (
            f"At no body size of this run does the choice make {limit} of the wait: decide by cost "
            "and operation."
        )
    sizes = [size_label(figures.answer, each.difference.size) for each in where]
    at = "at every body size" if len(where) == len(measured) else f"at {', '.join(sizes)} alone"
    largest = where[-1]
    even = _break_even(figures, largest.difference.size)
    return (
        f"The choice matters ({limit} of the wait or more) {at}: {percent(largest.share)} at "
        f"{sizes[-1]}.{_limits(figures, even, sizes[-1])}"
    )


def _break_even(figures: RunFigures, size: str) -> BreakEven | None:
    found = figures.robustness
    return next((each for each in found.break_even if each.size == size), None) if found else None


def _limits(figures: RunFigures, even: BreakEven | None, label: str) -> str:
    if even is None:
        return ""
    text = ""
    if even.uplink_mbit_per_s is not None:
        text += (
            f" At {label} it stops to matter for senders whose uplink is below "
            f"{number(even.uplink_mbit_per_s)} Mbit/s{_reach(figures, 'uplink', 'matters', even)}."
        )
    if even.even_rate_per_s is not None:
        text += (
            f" From {number(even.even_rate_per_s)} messages/s of that size"
            f"{_reach(figures, 'rate', 'sooner', even)} on, one cache node's network takes "
            f"Redis-first's lead at the p50 away{_at_the_tail(figures, even)}."
        )
    return text


def _at_the_tail(figures: RunFigures, even: BreakEven) -> str:
    """Say the same of the p99, or why it cannot be said; nothing of a run before it was asked."""
    found = _crossover(figures, "rate", "sooner", even.size, "p99")
    if found is None:
        return ""
    if found.at is not None:
        spread = f" ({_confidence(figures)} {interval(found.interval)})" if found.interval else ""
        return f"; that at the p99 from {number(found.at)}{spread} on"
    if found.below is not None:
        return f"; at the p99 {strategy_name(found.below)} is sooner at any rate"
    return f"; of the p99 that is not resolvable ({found.reason})"


def _reach(figures: RunFigures, axis: str, question: str, even: BreakEven) -> str:
    """Give the interval of such a limit, in brackets; nothing where there is none."""
    found = _crossover(figures, axis, question, even.size, "p50")
    if found is None or found.interval is None:
        return ""
    return f" ({_confidence(figures)} {interval(found.interval)})"


def _crossover(
    figures: RunFigures, axis: str, question: str, size: str, measure: str
) -> ConditionCrossover | None:
    wanted = (axis, question, size, measure)
    crossovers = figures.robustness.crossovers if figures.robustness else ()
    return next(
        (
            each
            for each in crossovers
            if (each.axis, each.question, each.size, each.measure) == wanted
        ),
        None,
    )


def _confidence(figures: RunFigures) -> str:
    return f"{figures.answer.bootstrap.confidence * 100:g} % interval"


def _changes(figures: RunFigures) -> str:
    """Say in which worlds another strategy is better than as measured."""
    measured = {each.difference.size: each for each in _of_kind(figures, "as measured")}
    turned = [
        f"{each.name} ({size_label(figures.answer, each.difference.size)}: "
        f"{strategy_name(each.difference.sooner)})"
        for each in _of_kind(figures, "profile", "slope", "network")
        if each.difference.sooner is not None
        and measured[each.difference.size].difference.sooner is not None
        and each.difference.sooner != measured[each.difference.size].difference.sooner
    ]
    lost = sum(
        each.difference.sooner is None
        and measured[each.difference.size].difference.sooner is not None
        for each in _of_kind(figures, "profile", "slope", "network")
    )
    if turned:
        return f"The answer is not robust: the better strategy changes under {', '.join(turned)}."
    return (
        "The answer is robust: in none of the other profiles, with the Redis, gateway and S3 times "
        "per MB three times as long or as short, and from no network does the better strategy "
        "change"
        + (f"; in {lost} of these comparisons the two cannot be told apart." if lost else ".")
    )
