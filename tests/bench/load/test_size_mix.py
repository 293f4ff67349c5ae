"""The size mix of the web page: sizes with weights, in words."""

from collections import Counter

import numpy as np
import pytest

from bench.load import PlanError
from bench.load.size_mix import SizeMix


def test_sizes_are_drawn_by_weight() -> None:
    mix = SizeMix.parse("256 KB=3, 1 MB = 1,largest=0", largest_bytes=6_000_000)
    assert mix.body_bytes == (262_144, 1_048_576, 6_000_000)
    rng = np.random.default_rng(1)
    drawn = Counter(mix.draw(rng) for _ in range(4000))
    assert set(drawn) == {("256 KB", 262_144), ("1 MB", 1_048_576)}
    assert drawn["256 KB", 262_144] == pytest.approx(3000, rel=0.05)


@pytest.mark.parametrize(
    "text",
    ["", "2 MB=1", "1 MB", "1 MB=x", "1 MB=-1", "1 MB=nan", "1 MB=inf", "1 MB=1,1 MB=2", "1 MB=0"],
)
def test_a_mix_that_cannot_be_drawn_from_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="size mix"):
        SizeMix.parse(text, largest_bytes=6_000_000)
