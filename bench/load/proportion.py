"""Deals things out by weight, so that their numbers are as close to the weights as whole ones go.

Drawn at random instead, a block of 20 requests would have 4 or 13 of a kind that has a third of the
weight, and two blocks would differ by that and not by what they measure.
"""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

Thing = TypeVar("Thing")


def in_proportion(
    weights: Mapping[Thing, float], count: int, rng: np.random.Generator
) -> list[Thing]:
    """Return `count` keys of `weights` in seeded order.

    Each comes as often as its share of the weights says, but for less than one more or less for
    each other key (smooth weighted round robin, as nginx chooses its servers), then shuffled.

    Raises
    ------
    ValueError
        If no weight is above 0.
    """
    keys = [key for key, weight in weights.items() if weight > 0]
    if not keys:
        raise ValueError("no weight is above 0; give one")
    if len(keys) == 1:
        return keys * count  # without a draw: a load of one size is what it was before mixtures
    total = sum(weights[key] for key in keys)
    standing = [0.0] * len(keys)
    dealt: list[Thing] = []
    for _ in range(count):
        standing = [have + weights[key] for have, key in zip(standing, keys, strict=True)]
        place = max(range(len(keys)), key=standing.__getitem__)
        standing[place] -= total
        dealt.append(keys[place])
    return [dealt[place] for place in rng.permutation(count)]
