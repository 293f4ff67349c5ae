"""How long a step takes: the distributions that a network's steps may draw from.

Draws are made in the kernel, see `kernel.draw`; here stand the parameters and their checks.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from sim.capacity.network.field_rules import check_not_negative, check_positive
from sim.errors import NetworkError
from sim.latency.operation_model import OperationModel


@dataclass(frozen=True, slots=True)
class Constant:
    """The same time always."""

    seconds: float

    def __post_init__(self) -> None:
        check_not_negative("Constant.seconds", self.seconds)


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory, as the service of the M/M queues is."""

    mean_s: float

    def __post_init__(self) -> None:
        check_positive("Exponential.mean_s", self.mean_s)


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """Bytes through a link or a thread: *seconds* and then so many bytes a second."""

    bytes_per_s: float
    seconds: float = 0.0

    def __post_init__(self) -> None:
        check_positive("Bandwidth.bytes_per_s", self.bytes_per_s)
        check_not_negative("Bandwidth.seconds", self.seconds)


@dataclass(frozen=True, slots=True)
class Latency:
    """A call as a latency profile has it: a skewed base, a rare slow tail, and a time per MB.

    See `sim.latency.operation_model.OperationModel`, whose numbers these are. *body_share* is
    how many bytes pass for each byte of the message's body: below 1 for a decoded payload.
    """

    operation: OperationModel
    body_share: float = 1.0

    def __post_init__(self) -> None:
        check_not_negative("Latency.body_share", self.body_share)

    @classmethod
    def of(cls, median_ms: float, p99_ms: float, ms_per_mb: float = 0.0) -> Self:
        """Return a base and a size term that does not vary, without a tail."""
        return cls(OperationModel(median_ms=median_ms, p99_ms=p99_ms, ms_per_mb=ms_per_mb))


@dataclass(frozen=True, slots=True)
class Empirical:
    """Quantiles as they were measured, by body size.

    Between two quantiles and between two sizes the time is interpolated linearly; below the first
    size and above the last one, it is theirs.

    Attributes
    ----------
    body_bytes
        Sizes that were measured, ascending.
    quantiles_ms
        A row a size: times at equally spaced shares from 0 to 1, ascending, as many in each row.
    """

    body_bytes: tuple[int, ...]
    quantiles_ms: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        if not self.body_bytes or len(self.body_bytes) != len(self.quantiles_ms):
            raise NetworkError(
                f"Empirical.quantiles_ms has {len(self.quantiles_ms)} rows for "
                f"{len(self.body_bytes)} sizes.",
                "Give one row a size, and one size at least.",
            )
        if any(low >= high for low, high in pairwise(self.body_bytes)):
            raise NetworkError("Empirical.body_bytes does not ascend.", "Sort the sizes.")
        if len({len(row) for row in self.quantiles_ms}) != 1 or len(self.quantiles_ms[0]) < 2:
            raise NetworkError(
                "Empirical.quantiles_ms has rows of different lengths, or of fewer than 2.",
                "Give each size the same number of quantiles, with the least and the largest.",
            )
        for row in self.quantiles_ms:
            for value in row:
                check_not_negative("Empirical.quantiles_ms", value)
            if any(low > high for low, high in pairwise(row)):
                raise NetworkError("Empirical.quantiles_ms does not ascend.", "Sort each row.")

    @classmethod
    def of_samples(cls, samples_ms: dict[int, list[float]], quantiles: int = 101) -> Self:
        """Return the quantiles of measured times by body size."""
        shares = np.linspace(0, 1, quantiles)
        sizes = tuple(sorted(samples_ms))
        rows = (np.quantile(samples_ms[size], shares) for size in sizes)
        return cls(sizes, tuple(tuple(float(value) for value in row) for row in rows))


ServiceTime = Constant | Exponential | Bandwidth | Latency | Empirical
