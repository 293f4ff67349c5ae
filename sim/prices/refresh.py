"""Reads prices anew from AWS's Price List API (`GetProducts`).

The API answers in us-east-1, eu-central-1 and ap-south-1 alone, for all Regions (AWS Billing User
Guide, "AWS Price List Query API"); another endpoint is set by `AWS_ENDPOINT_URL_PRICING`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sim.errors import PriceError
from sim.prices.catalogue import Product, product_of
from sim.prices.price import Price
from sim.prices.price_list import PriceList
from sim.prices.product_document import ProductDocument, ProductDocumentError, read_product

ENDPOINT_REGIONS: Final = ("us-east-1", "eu-central-1", "ap-south-1")
_ATTEMPTS: Final = 8
"""Of each call, by the SDK, with its own back-off: GetProducts is throttled."""

Progress = Callable[[int, int, str], None]
"""Takes how many prices are done, of how many, and which one is asked for."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh brought.

    Parameters
    ----------
    prices
        The whole list, for the Region that was asked for.
    read
        Names of the prices that AWS returned.
    kept
        Names of the others to the reason; they are what they were, of the Region that they were of.
    """

    prices: PriceList
    read: tuple[str, ...]
    kept: dict[str, str]


def refresh(
    prices: PriceList,
    region: str,
    *,
    keep: Collection[str] = (),
    progress: Progress = lambda *_: None,
) -> Refreshed:
    """Return the list with what AWS says now.

    Parameters
    ----------
    keep
        Names that are not asked for.

    Raises
    ------
    PriceError
        If there are no credentials, AWS refuses or cannot be reached, several products that differ
        in price match (it names the prices that they are for), or AWS returns none at all.
    """
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    for name in keep:
        prices.price(name)
    names = prices.names()
    read: dict[str, Price] = {}
    kept: dict[str, str] = {}
    ambiguous: list[str] = []
    try:
        client = _client(region)
        for done, name in enumerate(names):
            progress(done, len(names), name)
            product = product_of(name)
            if name in keep or product is None:
                kept[name] = "not asked for" if name in keep else "not known where AWS lists it"
                continue
            known = prices.price(name)
            found = _ask(client, product, region, known)
            if not found:
                kept[name] = f"AWS returned none for {region}"
            elif len({document.tiers for document in found}) > 1:
                ambiguous.append(f"{name} ({', '.join(sorted(each.sku for each in found))})")
            else:
                read[name] = _price(known, found[0], product, region)
    except NoCredentialsError as error:
        raise PriceError(
            "AWS's Price List API needs credentials, and there are none.",
            "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; the permission is"
            " pricing:GetProducts.",
        ) from error
    except ClientError as error:
        said = error.response.get("Error", {})
        raise PriceError(
            f"AWS's Price List API refuses: {said.get('Code')}: {said.get('Message')}.",
            "The credentials need the permission pricing:GetProducts.",
        ) from error
    except BotoCoreError as error:
        raise PriceError(
            f"AWS's Price List API cannot be asked: {error}.",
            "Check the network, the profile and AWS_ENDPOINT_URL_PRICING.",
        ) from error
    progress(len(names), len(names), "")
    _check(read, ambiguous, region)
    return Refreshed(prices.changed(read, region), tuple(read), kept)


def _check(read: dict[str, Price], ambiguous: list[str], region: str) -> None:
    if ambiguous:
        raise PriceError(
            f"Several products with other prices match: {'; '.join(ambiguous)}.",
            "Leave these out with --keep NAME, and give their prices by hand.",
        )
    if not read:
        raise PriceError(
            f"AWS returned no price at all for {region}.", "Is that a Region? Give its code."
        )


def _client(region: str) -> Any:
    import boto3
    from botocore.config import Config

    endpoint_region = region if region in ENDPOINT_REGIONS else ENDPOINT_REGIONS[0]
    retries = {"mode": "standard", "max_attempts": _ATTEMPTS}
    # A session of its own: the default one keeps credentials that may have been renewed since.
    session = boto3.session.Session(region_name=endpoint_region)
    return session.client("pricing", config=Config(retries=retries))


def _ask(client: Any, product: Product, region: str, known: Price) -> list[ProductDocument]:
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=product.service, Filters=product.filters(region), FormatVersion="aws_v1"
    )
    try:
        found = [
            read_product(text, known.per, keeps_zero_tier=product.keeps_zero_tier)
            for page in pages
            for text in page["PriceList"]
        ]
    except ProductDocumentError as error:
        raise PriceError(
            f"The product of {known.name} cannot be read: {error}.",
            f"Leave it out with --keep {known.name}, and give its price by hand.",
        ) from error
    return [each for each in found if each.tiers and product.has_usage_type(each.usage_type)]


def _price(known: Price, found: ProductDocument, product: Product, region: str) -> Price:
    published = f", published {found.published[:10]}" if found.published else ""
    return Price(
        name=known.name,
        unit=known.unit,
        per=known.per,
        tiers=found.tiers,
        region=region,
        date=datetime.now(UTC).date().isoformat(),
        confidence="price-list",
        source=f"AWS price list, {product.service}, SKU {found.sku}{published}",
    )
