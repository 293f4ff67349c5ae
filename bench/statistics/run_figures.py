"""All figures of a run: under the profile of its answer, raw beside it, and in other worlds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bench.statistics.calls import EMULATOR_BOUND_SHARE, OperationCalls
from bench.statistics.condition_crossover import MATTERS_SHARE
from bench.statistics.cost import Costs
from bench.statistics.robustness import Robustness
from bench.statistics.summary import Summary, summary_json


@dataclass(frozen=True, slots=True)
class RunFigures:
    """The figures of a run.

    Attributes
    ----------
    answer
        Under the profile that the run is about.
    raw
        What this machine takes with nothing added, floors included; of a raw run the same.
    calls
        What the calls of the answer's part took, by operation and size.
    robustness
        The answer in other worlds; `None` for a raw run, which has no answer for AWS.
    costs
        What messages cost; `None` for a raw run, whose durations are not AWS's, and where no
        durations were reported.
    """

    answer: Summary
    raw: Summary
    calls: tuple[OperationCalls, ...] = ()
    robustness: Robustness | None = None
    costs: Costs | None = None

    @property
    def emulator_bound(self) -> tuple[OperationCalls, ...]:
        """The operations whose figures are the emulators'."""
        return tuple(each for each in self.calls if each.emulator_bound)


def figures_json(figures: RunFigures, verification: Mapping[str, Any]) -> dict[str, Any]:
    """Give the content of ``summary.json``."""
    content = summary_json(figures.answer, verification)
    if figures.raw is not figures.answer:
        content["raw"] = summary_json(figures.raw, verification)
    content["calls"] = [
        {
            **asdict(each),
            "exceeded_share": each.exceeded_share,
            "emulator_bound": each.emulator_bound,
        }
        for each in figures.calls
    ]
    content["rules"] |= {
        "emulator_bound_share": EMULATOR_BOUND_SHARE,
        "matters_share": MATTERS_SHARE,
    }
    if figures.robustness is not None:
        content["other_worlds"] = {
            **asdict(figures.robustness),
            "differences": [
                {
                    "kind": each.kind,
                    "name": each.name,
                    **asdict(each.difference),
                    "share": each.share,
                    "matters": each.matters,
                }
                for each in figures.robustness.differences
            ],
        }
    if figures.costs is not None:
        content["costs"] = asdict(figures.costs)
    return content
