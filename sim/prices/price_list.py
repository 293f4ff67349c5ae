"""The prices of a Region by name; some follow from others by a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from sim.errors import PriceError
from sim.prices.price import Price, Tier

CacheEngine = Literal["redis-oss", "valkey"]
"""What an ElastiCache or MemoryDB node runs."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Each price of a family is another family's, times a factor, where it has none of its own.

    A family is what stands before the `/` of a name, and the node type what stands behind it.
    """

    family: str
    of: str
    factor: float
    date: str
    source: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices by name.

    Parameters
    ----------
    region
        Which the list is for; a price that could not be had there says its own.
    prices
        Those that were said, by name.
    rules
        By the family that they give prices to.
    """

    region: str
    prices: Mapping[str, Price]
    rules: Mapping[str, Rule]

    def names(self) -> list[str]:
        """Return the names of all prices, also those by rule, in the list's order."""
        found = list(self.prices)
        for rule in self.rules.values():
            for name in self.prices:
                family, slash, member = name.partition("/")
                derived = f"{rule.family}/{member}"
                if slash and family == rule.of and derived not in self.prices:
                    found.append(derived)
        return found

    def price(self, name: str) -> Price:
        """Return a price; one without tiers where nobody has said what it costs.

        Raises
        ------
        PriceError
            If the name is unknown; it names the nearest known one.
        """
        said = self.prices.get(name)
        if said is not None and said.is_known:
            return said
        found = self._by_rule(name) or said
        if found is None:
            raise unknown(name, self.names())
        return found

    def node_hour(self, node_type: str, engine: CacheEngine) -> Price:
        """Return the price of an hour of a node: `cache.…` of ElastiCache, `db.…` of MemoryDB.

        Raises
        ------
        PriceError
            If the node type is unknown.
        """
        return self.price(node_hour_name(node_type, engine))

    def changed(self, prices: Mapping[str, Price], region: str | None = None) -> "PriceList":
        """Return the list with some prices replaced or added, and a Region of its own."""
        return replace(self, prices={**self.prices, **prices}, region=region or self.region)

    def _by_rule(self, name: str) -> Price | None:
        family, _, member = name.partition("/")
        rule = self.rules.get(family)
        base = self.prices.get(f"{rule.of}/{member}") if rule else None
        if rule is None or base is None:
            return None
        return replace(
            base,
            name=name,
            tiers=tuple(Tier(tier.up_to, tier.price * rule.factor) for tier in base.tiers),
            source=f"{rule.factor:g} of {base.name} ({rule.source}); {base.source}",
        )


def node_hour_name(node_type: str, engine: CacheEngine) -> str:
    """Return the name of a node-hour's price.

    Examples
    --------
    >>> node_hour_name("cache.r7g.large", "valkey")
    'elasticache_node_hour_valkey/cache.r7g.large'
    """
    service = "memorydb" if node_type.startswith("db.") else "elasticache"
    return f"{service}_node_hour_{engine.replace('-', '_')}/{node_type}"


def unknown(name: str, names: list[str], where: str = "") -> PriceError:
    """Return the refusal of a name that is no price's."""
    near = get_close_matches(name, names, n=1, cutoff=0.4)
    mend = f"Did you mean {near[0]}?" if near else "See `firstwrite prices show`."
    return PriceError(f"{where}there is no price {name}.", mend)
