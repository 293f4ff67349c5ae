"""What a search writes, made from a model in place of a stack."""

import json
from typing import Any

import numpy as np

from bench.saturation import SaturationSettings
from bench.saturation.backlog import Backlog
from bench.saturation.decision import Waits
from bench.saturation.document import saturation_json
from bench.saturation.probe import RateProbe
from bench.saturation.result import SaturationResult
from bench.saturation.search import Ask, Search
from tests.bench.saturation.queue_model import Independent, tried

RUN = {
    "schema_version": 1,
    "name": "test",
    "profile": "aws-typical",
    "seed": 1,
    "started_utc": "2026-03-01T12:30:05Z",
    "finished_utc": "2026-03-01T12:34:05Z",
    "plan": {},
    "stack": {},
    "machine": {},
    "packages": {},
}
PASSED = {"verdict": "pass", "acknowledged": 4210, "checks": {}, "findings": [], "notes": []}


def searched(settings: SaturationSettings, edge: float = 10.0) -> SaturationResult:
    """Search on a model whose share of misses is 1 % at a rate of *edge*."""
    model, found, probes = Independent(1.0), {}, []
    for strategy in settings.strategies:
        looking = Search(settings.plan)
        while (ask := looking.ask()) is not None:
            rng = np.random.default_rng([len(probes), 1])
            told = tried(settings, model, Ask(ask.rate_per_s * 10 / edge, ask.decides), rng)
            waits = model.waits_ms(ask.rate_per_s * 10 / edge, 400, rng)
            probes.append(probe(strategy, ask, told, len(probes), waits))
            looking.record(ask, told.answer)
        found[strategy] = looking.found
    return SaturationResult(settings, found, tuple(probes))


def probe(strategy, ask: Ask, told, number: int, waits) -> RateProbe:
    return RateProbe(
        number=number,
        strategy=strategy,
        rate_per_s=ask.rate_per_s,
        decides=ask.decides,
        blocks=3,
        offered_per_s=ask.rate_per_s * 1.01,
        answered_per_s=ask.rate_per_s,
        waits=Waits(tuple(np.array_split(waits, 3))),
        dropped=0,
        refused=0,
        failed=0,
        cold_starts=1,
        cpu_share=0.97,
        generator_cpu_percent=40.0,
        late=0,
        marks=("2 of 100 requests left late",),
        backlog=Backlog(100.0, 8.0, 9.0),
        drain_s=2.0,
        judgement=told,
    )


def document(settings: SaturationSettings, **options: Any) -> dict[str, Any]:
    """Return saturation.json as a reader of the file has it."""
    text = json.dumps(saturation_json(searched(settings, **options)), allow_nan=False)
    read: dict[str, Any] = json.loads(text)
    return read
