"""The figures of a run read back from summary.json, without computing them again."""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from bench.statistics.calls import OperationCalls
from bench.statistics.condition_crossover import ConditionCrossover, ConditionCurve
from bench.statistics.cost import Costs
from bench.statistics.crossover import Crossover
from bench.statistics.errors import SummaryReadError
from bench.statistics.latency import Difference, Latency
from bench.statistics.requests import SendLag
from bench.statistics.robustness import BreakEven, Robustness, VariantDifference
from bench.statistics.run_figures import RunFigures
from bench.statistics.summary import Summary

_ADDED_LATER: Final[Mapping[type, Mapping[str, Callable[[Mapping[str, Any]], Any]]]] = {
    Summary: {
        name: lambda _: ()
        for name in (
            "tail_differences",
            "effect_sizes",
            "self_differences",
            "byte_costs",
            "crossovers",
            "transmissions",
            "warm_ups",
            "blocks",
            "tenant_latency",
            "tenant_differences",
        )
    },
    Latency: {
        name: lambda _: None for name in ("p90_interval_ms", "p95_interval_ms", "p99_interval_ms")
    },
    SendLag: {"dropped": lambda _: 0},
    Crossover: {"reason": lambda _: None},
    # Along a condition, only the p50 was compared at first.
    ConditionCurve: {"measure": lambda _: "p50"},
    ConditionCrossover: {"measure": lambda _: "p50", "reason": lambda _: None},
    Difference: {
        "verdict": lambda found: found["sooner"] or "not resolvable",
        "noise_floor_ms": lambda _: None,
        "smallest_detectable_ms": lambda _: None,
    },
}
"""Type → key that the first summaries of this schema did not have → what stands for it, given the
rest. A figure that was not computed is shown as unknown, rather than the run refused."""


def figures_from_json(content: Mapping[str, Any]) -> RunFigures:
    """Return the figures that `figures_json` made *content* of.

    Keys that this version does not know are left out; what an older one did not write is unknown.

    Raises
    ------
    SummaryReadError
        Names the key that is missing or is not what it should be.
    """
    try:
        answer: Summary = _read(Summary, content, "")
        raw = content.get("raw")
        worlds, costs = content.get("other_worlds"), content.get("costs")
        return RunFigures(
            answer=answer,
            raw=answer if raw is None else _read(Summary, raw, "raw"),
            calls=tuple(
                _read(OperationCalls, each, f"calls[{place}]")
                for place, each in enumerate(content.get("calls", ()))
            ),
            robustness=None if worlds is None else _robustness(worlds),
            costs=None if costs is None else _read(Costs, costs, "costs"),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SummaryReadError(
            f"summary.json cannot be read ({type(error).__name__}: {error}): "
            "run `firstwrite bench` again"
        ) from error


def _robustness(content: Mapping[str, Any]) -> Robustness:
    return Robustness(
        cache_node=content["cache_node"],
        cache_bytes_per_s=content["cache_bytes_per_s"],
        # A difference's own keys stand beside those of its world.
        differences=tuple(
            VariantDifference(each["kind"], each["name"], _read(Difference, each, "other_worlds"))
            for each in content["differences"]
        ),
        break_even=tuple(
            _read(BreakEven, each, "other_worlds.break_even") for each in content["break_even"]
        ),
        curves=tuple(
            _read(ConditionCurve, each, "other_worlds.curves") for each in content.get("curves", ())
        ),
        crossovers=tuple(
            _read(ConditionCrossover, each, "other_worlds.crossovers")
            for each in content.get("crossovers", ())
        ),
    )


def _read(kind: Any, value: Any, path: str) -> Any:
    """Make a value of a type of the figures from what JSON has of it."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        later = _ADDED_LATER.get(_class(kind), {})
        made: Any = kind
        return made(
            **{
                each.name: later[each.name](value)
                if each.name in later and each.name not in value
                else _read(hints[each.name], _key(value, each.name, path), f"{path}.{each.name}")
                for each in fields(kind)
            }
        )
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        (given,) = [each for each in get_args(kind) if each is not type(None)]
        return _read(given, value, path)
    if origin is tuple:
        inner = get_args(kind)[0]
        return tuple(_read(inner, each, f"{path}[{n}]") for n, each in enumerate(value))
    if origin is not None and issubclass(_class(origin), Mapping):
        inner = get_args(kind)[1]
        return {key: _read(inner, each, f"{path}.{key}") for key, each in value.items()}
    return value


def _class(origin: Any) -> type:
    """Give a type's class; a `Literal` has none and is what it is."""
    return origin if isinstance(origin, type) else object


def _key(value: Mapping[str, Any], name: str, path: str) -> Any:
    if name not in value:
        raise KeyError(f"{path}.{name}".lstrip("."))
    return value[name]
