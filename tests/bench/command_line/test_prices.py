"""`firstwrite prices show`: each price with its unit, Region, date and confidence."""

from pathlib import Path

import pytest

from sim.prices import CONFIDENCES, read_prices
from tests.bench.command_line.in_process import firstwrite

WIDE = {"COLUMNS": "200"}


def test_show_has_every_price_and_says_what_its_confidence_means(tmp_path: Path) -> None:
    result = firstwrite(tmp_path, WIDE, "prices", "show")
    assert result.code == 0
    for name in read_prices().names():
        assert name in result.stdout
    assert f"recalled: {CONFIDENCES['recalled']}." in result.stdout
    assert "no price" in result.stdout


def test_show_takes_a_part_of_a_name_and_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('region = "eu-west-1"\ndate = "2026-12-01"\n[prices]\nlambda_request = 0.19\n')
    result = firstwrite(tmp_path, WIDE, "prices", "show", "lambda_request", "--prices", path.name)
    (row,) = [line for line in result.stdout.splitlines() if line.startswith("lambda_request")]
    assert row.split()[1:] == ["1M", "requests", "0.19", "eu-west-1", "user"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "nothing-like-it"], "no price has nothing-like-it in its name"),
        (["show", "--prices", "none.toml"], "none.toml cannot be read"),
        (["refresh", "--output", "prices.json"], "give a .toml file"),
        (["refresh", "--output", "no-such-folder/prices.toml"], "in a folder that is there"),
    ],
)
def test_bad_options_are_named(tmp_path: Path, arguments: list[str], message: str) -> None:
    result = firstwrite(tmp_path, WIDE, "prices", *arguments)
    assert result.code == 2
    assert message in result.stderr
