"""Reads a product of AWS's price list: the JSON documents that `GetProducts` returns.

Source of their form: AWS Billing User Guide, "Reading the service price list file", and the example
of `aws pricing get-products`.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

from sim.prices.price import Tier


class ProductDocumentError(ValueError):
    """A document has not the form that AWS documents."""


@dataclass(frozen=True, slots=True)
class ProductDocument:
    """One product: its key, its usage type, when it was published, and its on-demand tiers."""

    sku: str
    usage_type: str
    published: str
    tiers: tuple[Tier, ...]


def read_product(text: str, per: float, *, keeps_zero_tier: bool = False) -> ProductDocument:
    """Return the product of a document.

    Parameters
    ----------
    per
        Prices are given for so many of AWS's units.
    keeps_zero_tier
        Otherwise a first tier at price 0, before one that costs, is taken for a free tier: it is
        left out, and the tier behind it begins at 0.

    Raises
    ------
    ProductDocumentError
        Naming what is missing or wrong.
    """
    try:
        document: dict[str, Any] = json.loads(text)
        product = document["product"]
        terms = list(document["terms"].get("OnDemand", {}).values())
        # One is usual. Of several, what is in force is the one that begins last.
        term = max(terms, key=lambda each: str(each.get("effectiveDate", "")), default=None)
        dimensions = list(term["priceDimensions"].values()) if term else []
        return ProductDocument(
            sku=product["sku"],
            usage_type=product["attributes"].get("usagetype", ""),
            published=str(document.get("publicationDate", "")),
            tiers=_tiers(dimensions, per, keeps_zero_tier),
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ProductDocumentError(f"a product has another form than documented: {error!r}") from (
            error
        )


def _tiers(dimensions: list[dict[str, Any]], per: float, keeps_zero_tier: bool) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    for each in sorted(dimensions, key=lambda each: _number(each["beginRange"])):
        begin, end = _number(each["beginRange"]), _number(each["endRange"])
        if begin != (tiers[-1].up_to if tiers else 0.0) or end <= begin:
            raise ProductDocumentError(
                f"its tiers do not follow each other: one is from {begin:g} to {end:g}"
            )
        price = _number(each["pricePerUnit"]["USD"]) * per
        tiers.append(Tier(end, float(f"{price:.12g}")))
    if tiers and tiers[-1].up_to != math.inf:
        raise ProductDocumentError(f"its last tier ends at {tiers[-1].up_to:g}")
    if len(tiers) > 1 and not tiers[0].price and not keeps_zero_tier:
        tiers = tiers[1:]
    return tuple(tiers)


def _number(text: Any) -> float:
    try:
        return math.inf if str(text) == "Inf" else float(text)
    except ValueError as error:
        raise ProductDocumentError(f"{text!r} is no number") from error
