"""Which body sizes a user of the web page sends, and how often each."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from bench.load.errors import PlanError
from bench.load.payloads import SIZES_BYTES


@dataclass(frozen=True, slots=True)
class SizeMix:
    """Sizes with their weights, which need not add up to anything."""

    sizes: tuple[str, ...]
    body_bytes: tuple[int, ...]
    weights: tuple[float, ...]

    @classmethod
    def parse(cls, text: str, largest_bytes: int) -> Self:
        """Read `256 KB=50, 1 MB=35, largest=5`.

        Raises
        ------
        PlanError
            If an entry is not `<size>=<weight>`, a size is unknown or comes twice, a weight is
            negative or not a number, or all are zero.

        Examples
        --------
        >>> SizeMix.parse("256 KB=3, largest=1", 6_000_000).body_bytes
        (262144, 6000000)
        """
        known = {**SIZES_BYTES, "largest": largest_bytes}
        weights: dict[str, float] = {}
        for entry in text.split(","):
            size, _, weight = (part.strip() for part in entry.partition("="))
            try:
                value = float(weight)
            except ValueError:
                value = -1.0
            if size not in known or size in weights or not 0 <= value < float("inf"):
                raise PlanError(
                    f"size mix entry {entry.strip()!r} must be <size>=<weight>, the size one of"
                    f" {', '.join(known)} and once only, the weight a number >= 0"
                )
            weights[size] = value
        if not sum(weights.values()):
            raise PlanError(f"size mix {text!r} needs a weight above 0")
        return cls(
            sizes=tuple(weights),
            body_bytes=tuple(known[size] for size in weights),
            weights=tuple(weights.values()),
        )

    def draw(self, rng: np.random.Generator) -> tuple[str, int]:
        """Return a size and its bytes, by weight."""
        share = np.asarray(self.weights) / sum(self.weights)
        place = int(rng.choice(len(self.sizes), p=share))
        return self.sizes[place], self.body_bytes[place]
