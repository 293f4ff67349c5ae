"""A month's bill: each quantity at its price, and what is left out of it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sim.prices.price import Price
from sim.prices.price_list import PriceList
from sim.prices.usage import Usage

LEFT_OUT: Final = (
    "free tiers: the allowances of new accounts and of each month",
    "tax, support plans, and discounts: Savings Plans, reserved nodes, private offers",
    "encryption keys and their requests, backups, alarms, metrics, traces and the storage of logs",
)
"""What no bill here has, whatever is used."""


@dataclass(frozen=True, slots=True)
class BillLine:
    """One quantity and what it costs.

    Parameters
    ----------
    amount
        In US dollars; None where nobody has said a price. Where other lines count towards the same
        tiers, this line's share by quantity: AWS tiers what an account uses in all.
    """

    component: str
    what: str
    quantity: float
    price: Price
    amount: float | None


@dataclass(frozen=True, slots=True)
class Bill:
    """A month's bill.

    Parameters
    ----------
    region
        Of the price list.
    lines
        Of what is used at all, in the order of the path that a message takes.
    left_out
        What the total does not have, in sentences; one for each line without a price.
    """

    region: str
    lines: tuple[BillLine, ...]
    left_out: tuple[str, ...]

    @property
    def total(self) -> float:
        """US dollars of all lines that have a price."""
        return sum(line.amount for line in self.lines if line.amount is not None)

    def by_component(self) -> dict[str, float]:
        """Return the US dollars of each component, in the order of the lines."""
        found: dict[str, float] = defaultdict(float)
        for line in self.lines:
            found[line.component] += line.amount or 0.0
        return dict(found)

    @property
    def recalled_share(self) -> float:
        """Share of the total that rests on prices from memory."""
        recalled = sum(
            line.amount or 0.0 for line in self.lines if line.price.confidence == "recalled"
        )
        return recalled / self.total if recalled else 0.0

    @property
    def dates(self) -> tuple[str, ...]:
        """When the prices of its lines were read, ISO 8601, the earliest first."""
        return tuple(sorted({each.price.date for each in self.lines if each.amount is not None}))

    def cautions(self) -> list[str]:
        """Return what to know of the prices before believing the total."""
        found = []
        if self.recalled_share:
            found.append(
                f"{self.recalled_share:.0%} of the total rests on prices from memory: read them"
                " with `firstwrite prices refresh`"
            )
        elsewhere = sorted(
            {line.price.name for line in self.lines if line.price.region != self.region}
        )
        if elsewhere:
            found.append(f"not {self.region}'s, but another Region's: {', '.join(elsewhere)}")
        if self.dates:
            found.append(f"prices were read between {self.dates[0]} and {self.dates[-1]}")
        return found


def bill_of(usage: Usage, prices: PriceList) -> Bill:
    """Return the bill of a month.

    Raises
    ------
    sim.errors.PriceError
        If a node type that is used has no entry at all.
    """
    items = [item for item in usage.items() if item.quantity > 0]
    together: dict[str, float] = defaultdict(float)
    for item in items:
        together[item.price_name] += item.quantity
    lines = []
    for item in items:
        price = prices.price(item.price_name)
        total = together[item.price_name]
        amount = price.amount(total) * (item.quantity / total) if price.is_known else None
        lines.append(BillLine(item.component, item.what, item.quantity, price, amount))
    without = [
        f"no price: {line.component}, {line.what} ({line.quantity:,.10g} {line.price.unit}s at"
        f" {line.price.name}); give one with --prices"
        for line in lines
        if line.amount is None
    ]
    return Bill(prices.region, tuple(lines), (*without, *LEFT_OUT))
