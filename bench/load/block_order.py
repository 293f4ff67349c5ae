"""In which order the blocks of a round come, so that no strategy always has the better time."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

import numpy as np

from bench.load.errors import PlanError
from bench.load.plan import Strategy

Order = Literal["abba", "randomised"]
"""`abba`: A B B A, which takes a steady drift out of the difference; A is Redis-first in even
rounds. `randomised`: complete blocks in seeded random order, which also takes out what recurs
(Fisher, "The Design of Experiments", 1935, chapter IV; for systems Abedi and Brecht, ICPE 2017)."""

ORDERS: Final[tuple[Order, ...]] = get_args(Order)
Blocks = Mapping[Strategy, int]
"""How many blocks of a strategy each round has, for each load."""

ABBA: Final[Blocks] = {"redis-first": 2, "s3-first": 2}


def check_order(order: Order, blocks: Blocks) -> None:
    """Refuse what cannot be put into order.

    Raises
    ------
    PlanError
        If a number is below 0, all are 0, or `abba` is to hold unequal numbers.
    """
    numbers = [blocks.get("redis-first", 0), blocks.get("s3-first", 0)]
    if min(numbers) < 0 or not any(numbers):
        raise PlanError(f"strategies (={dict(blocks)}) need numbers of blocks, one above 0")
    if order == "abba" and numbers[0] != numbers[1]:
        raise PlanError(
            f"order abba needs as many blocks of both strategies, not {numbers[0]} and"
            f" {numbers[1]}: make them equal, or the order randomised"
        )


def strategies_in_order(
    order: Order, blocks: Blocks, round_number: int, rng: np.random.Generator
) -> list[Strategy]:
    """Return the ingesting strategies of one load's blocks within a round."""
    if order == "randomised":
        each: list[Strategy] = ["redis-first"] * blocks.get("redis-first", 0)
        each += ["s3-first"] * blocks.get("s3-first", 0)
        return [each[place] for place in rng.permutation(len(each))]
    pair: list[Strategy] = ["redis-first", "s3-first"]
    in_order: list[Strategy] = []
    for turn in range(blocks.get("redis-first", 0)):
        in_order += pair if (turn + round_number) % 2 == 0 else pair[::-1]
    return in_order


def loads_in_order(
    order: Order, loads: Sequence[str], rng: np.random.Generator
) -> list[tuple[int, str]]:
    """Return the places and labels of loads in the order of one round."""
    placed = list(enumerate(loads))
    if order == "randomised":
        return [placed[place] for place in rng.permutation(len(placed))]
    return placed
