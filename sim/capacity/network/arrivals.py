"""When messages are due, and how large their bodies are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network.field_rules import check_not_negative, check_positive
from sim.errors import NetworkError


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The messages of a simulation.

    Attributes
    ----------
    due_s
        Times in seconds from the start, ascending; shape ``(messages,)``.
    body_bytes
        The size of each body, of the same shape.
    """

    due_s: NDArray[np.float64]
    body_bytes: NDArray[np.uint32]

    def __post_init__(self) -> None:
        if self.due_s.shape != self.body_bytes.shape or self.due_s.ndim != 1:
            raise NetworkError(
                f"Arrivals.due_s is of shape {self.due_s.shape}, body_bytes of "
                f"{self.body_bytes.shape}.",
                "Give one size for each time.",
            )
        if len(self.due_s) == 0:
            return
        if not np.isfinite(self.due_s[-1]) or not self.due_s[0] >= 0:
            raise NetworkError(
                f"Arrivals.due_s goes from {self.due_s[0]} to {self.due_s[-1]}.",
                "Give finite times of at least 0.",
            )
        if not (self.due_s[1:] >= self.due_s[:-1]).all():
            raise NetworkError("Arrivals.due_s does not ascend.", "Sort the times.")


def poisson_s(
    rates: Sequence[tuple[float, float]], until_s: float, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return the times of a Poisson process whose rate is constant piece by piece.

    Parameters
    ----------
    rates
        Pairs of the time from which a rate holds, ascending from 0, and the rate a second.
    until_s
        Where the last rate ends.
    generator
        What the times are drawn from.

    Raises
    ------
    NetworkError
        When a rate is below 0, or the times do not ascend.
    """
    check_positive("until_s", until_s)
    starts = [from_s for from_s, _ in rates]
    if not starts or starts[0] != 0 or any(a >= b for a, b in pairwise([*starts, until_s])):
        raise NetworkError(
            f"The rates begin at {starts} s.", f"Let them ascend from 0 to below {until_s}."
        )
    pieces = []
    for (from_s, rate_per_s), to_s in zip(rates, [*starts[1:], until_s], strict=True):
        check_not_negative("rate_per_s", rate_per_s)
        # Given their number, the times of a Poisson process are uniform.
        times = generator.random(generator.poisson(rate_per_s * (to_s - from_s)))
        times *= to_s - from_s
        times += from_s
        times.sort()
        pieces.append(times)
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
