"""`firstwrite prices`."""

from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.text_output import plain
from bench.errors import MendableError
from sim.prices import CONFIDENCES, Price, Refreshed, read_prices, refresh, write_prices


def run_show(file: Path | None, part: str, output: Console) -> int:
    """Print the prices with `part` in their name; return the exit code."""
    listed = read_prices(file)
    found = [listed.price(name) for name in listed.names() if part in name]
    if not found:
        raise MendableError(f"no price has {part} in its name; leave it out to see all")
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("price of", overflow="fold")
    table.add_column("for", overflow="fold")
    table.add_column("US dollars, to", no_wrap=True)
    table.add_column("Region,\nread on", no_wrap=True)
    table.add_column("confidence", no_wrap=True)
    for price in found:
        table.add_row(
            escape(price.name),
            price.unit_text(),
            price.price_text(),
            f"{price.region}\n{price.date}",
            price.confidence if price.is_known else "",
        )
    output.print(table)
    used = {price.confidence for price in found if price.is_known}
    for confidence, meaning in CONFIDENCES.items():
        if confidence in used:
            plain(f"{confidence}: {meaning}.", output)
    plain("On demand, without tax and free tiers. Where each is from, the file says.", output)
    return 0


def run_refresh(
    region: str,
    path: Path,
    file: Path | None,
    keep: Sequence[str],
    output: Console,
    errors: Console,
) -> int:
    """Read the prices of a Region and write them; return the exit code."""
    if path.suffix != ".toml" or not path.parent.is_dir():
        raise MendableError(
            f"--output {path} cannot be written: give a .toml file in a folder that is there"
        )
    before = read_prices(file)
    with ProgressDisplay(errors) as display:
        display.phase(f"prices of {region}")

        def progress(done: int, total: int, name: str) -> None:
            display.advance(done, total)
            display.detail(name)

        found = refresh(before, region, keep=keep, progress=progress)
    known = [found.prices.price(name) for name in found.prices.prices]
    write_prices(path, region, [price for price in known if price.is_known])
    _print_changes(found, {name: before.price(name) for name in found.read}, output)
    if found.kept:
        plain(f"Not refreshed, and kept as they were ({len(found.kept)}):", output)
        for name, reason in found.kept.items():
            price = found.prices.price(name)
            of = f"{price.region}, {price.date}" if price.is_known else "no price"
            plain(f"  {name}: {reason} ({of})", output)
    plain(f"Read {len(found.read)} prices of {region}. Written: {path}", output)
    return 0


def _print_changes(found: Refreshed, before: dict[str, Price], output: Console) -> None:
    table = Table("changed", "for")
    for column in ("was", "is"):
        table.add_column(column, justify="right", overflow="fold")
    for name in found.read:
        price = found.prices.price(name)
        if price.price_text() != before[name].price_text():
            row = (price.unit_text(), before[name].price_text(), price.price_text())
            table.add_row(escape(name), *row)
    if table.row_count:
        output.print(table)
