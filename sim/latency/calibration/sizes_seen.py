"""What the sizes of an operation's samples allow to be said, and what not."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import ProfileError
from sim.latency.operation_model import MB_BYTES, OperationModel

MINIMUM_OF_A_SIZE: Final = 30
"""Samples on either side of half of the largest size, for the time per MB."""
MINIMUM_LARGE: Final = 100
"""Samples above half of the largest size, for the p99 of the time per MB."""
SMALL_BYTES: Final = 16_384
"""Up to here a body is as good as empty: it fits into about one TCP window (RFC 6928)."""
LARGEST_BYTES: Final = 6_000_000
"""What a profile is asked about: Lambda's largest body."""
_NO_SPREAD: Final = 1.02
"""A base's p99 below so many medians is the end of the search, not a finding."""


class SizesSeen:
    """What the sizes of the samples allow to be said."""

    def __init__(self, operation: str, body_bytes: NDArray[np.float64], inherits: bool) -> None:
        self._operation = operation
        self._inherits = inherits
        self.smallest = int(body_bytes.min(initial=np.inf)) if len(body_bytes) else 0
        self.largest = int(body_bytes.max(initial=0))
        self.large = int(np.count_nonzero(body_bytes > self.largest / 2))
        fewer = min(self.large, len(body_bytes) - self.large)
        self.differ = self.largest > SMALL_BYTES and fewer >= MINIMUM_OF_A_SIZE
        self.give_spread = self.differ and self.large >= MINIMUM_LARGE

    def check(self) -> None:
        """Refuse samples that cannot tell the base from the size term."""
        if self._inherits and not self.differ and self.largest > SMALL_BYTES:
            raise ProfileError(
                f"{self._operation}: sizes from {self.smallest:,} to {self.largest:,} bytes cannot "
                "tell the base from the time per MB.",
                f"Give at least {MINIMUM_OF_A_SIZE} samples of at most half of the largest size, "
                "and as many of larger ones.",
            )

    def notes(self, model: OperationModel) -> Iterator[str]:
        """Yield what must be known about a model's size term."""
        smallest, largest = f"{self.smallest:,}", f"{self.largest:,}"
        if self.differ and not model.ms_per_mb:
            yield f"From {smallest} to {largest} bytes, size makes no difference."
        if self.differ and model.ms_per_mb and not self.give_spread:
            yield (
                f"The spread of the time per MB is inherited: {self.large} samples above half "
                f"of the largest size are fewer than {MINIMUM_LARGE}."
            )
        if not self.differ and model.ms_per_mb:
            yield f"The time per MB is inherited: at most {largest} bytes were seen."
        if not self.differ and not model.ms_per_mb and self.largest > SMALL_BYTES:
            yield f"Whatever bodies of {smallest} to {largest} bytes cost is in the base."
        if model.ms_per_mb and model.p99_ms < _NO_SPREAD * model.median_ms:
            yield "The base hides behind the time per MB: its p99 is not known; add small bodies."
        if model.ms_per_mb and self.largest < LARGEST_BYTES:
            yield (
                f"The largest body seen has {largest} bytes: larger ones, up to "
                f"{LARGEST_BYTES / MB_BYTES:g} MB, are extrapolated."
            )
