"""Service level objectives: what was asked for, what each strategy had, and what is missed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.report.generator_marks import parts_of
from bench.report.number_format import UNKNOWN, milliseconds, number, strategy_name
from bench.report.tables import Row, Table


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """One strategy under one objective in one part of a run.

    Attributes
    ----------
    profile
        Of the part.
    percentile
        Such as ``p95``, of the wait for the receipt.
    limit_ms
        What it may be at most.
    strategy
        Whose.
    measured_ms
        None from too few requests, and where requests without a receipt reach the percentile.
    met
        None from too few requests.
    """

    profile: str
    percentile: str
    limit_ms: float
    strategy: str
    measured_ms: float | None
    met: bool | None

    @property
    def judgement(self) -> str:
        """What came of it, in a word or three."""
        return "too few requests" if self.met is None else "kept" if self.met else "missed"

    @property
    def measured(self) -> str:
        """The measured value as text."""
        if self.met is not None and self.measured_ms is None:
            return "no receipt"
        return number(self.measured_ms)


def objective_results(run: Mapping[str, Any]) -> tuple[ObjectiveResult, ...]:
    """Read the objectives' results from the content of run.json, parts in its order."""
    return tuple(
        ObjectiveResult(
            profile=profile,
            percentile=key.removesuffix("_ms"),
            limit_ms=float(fact["limit_ms"]),
            strategy=strategy,
            measured_ms=of_it["measured_ms"],
            met=of_it["met"],
        )
        for profile, part in parts_of(run).items()
        for key, fact in (part.get("slo") or {}).items()
        for strategy, of_it in fact.items()
        if isinstance(of_it, Mapping)
    )


def objective_table(run: Mapping[str, Any]) -> Table | None:
    """Show each objective with each strategy's value, or None where the scenario sets none."""
    found = objective_results(run)
    if not found:
        return None
    return Table(
        caption="Service level objectives: the wait for the receipt, ms",
        columns=("profile", "objective", "strategy", "judgement", "limit", "measured"),
        text_columns=4,
        rows=tuple(
            Row(
                (
                    each.profile,
                    f"{each.percentile} at most {milliseconds(each.limit_ms)}",
                    strategy_name(each.strategy),
                    each.judgement,
                    number(each.limit_ms),
                    each.measured,
                ),
                "total" if each.met is False else "",
            )
            for each in found
        ),
        note=(
            "Of all measured requests, whatever their size and cold starts included. One without "
            "a receipt waits for ever: where more go without than the percentile leaves out, it "
            f"is missed and its value is no receipt. {UNKNOWN}: too few requests to have it."
        ),
    )


def objective_sentences(run: Mapping[str, Any], profile: str) -> tuple[str, ...]:
    """Say which objectives are missed under a profile, or that all are kept; nothing without any.

    Parameters
    ----------
    run
        The content of run.json.
    profile
        Of the part that the answer is from.
    """
    found = [each for each in objective_results(run) if each.profile == profile]
    if not found:
        return ()
    missed = [each for each in found if each.met is False]
    unknown = [each for each in found if each.met is None]
    told = []
    if missed:
        told.append(f"Missed service level objectives: {'; '.join(map(_missed, missed))}.")
    if unknown:
        named = ", ".join(
            f"{each.percentile} of {strategy_name(each.strategy)}" for each in unknown
        )
        told.append(f"Too few requests to judge the service level objectives {named}.")
    return tuple(told) or ("Both strategies keep every service level objective.",)


def _missed(each: ObjectiveResult) -> str:
    had = (
        "too many requests got no receipt"
        if each.measured_ms is None
        else (f"it is {milliseconds(each.measured_ms)}")
    )
    return (
        f"{each.percentile} of {strategy_name(each.strategy)} at most "
        f"{milliseconds(each.limit_ms)} ({had})"
    )
