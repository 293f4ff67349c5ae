"""Service level objectives as text: `p99<400ms`, `complete.p99<5s`, `loss=0`, `refused<0.1%`.

The one way in which they are written, for whoever judges them: the search for a configuration by
simulation (`sim.capacity.search`), and that for the highest rate of a stack under load
(`bench.saturation`), which takes those of the wait for the receipt. `=` is "at most".

Each is a number of messages that may be bad, so that it can be counted, bounded and compared. A
message without a receipt is one that waits for ever: refusing messages makes no percentile better.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sim.errors import SearchError

Quantity = Literal["blocking", "complete", "loss", "refused"]

_OBJECTIVE: Final = re.compile(
    r"(?P<of>[a-z]*\.?)(?:p(?P<percentile>\d+(?:\.\d+)?)|(?P<share>loss|refused))"
    r"(?P<relation><=|<|=)(?P<number>\d+(?:\.\d+)?(?:e-?\d+)?)(?P<unit>[a-z%]*)",
    re.IGNORECASE,
)
_UNITS_MS: Final = {"ms": 1.0, "s": 1e3, "min": 60e3}
LEAST_BEYOND: Final = 10
"""So many messages have to lie beyond a percentile for it to be given."""

_EXAMPLES: Final = "p99<400ms, complete.p99<5s, loss=0, refused=0 or refused<0.1%"


@dataclass(frozen=True, slots=True)
class Objective:
    """What has to be kept.

    Attributes
    ----------
    text
        As it was given.
    quantity
        `blocking`: the wait for the receipt, `complete`: until the execution's end, from the due
        time; `loss`: of messages with a receipt; `refused`: messages without one, or with one after
        the gateway has given up.
    share
        Of the messages that must be within the limit, for a wait; 0.99 for p99.
    limit
        Milliseconds of a wait, else a share of the messages.
    inclusive
        Whether the limit itself will do.
    """

    text: str
    quantity: Quantity
    share: float | None
    limit: float
    inclusive: bool = False

    @property
    def least_messages(self) -> int:
        """Messages without which nothing can be said: ten have to lie beyond a percentile."""
        return 1 if self.share is None else math.ceil(LEAST_BEYOND / (1 - self.share) - 1e-6)

    def allowed(self, due: int) -> int:
        """Return how many of *due* messages may be bad."""
        if self.share is not None:
            return math.floor((1 - self.share) * due + 1e-6)
        most = self.limit * due
        return math.floor(most + 1e-9) if self.inclusive else math.ceil(most - 1e-9) - 1

    def with_percentile(self, percentile: str) -> "Objective":
        """Return the same for another percentile, such as `p99.9`.

        Raises
        ------
        SearchError
            If this is none of a percentile.
        """
        if self.share is None:
            raise SearchError(
                f"{self.text} is of no percentile.", "Give one that is, such as p99<400ms."
            )
        return parse_objective(re.sub(r"p\d+(\.\d+)?", percentile, self.text, count=1))


def parse_objective(text: str) -> Objective:
    """Read one objective.

    Raises
    ------
    SearchError
        Naming the text, its problem and the mend.
    """
    plain = re.sub(r"\s+", "", text)
    found = _OBJECTIVE.fullmatch(plain)
    if found is None:
        raise SearchError(f"{text!r} is no objective.", f"Write one like {_EXAMPLES}.")
    of, unit = found["of"].rstrip(".").lower(), found["unit"].lower()
    if found["share"] is not None:
        if of:
            raise SearchError(
                f"{text!r}: {of} has no {found['share']}.", f"Write {found['share']}=0."
            )
        return _share(text, plain, found["share"].lower(), found["relation"], found["number"], unit)
    if of not in {"", "blocking", "complete"}:
        raise SearchError(
            f"{text!r}: there is no wait called {of}.",
            "Write p99<400ms for the receipt, complete.p99<5s for the end.",
        )
    percentile = float(found["percentile"])
    if not 0 < percentile < 100:
        raise SearchError(f"{text!r}: p{percentile:g} is no percentile.", "Write p50 to p99.999.")
    if unit not in _UNITS_MS:
        problem = f"has the unit {unit}" if unit else "has no unit"
        raise SearchError(f"{text!r}: the limit {problem}.", "Write it like 400ms or 5s.")
    limit_ms = float(found["number"]) * _UNITS_MS[unit]
    if limit_ms == 0:
        raise SearchError(f"{text!r}: nothing takes no time.", "Give a limit above 0.")
    return Objective(
        plain,
        "complete" if of == "complete" else "blocking",
        percentile / 100,
        limit_ms,
        found["relation"] in {"=", "<="},
    )


def parse_objectives(texts: Iterable[str]) -> tuple[Objective, ...]:
    """Read objectives; a text may hold several, separated by commas. Each counts once.

    Raises
    ------
    SearchError
        As `parse_objective` does, and if there is none.
    """
    parts = [part for text in texts for part in text.split(",") if part.strip()]
    found = {objective.text: objective for objective in map(parse_objective, parts)}
    if not found:
        raise SearchError("There is no objective.", f"Write one like {_EXAMPLES}.")
    return tuple(found.values())


def _share(
    text: str, plain: str, quantity: str, relation: str, number: str, unit: str
) -> Objective:
    if unit not in {"", "%"}:
        raise SearchError(f"{text!r}: the limit has the unit {unit}.", f"Write {quantity}<0.1%.")
    limit = float(number) / (100 if unit else 1)
    if relation == "=" and limit:
        raise SearchError(
            f"{text!r} asks for one share exactly.", f"Write {quantity}<{number}{unit}."
        )
    if relation == "<" and not limit:
        raise SearchError(f"{text!r}: no share is below 0.", f"Write {quantity}=0.")
    if limit >= 1:
        raise SearchError(f"{text!r}: the limit is all messages.", f"Write {quantity}<0.1%.")
    return Objective(
        plain,
        "loss" if quantity == "loss" else "refused",
        None,
        limit,
        relation in {"=", "<="},
    )
