"""One price: what a unit costs, in tiers, and where the figure is from."""

import math
from dataclasses import dataclass
from typing import Final

CONFIDENCES: Final = {
    "price-list": "read from AWS's Price List API",
    "vendor": "read on a page of AWS's",
    "secondary": "AWS's price list, read through somebody else's text",
    "recalled": "from memory: check it before it decides anything",
    "user": "given in a file of your own",
}
"""How far a price can be trusted, the best first but for the last."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A stretch of a month's quantity that has one price.

    Parameters
    ----------
    up_to
        Where it ends, in units from the month's first; infinity for the last.
    price
        Of `Price.per` units within it.
    """

    up_to: float
    price: float


@dataclass(frozen=True, slots=True)
class Price:
    """What a quantity costs in a month.

    Parameters
    ----------
    unit
        What is counted, in the singular.
    per
        How many units a tier's price is for.
    tiers
        Ascending, the last without end; empty where nobody has said a price yet.
    region, date, source, confidence
        Of the figure. `date` is ISO 8601, when it was read; `confidence` a key of `CONFIDENCES`.
    """

    name: str
    unit: str
    per: float
    tiers: tuple[Tier, ...]
    region: str
    date: str
    confidence: str
    source: str

    @property
    def is_known(self) -> bool:
        """Whether there is a price at all."""
        return bool(self.tiers)

    def amount(self, quantity: float) -> float:
        """Return what `quantity` units of a month cost: each tier's part at the tier's price.

        Raises
        ------
        ValueError
            If the price is not known, or the quantity is below 0 or no number.

        Examples
        --------
        >>> tiers = (Tier(100, 2.0), Tier(math.inf, 1.0))
        >>> Price("p", "request", 10, tiers, "", "", "user", "").amount(150)
        25.0
        """
        if not self.is_known:
            raise ValueError(f"{self.name} has no price; give one")
        if not 0 <= quantity < math.inf:
            raise ValueError(f"quantity (={quantity}) of {self.name} must be >= 0 and finite")
        total, begun = 0.0, 0.0
        for tier in self.tiers:
            total += max(0.0, min(quantity, tier.up_to) - begun) / self.per * tier.price
            begun = tier.up_to
        return total

    def unit_text(self) -> str:
        """Return what the price is for, such as `1K requests`."""
        return self.unit if self.per == 1 else f"{_short(self.per)} {self.unit}s"

    def price_text(self) -> str:
        """Return the price, or a line for each tier: its price, and where it ends."""
        if not self.is_known:
            return "no price"
        ends = [
            "" if tier.up_to == math.inf else f" to {_short(tier.up_to)}" for tier in self.tiers
        ]
        return "\n".join(
            f"{tier.price:.10f}".rstrip("0").rstrip(".") + end
            for tier, end in zip(self.tiers, ends, strict=True)
        )


def _short(number: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "K")):
        if number >= size and number % (size / 1000) == 0:
            return f"{number / size:g}{letter}"
    return f"{number:,.10g}"
