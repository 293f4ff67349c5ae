"""An arrival rate over time: pieces on which it is constant or linear, and its integral.

The integral and its inverse are exact, so that arrivals of a changing rate come from those of rate
1 without rejection: if u are the arrivals of a process of rate 1, those of rate r(t) are at the t
where the integral of r from 0 to t is u (inversion: Çinlar, "Introduction to Stochastic Processes",
1975, chapter 4; its converse is the time-rescaling theorem).
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of `duration_s` seconds on which the rate goes evenly from one value to another.

    Rates are arrivals a second.
    """

    duration_s: float
    from_per_s: float
    to_per_s: float

    @property
    def arrivals(self) -> float:
        """Expected number of arrivals: the area of a trapezium."""
        return self.duration_s * (self.from_per_s + self.to_per_s) / 2

    def arrivals_until(self, elapsed_s: float) -> float:
        """Return how many arrivals are expected in the piece's first `elapsed_s` seconds."""
        slope = (self.to_per_s - self.from_per_s) / self.duration_s
        return elapsed_s * (self.from_per_s + slope * elapsed_s / 2)

    def elapsed_s(self, arrivals: float) -> float:
        """Return after how many seconds `arrivals` are expected; the inverse of the former."""
        slope = (self.to_per_s - self.from_per_s) / self.duration_s
        # The root of slope/2·t² + from·t = arrivals in the form that has no difference of nearly
        # equal numbers (Press et al., "Numerical Recipes", section 5.6), and that holds at slope 0.
        under_root = self.from_per_s**2 + 2 * slope * arrivals
        below = self.from_per_s + math.sqrt(max(0.0, under_root))
        return min(self.duration_s, 2 * arrivals / below) if below > 0 else 0.0


@dataclass(frozen=True, slots=True)
class RateCurve:
    """Pieces one after the other; behind the last they begin again, or its end rate goes on.

    Raises
    ------
    ValueError
        If a piece has no duration or a rate below 0, or nothing would ever arrive.
    """

    pieces: tuple[Piece, ...]
    repeats: bool

    def __post_init__(self) -> None:
        for piece in self.pieces:
            if not (0 < piece.duration_s < math.inf):
                raise ValueError(f"a duration of {piece.duration_s:g} s must be > 0")
            for rate in (piece.from_per_s, piece.to_per_s):
                if not (0 <= rate < math.inf):
                    raise ValueError(f"a rate of {rate:g} a second must be >= 0")
        if not sum(piece.arrivals for piece in self.pieces):
            raise ValueError("the rate is 0 throughout; at least one has to be above 0")

    @property
    def duration_s(self) -> float:
        """Seconds that all pieces take once."""
        return sum(piece.duration_s for piece in self.pieces)

    @property
    def arrivals(self) -> float:
        """Expected arrivals over all pieces once."""
        return sum(piece.arrivals for piece in self.pieces)

    def arrivals_until(self, time_s: float) -> float:
        """Return how many arrivals are expected until `time_s`: the integral of the rate."""
        turns, rest_s = divmod(time_s, self.duration_s)
        if turns and not self.repeats:
            return self.arrivals + (time_s - self.duration_s) * self.pieces[-1].to_per_s
        expected = turns * self.arrivals
        for piece in self.pieces:
            if rest_s <= piece.duration_s:
                return expected + piece.arrivals_until(rest_s)
            expected += piece.arrivals
            rest_s -= piece.duration_s
        return expected

    def time_s(self, arrivals: float) -> float:
        """Return when `arrivals` are expected; infinity if the curve has ended at rate 0."""
        turns, rest = divmod(arrivals, self.arrivals)
        if turns and not self.repeats:
            last = self.pieces[-1].to_per_s
            beyond = arrivals - self.arrivals
            if beyond <= 0:
                return self.duration_s
            return self.duration_s + beyond / last if last else math.inf
        ends = list(accumulate(piece.arrivals for piece in self.pieces))
        place = min(bisect_right(ends, rest), len(self.pieces) - 1)
        before_s = sum(piece.duration_s for piece in self.pieces[:place])
        begun = ends[place - 1] if place else 0.0
        return turns * self.duration_s + before_s + self.pieces[place].elapsed_s(rest - begun)
