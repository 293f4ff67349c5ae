"""What a strategy differs from itself by: the least that a difference must exceed to be believed.

Each round has two blocks of each strategy (A B B A). The first and the second are compared as if
they were two strategies (A/A test: Abedi & Brecht, "Conducting repeatable experiments in highly
variable cloud computing environments", ICPE 2017, where usual methods called identical systems up
to 38 % apart). The larger difference of the two strategies is the size's noise floor.

Under a latency profile the two blocks have different luck: each draws its own targets. The
comparison of the strategies does not see that, since both strategies' n-th requests have the same
luck. So the floor must not see it either, or it would be that of a comparison which nobody makes.
Therefore the second block is given the first one's luck before it is compared: in each of its calls
the target that was drawn is replaced by that of the same call of the first block's request at the
same place, which had the same due time and the same kind of payload. What is left is what pairing
leaves: the machine, the emulators where they were slower than a target, timers and queues.

The floor errs on the side of "not resolvable": half a strategy's requests vary by a factor of about
1.4 more than all, and the first block is always the earlier one, while A B B A lets a drift cancel
out of the difference of the strategies. In 500 simulated runs of two strategies that are alike,
3.6 % told them apart at two rounds and 4.6 % at four (4.0 and 6.8 % by the interval alone).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.statistics.calls import GATEWAY
from bench.statistics.percentile import PERCENTILES, percentile
from bench.statistics.samples import STRATEGIES, measured, select, stratum

_SAME_CALL: Final = ["caller", "operation", "occurrence"]


@dataclass(frozen=True, slots=True)
class SelfDifference:
    """One strategy's second blocks less its first ones at a size and a percentile. Times in ms.

    ``pairs`` are the requests of each side; ``second_ms`` is under the luck of the first.
    """

    strategy: str
    size: str
    percentile: str
    pairs: int
    first_ms: float
    second_ms: float
    difference_ms: float


def self_differences(
    samples: pd.DataFrame, calls: pd.DataFrame | None, size: str
) -> tuple[SelfDifference, ...]:
    """Compare each strategy with itself at one size.

    Parameters
    ----------
    samples
        The samples table.
    calls
        The calls table of the same run; None where no targets were drawn. Without it, blocks under
        a profile differ by their luck too, and the floor is higher than it need be.
    size
        The size's name.

    Returns
    -------
    tuple of SelfDifference
        One for each strategy and percentile that both sides have samples enough for; none where no
        round has two blocks of a strategy.
    """
    found = []
    for strategy in STRATEGIES:
        pairs = _pairs(select(samples, strategy, size))
        first_ms = pairs["latency_ms"].to_numpy(np.float64)
        second_ms = pairs["latency_ms_second"].to_numpy(np.float64)
        if calls is not None and "trace_id" in pairs:
            second_ms = second_ms + _change_of_luck_ms(pairs, calls)
        for name, fraction in PERCENTILES.items():
            first, second = (percentile(each, fraction) for each in (first_ms, second_ms))
            if first is not None and second is not None:
                found.append(
                    SelfDifference(strategy, size, name, len(pairs), first, second, second - first)
                )
    return tuple(found)


def noise_floors_ms(found: Iterable[SelfDifference], size: str) -> dict[str, float]:
    """Give the noise floors at one size, in ms, by percentile; none where none is known."""
    floors: dict[str, float] = {}
    for each in found:
        if each.size == size:
            floors[each.percentile] = max(floors.get(each.percentile, 0.0), abs(each.difference_ms))
    return floors


def _pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the warm requests at the same place of a round's two blocks side by side."""
    # Places are counted before cold and failed requests are left out: these have no partner.
    placed = measured(rows).sort_values(["block", "due_s"], kind="stable")
    placed = placed.assign(place=placed.groupby("block").cumcount())
    blocks = placed.drop_duplicates("block")[["round", "block"]]
    turns = blocks.assign(turn=blocks.groupby("round").cumcount()).set_index("block")["turn"]
    placed = stratum(placed.assign(turn=placed["block"].map(turns)), "warm")
    columns = ["round", "place", "latency_ms", *({"trace_id"} & set(placed.columns))]
    first, second = (placed.loc[placed["turn"] == turn, columns] for turn in (0, 1))
    return first.merge(second, on=["round", "place"], suffixes=("", "_second"))


def _change_of_luck_ms(pairs: pd.DataFrame, calls: pd.DataFrame) -> NDArray[np.float64]:
    """Give what each second request would have taken more with the targets of the first.

    As in `bench.statistics.redrawn`: a call takes its target, or what the emulator took if that is
    more. A call that the other request did not make keeps its target.
    """
    waited = calls[calls["source"] == GATEWAY]
    own = waited[["trace", *_SAME_CALL, "target_ms", "emulator_ms"]]
    of_pair = pairs[["trace_id", "trace_id_second"]]
    own = own.merge(of_pair, left_on="trace", right_on="trace_id_second")
    other = waited[["trace", *_SAME_CALL, "target_ms"]].rename(columns={"trace": "trace_id"})
    both = own.merge(other, on=["trace_id", *_SAME_CALL], suffixes=("", "_first"))
    took_ms = both["target_ms"].clip(lower=both["emulator_ms"])
    would_take_ms = both["target_ms_first"].clip(lower=both["emulator_ms"])
    change_ms = (would_take_ms - took_ms).groupby(both["trace"]).sum()
    return pairs["trace_id_second"].map(change_ms).fillna(0.0).to_numpy(np.float64)
