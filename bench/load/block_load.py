"""What a block is asked to do: streams of arrivals, what they carry, and when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bench.load.arrival_process import ArrivalProcess, ClosedUsers, TraceArrivals
from bench.load.body_size import body_bytes_in_trace, body_bytes_of
from bench.load.corpus import Corpus
from bench.load.errors import PlanError
from bench.load.proportion import in_proportion
from sim.workload.kind import Kind

USUAL_KINDS: Mapping[Kind, float] = {"image": 1, "json": 1, "binary": 1}
"""As many of each where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Arrivals of one tenant: when they come, how large they are and what of.

    Parameters
    ----------
    sizes, kinds
        Name to weight; the weights need not add up to anything. A trace that has its own, or a
        corpus, takes their place.
    tenant
        "" where a block has one stream only.
    """

    arrivals: ArrivalProcess
    sizes: Mapping[str, float]
    kinds: Mapping[Kind, float] = field(default_factory=lambda: USUAL_KINDS)
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class BlockLoad:
    """The load of each block of one label.

    Parameters
    ----------
    label
        A size where all requests have one, else what the mixture is called.
    requests
        Measured requests of a block with a first write, in all streams; None if `duration_s` or
        the arrivals' own end decides.
    duration_s
        The block's arrivals come within it; None as above.
    warm_up
        Requests before the measured ones in the first block of each strategy.

    Raises
    ------
    PlanError
        If a value cannot be, or it is not clear when a block is over.
    """

    label: str
    streams: tuple[Stream, ...]
    requests: int | None = None
    duration_s: float | None = None
    warm_up: int = 0

    def __post_init__(self) -> None:
        if not self.streams:
            raise PlanError(f"the load {self.label!r} has no arrivals")
        for name, value in (("requests", self.requests), ("duration_s", self.duration_s)):
            if value is not None and value <= 0:
                raise PlanError(f"{name} (={value}) of {self.label!r} must be > 0")
        if self.warm_up < 0:
            raise PlanError(f"warm_up (={self.warm_up}) of {self.label!r} must be >= 0")
        if self.requests is not None and self.duration_s is not None:
            raise PlanError(f"{self.label!r} has both requests and duration_s; leave one out")
        if self.closed and (len(self.streams) > 1 or self.requests is None):
            raise PlanError(f"{self.label!r} is a closed model: it needs requests and one stream")
        if self.requests is None and self.length_s is None:
            raise PlanError(f"{self.label!r} has neither requests nor duration_s; give one")

    @property
    def closed(self) -> ClosedUsers | None:
        """The users of a closed model; None in the open one."""
        users = [s.arrivals for s in self.streams if isinstance(s.arrivals, ClosedUsers)]
        return users[0] if users else None

    @property
    def length_s(self) -> float | None:
        """How long arrivals come, where it is not their number that ends them."""
        if self.requests is not None:
            return None
        own = [each.arrivals.own_duration_s for each in self.streams]
        return self.duration_s or max((each for each in own if each), default=None)

    @property
    def rate_per_s(self) -> float:
        """Mean arrivals a second of all streams."""
        return sum(each.arrivals.mean_rate_per_s(self.length_s) for each in self.streams)

    @property
    def expected_requests(self) -> float:
        """Measured requests of a block, in the mean."""
        return self.requests or self.rate_per_s * (self.length_s or 0.0)


@dataclass(frozen=True, slots=True)
class Content:
    """What a request carries: see `bench.load.plan.Arrival`."""

    kind: Kind
    size: str
    body_bytes: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A request without its date and luck, due `due_s` seconds after the measured ones begin."""

    due_s: float
    content: Content
    tenant: str


def measured_requests(
    load: BlockLoad,
    count: int | None,
    largest_bytes: int,
    corpus: Corpus | None,
    rng: np.random.Generator,
) -> list[Due]:
    """Draw the measured requests of a block, all streams in one row.

    Parameters
    ----------
    count
        So many; None for those of the load's length.
    largest_bytes
        Of the size called `largest`.

    Raises
    ------
    PlanError
        If a size does not fit, or a stream ends before `count`.
    """
    found: list[Due] = []
    for stream in load.streams:
        # Kinds first where their number is known: what a seed meant before there were durations.
        kinds = None if count is None else in_proportion(stream.kinds, count, rng)
        if count is None:
            due_s = stream.arrivals.within(load.length_s or 0.0, rng)
        else:
            due_s = stream.arrivals.first(count, rng)
        contents = _contents(stream, len(due_s), kinds, largest_bytes, corpus, rng)
        found += [
            Due(each_s, content, stream.tenant)
            for each_s, content in zip(due_s, contents, strict=True)
        ]
    return sorted(found, key=lambda each: each.due_s)[:count]


def warm_up_requests(
    load: BlockLoad,
    count: int,
    largest_bytes: int,
    corpus: Corpus | None,
    rng: np.random.Generator,
) -> list[Due]:
    """Draw warm-up requests: evenly at the load's mean rate, dealt out over its streams."""
    length_s = load.length_s
    rates = {n: s.arrivals.mean_rate_per_s(length_s) for n, s in enumerate(load.streams)}
    places = [0] * count if len(rates) == 1 else in_proportion(rates, count, rng)
    contents = {
        number: iter(_contents(stream, places.count(number), None, largest_bytes, corpus, rng))
        for number, stream in enumerate(load.streams)
    }
    return [
        Due(turn / load.rate_per_s, next(contents[place]), load.streams[place].tenant)
        for turn, place in enumerate(places)
    ]


def _contents(
    stream: Stream,
    count: int,
    kinds: list[Kind] | None,
    largest_bytes: int,
    corpus: Corpus | None,
    rng: np.random.Generator,
) -> list[Content]:
    if corpus is not None:
        files = in_proportion(dict.fromkeys(corpus.files, 1.0), count, rng)
        return [Content(each.kind, each.size, each.body_bytes, each.name) for each in files]
    if kinds is None:
        kinds = in_proportion(stream.kinds, count, rng)
    trace = stream.arrivals if isinstance(stream.arrivals, TraceArrivals) else None
    # A warm-up may be longer than the trace, which then begins again.
    if trace and trace.kinds:
        kinds = [trace.kinds[place % len(trace.kinds)] for place in range(count)]
    if trace and trace.sizes:
        named = [trace.sizes[place % len(trace.sizes)] for place in range(count)]
        sizes = [body_bytes_in_trace(each, largest_bytes) for each in named]
    else:
        drawn = in_proportion(stream.sizes, count, rng)
        sizes = [(each, body_bytes_of(each, largest_bytes)) for each in drawn]
    return [
        Content(kind, label, body_bytes)
        for kind, (label, body_bytes) in zip(kinds, sizes, strict=True)
    ]
