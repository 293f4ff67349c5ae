"""One rate, tried block after block until it can be told what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.load import Strategy
from bench.saturation.backlog import Backlog, summed
from bench.saturation.decision import Waits
from bench.saturation.judgement import Evidence, Judgement, judge, more_may_tell
from bench.saturation.search import Ask
from bench.saturation.sending import Sender, SentBlock
from bench.saturation.settings import BLOCKS_TO_HOLD, MOST_BLOCKS, SaturationSettings
from bench.statistics.samples import answered, refused


@dataclass(frozen=True, slots=True)
class RateProbe:
    """What a rate came to, over all of its blocks.

    Attributes
    ----------
    number
        The probes of both strategies, in the order of time; the round in the samples.
    decides
        False for a short look, which may only say that the rate is too high.
    offered_per_s, answered_per_s
        Requests that were due and receipts, a second, from the first due time to the last due time
        and to the last receipt.
    dropped, refused, failed
        Measured requests without a receipt: not sent, turned down with a 4xx, anything else.
    cpu_share
        Of all cores of the machine, whoever used them.
    generator_cpu_percent
        Of one core, at most.
    drain_s
        From the last answer until no execution ran, at most.
    """

    number: int
    strategy: Strategy
    rate_per_s: float
    decides: bool
    blocks: int
    offered_per_s: float
    answered_per_s: float
    waits: Waits
    dropped: int
    refused: int
    failed: int
    cold_starts: int
    cpu_share: float
    generator_cpu_percent: float
    late: int
    marks: tuple[str, ...]
    backlog: Backlog
    drain_s: float
    judgement: Judgement


def probe_rate(
    settings: SaturationSettings, sender: Sender, strategy: Strategy, ask: Ask, *, number: int
) -> RateProbe:
    """Send at a rate until it holds, is too high, or cannot be told.

    Raises
    ------
    bench.load.LoadError, sim.errors.StackError
        If a block cannot be carried through.
    """
    load = settings.load_at(ask.rate_per_s, decides=ask.decides)
    blocks: list[SentBlock] = []
    while True:
        sender.display.detail(f"block {len(blocks) + 1}")
        blocks.append(sender.send(load, strategy, probe=number, place=len(blocks)))
        levels = settings.levels(len(blocks))
        judgement = judge(_evidence(blocks), settings.objectives, levels)
        enough = not ask.decides or len(blocks) == MOST_BLOCKS or sender.stalled
        if judgement.answer != "cannot tell" or enough:
            break
        if len(blocks) == BLOCKS_TO_HOLD and not more_may_tell(
            judgement, settings.levels(MOST_BLOCKS)
        ):
            break
    return _probe(blocks, strategy, ask, number, judgement)


def _evidence(blocks: Sequence[SentBlock]) -> Evidence:
    return Evidence(
        waits=Waits(tuple(each.waits_ms() for each in blocks)),
        served=Waits(tuple(each.waits_ms("service_ms") for each in blocks)),
        backlog=summed([each.backlog for each in blocks]),
        marks=_marks(blocks),
        sent_share=_sent_share(blocks),
        drained=all(each.drained for each in blocks),
        dropped=_dropped(blocks),
        cpu_share=float(np.mean([each.cpu_share for each in blocks])),
    )


def _marks(blocks: Sequence[SentBlock]) -> tuple[str, ...]:
    return tuple(str(each.health["mark"]) for each in blocks if each.health["mark"])


def _dropped(blocks: Sequence[SentBlock]) -> int:
    return sum(int(each.measured["error"].str.startswith("dropped: ").sum()) for each in blocks)


def _sent_share(blocks: Sequence[SentBlock]) -> float:
    """Return the pace at which requests left over that at which they were due."""
    due_s = sum(_span_s(each, "due_s", "due_s") for each in blocks)
    sent_s = sum(_span_s(each, "due_s", "sent_s") for each in blocks)
    return due_s / sent_s if sent_s > 0 else 1.0


def _span_s(block: SentBlock, begin: str, end: str) -> float:
    rows = block.measured
    return float(rows[end].max() - rows[begin].min()) if len(rows) else 0.0


def _probe(
    blocks: Sequence[SentBlock],
    strategy: Strategy,
    ask: Ask,
    number: int,
    judgement: Judgement,
) -> RateProbe:
    evidence = _evidence(blocks)
    rows = [each.measured for each in blocks]
    due_s = sum(_span_s(each, "due_s", "due_s") for each in blocks)
    done_s = sum(_span_s(each, "due_s", "done_s") for each in blocks)
    receipts = sum(int(answered(each).sum()) for each in rows)
    turned_down = sum(int(refused(each).sum()) for each in rows)
    requests = sum(len(each) for each in rows)
    # Of n arrivals that begin a span, n - 1 follow on the first of each block.
    followed = requests - len(blocks)
    return RateProbe(
        number=number,
        strategy=strategy,
        rate_per_s=ask.rate_per_s,
        decides=ask.decides,
        blocks=len(blocks),
        offered_per_s=followed / due_s if due_s > 0 else 0.0,
        answered_per_s=receipts / done_s if done_s > 0 else 0.0,
        waits=evidence.waits,
        dropped=evidence.dropped,
        refused=turned_down,
        failed=requests - receipts - turned_down - evidence.dropped,
        cold_starts=sum(each.cold_starts for each in blocks),
        cpu_share=evidence.cpu_share,
        generator_cpu_percent=max(float(each.health["cpu_percent"]) for each in blocks),
        late=sum(int(each.health["late"]) for each in blocks),
        marks=evidence.marks,
        backlog=evidence.backlog,
        drain_s=max(each.drain_s for each in blocks),
        judgement=judgement,
    )
