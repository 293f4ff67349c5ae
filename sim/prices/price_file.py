"""Prices as TOML files: the dated snapshot that comes along, and those that users write.

region = "eu-central-1"            # of all prices here; by default the snapshot's
date = "2026-12-01"                # when they were read; by default when the file was changed

[prices]                           # only those that differ
lambda_request = 0.19
"elasticache_node_hour_redis_oss/cache.r7g.large" = 0.2
api_gateway_rest = { tiers = [[333e6, 3.7], [inf, 3.0]], source = "our offer" }

What a price is for, its unit, is the snapshot's and cannot be changed; an amount in it may be said
again to be sure. A tier is [where it ends, price].
"""

import json
import math
import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from sim.errors import PriceError
from sim.prices.price import CONFIDENCES, Price, Tier
from sim.prices.price_list import PriceList, Rule, unknown
from sim.toml_file import CheckedTable, read_document

SNAPSHOT: Final = Path(__file__).parent / "us-east-1.toml"
_PRICE_KEYS: Final = ("price", "tiers", "unit", "per", "region", "date", "confidence", "source")


def read_prices(path: Path | None = None) -> PriceList:
    """Return the snapshot, or the snapshot with the prices of a file of the user's.

    Raises
    ------
    PriceError
        Naming the file, the key, its value's problem and the mend.
    """
    document = CheckedTable(
        read_document(SNAPSHOT, PriceError.saying), SNAPSHOT.name, PriceError.saying
    )
    snapshot = PriceList(
        region=document.text("region"),
        prices={
            name: _said(name, table, document.text("region"))
            for name, table in document.table("prices").tables()
        },
        rules={family: _rule(family, each) for family, each in document.table("rules").tables()},
    )
    return snapshot if path is None else _with_file(snapshot, path)


def write_prices(path: Path, region: str, prices: Iterable[Price]) -> None:
    """Write a file that `read_prices` takes; whole, or not at all.

    Raises
    ------
    PriceError
        If it cannot be written.
    """
    lines = [f"region = {_quoted(region)}", f"date = {_quoted(_today())}", ""]
    for price in prices:
        lines.append(f"[prices.{_quoted(price.name)}]")
        lines.append(f"unit = {_quoted(price.unit)}")
        lines.append(f"per = {price.per!r}")
        tiers = ", ".join(f"[{tier.up_to!r}, {tier.price!r}]" for tier in price.tiers)
        lines.append(f"tiers = [{tiers}]")
        lines.extend(
            f"{key} = {_quoted(getattr(price, key))}"
            for key in ("region", "date", "confidence", "source")
        )
        lines.append("")
    try:
        _write_whole(path, "\n".join(lines))
    except OSError as error:
        raise PriceError(
            f"{path.name} cannot be written ({error.strerror}).", "Give another --output."
        ) from error


def _with_file(snapshot: PriceList, path: Path) -> PriceList:
    table = CheckedTable(read_document(path, PriceError.saying), path.name, PriceError.saying)
    table.only("region", "date", "currency", "prices")
    table.choice("currency", ("USD",), "USD")
    region = table.text("region", snapshot.region)
    read_on = _date(table, _changed_on(path))
    given = table.table("prices")
    found = {}
    for name, value in given.content.items():
        if name not in snapshot.names():
            raise unknown(name, snapshot.names(), f"{path.name}: ")
        entry = given.table(name) if isinstance(value, dict) else _short(given, name)
        found[name] = _override(snapshot.price(name), entry, region, read_on)
    return snapshot.changed(found, region)


def _short(prices: CheckedTable, name: str) -> CheckedTable:
    content = {"price": prices.number(name)}
    return CheckedTable(content, prices.file, prices.refuse, f"{prices.path}.{name}")


def _override(known: Price, table: CheckedTable, region: str, read_on: str) -> Price:
    table.only(*_PRICE_KEYS)
    if table.text("unit", known.unit) != known.unit:
        raise table.error("unit", f'is another than the snapshot\'s; write "{known.unit}"')
    per = table.number("per", known.per)
    if per != known.per:
        raise table.error("per", f"is {per:g}; write the price of {known.unit_text()}")
    tiers = _tiers(table)
    if not tiers:
        raise table.error("price", "is missing; write a price, or tiers")
    return Price(
        name=known.name,
        unit=known.unit,
        per=known.per,
        tiers=tiers,
        region=table.text("region", region),
        date=_date(table, read_on),
        confidence=table.choice("confidence", tuple(CONFIDENCES), "user"),
        source=table.text("source", table.file),
    )


def _said(name: str, table: CheckedTable, region: str) -> Price:
    table.only(*_PRICE_KEYS)
    return Price(
        name=name,
        unit=table.text("unit"),
        per=table.number("per", 1.0, least=1.0),
        tiers=_tiers(table),
        region=table.text("region", region),
        date=_date(table, None),
        confidence=table.choice("confidence", tuple(CONFIDENCES)),
        source=table.text("source"),
    )


def _rule(family: str, table: CheckedTable) -> Rule:
    table.only("of", "factor", "date", "source")
    return Rule(
        family=family,
        of=table.text("of"),
        factor=table.number("factor"),
        date=_date(table, None),
        source=table.text("source"),
    )


def _tiers(table: CheckedTable) -> tuple[Tier, ...]:
    if "tiers" not in table.content:
        return (Tier(math.inf, table.number("price")),) if "price" in table.content else ()
    if "price" in table.content:
        raise table.error("tiers", "stands beside a price; keep one of them")
    given = table.content["tiers"]
    if not isinstance(given, list) or not all(map(_is_tier, given)):
        raise table.error("tiers", f"is {given!r}; write a list of [where it ends, price >= 0]")
    tiers = tuple(Tier(float(end), float(price)) for end, price in given)
    ends = [0.0, *(tier.up_to for tier in tiers)]
    if any(after <= before for before, after in pairwise(ends)):
        raise table.error("tiers", "end in another order; write ends that rise from 0")
    if tiers and tiers[-1].up_to != math.inf:
        raise table.error("tiers", "do not end at inf; let the last be [inf, price]")
    return tiers


def _is_tier(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(each, int | float) and not isinstance(each, bool) for each in value)
        and not math.isnan(value[0])
        and 0 <= value[1] < math.inf
    )


def _date(table: CheckedTable, default: str | None) -> str:
    given = table.content.get("date", default)
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError as error:
        raise table.error("date", f'is {given!r}; write as in "2026-12-31"') from error


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but TOML wants one more.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _changed_on(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _write_whole(path: Path, text: str) -> None:
    handle, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        # mkstemp's file is its maker's alone; a price list is no secret.
        Path(partial).chmod(0o644)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
