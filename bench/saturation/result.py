"""What a saturation search came to: a rate for each strategy, and what bounds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bench.load import Strategy
from bench.saturation.judgement import BUSY_SHARE
from bench.saturation.probe import RateProbe
from bench.saturation.search import Found
from bench.saturation.settings import SaturationSettings

Bound = Literal[
    "load generator", "processors of this machine", "requests dropped", "executions", "latency"
]


@dataclass(frozen=True, slots=True)
class SaturationResult:
    """All probes in the order of time, and where each strategy's search has come to."""

    settings: SaturationSettings
    found: Mapping[Strategy, Found]
    probes: tuple[RateProbe, ...]

    def of(self, strategy: Strategy) -> tuple[RateProbe, ...]:
        """Give the probes of one strategy, the lowest rate first."""
        own = [each for each in self.probes if each.strategy == strategy]
        return tuple(sorted(own, key=lambda each: (each.rate_per_s, each.number)))

    def too_high(self, strategy: Strategy) -> RateProbe | None:
        """Give the probe of the lowest rate that was too high; None if none was."""
        rate = self.found[strategy].too_high_per_s
        return next(
            (
                each
                for each in self.of(strategy)
                if each.rate_per_s == rate
                and each.judgement.answer == self.found[strategy].too_high
            ),
            None,
        )

    def bound(self, strategy: Strategy) -> Bound | None:
        """Name what bounds the strategy's rate; None if no rate was too high."""
        probe = self.too_high(strategy)
        return None if probe is None else bound_of(probe)


def bound_of(probe: RateProbe) -> Bound:
    """Name what a rate that was too high met first.

    Where latency fails and the cores are all busy, they are what bounds it: on machines of its own
    each part would have gone on. Else the objective is missed by the calls' own times.
    """
    if probe.judgement.answer == "generator-bound":
        return "load generator"
    if probe.judgement.answer == "falls behind":
        return "executions"
    if probe.dropped:
        return "requests dropped"
    return "processors of this machine" if probe.cpu_share >= BUSY_SHARE else "latency"


def overall_confidence(found: Found, confidence: float) -> float:
    """Give the chance, at least, that no answer of a search was wrong (of 1; Bonferroni).

    Rates that are far from the highest are hardly ever told wrong, so that it is more in truth.
    """
    return max(0.0, 1 - found.decisions * (1 - confidence))
