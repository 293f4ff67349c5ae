"""All alternatives under one load."""

from collections.abc import Callable
from typing import Final

from sim.capacity.alternatives.alternative import Alternative, Model, Setting, simulated
from sim.capacity.alternatives.kinesis import kinesis
from sim.capacity.alternatives.memorydb import memorydb
from sim.capacity.alternatives.presigned import presigned
from sim.capacity.alternatives.s3_express import s3_express
from sim.capacity.answer import Load
from sim.capacity.design import Design
from sim.capacity.pipeline import Surroundings
from sim.capacity.usage import Kept
from sim.prices import PriceList

MODELS: Final[tuple[Callable[[Setting], Model], ...]] = (s3_express, memorydb, presigned, kinesis)


def alternatives(
    design: Design,
    around: Surroundings,
    load: Load,
    prices: PriceList,
    *,
    region: str = "us-east-1",
    seed: int = 0,
    kept: Kept | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Alternative, ...]:
    """Return a row for each alternative, simulated under the same load and luck.

    Parameters
    ----------
    design
        What they share with the pipeline: functions, API, time to live.
    region
        Of the quotas.
    progress
        Told how many are done, of how many.

    Raises
    ------
    ValueError
        If there is no message.
    sim.errors.NetworkError, sim.errors.PriceError
        As an `Answer` does.
    """
    if not len(load.arrivals.due_s):
        raise ValueError("there were no messages: raise the rate or the duration")
    setting = Setting(design, around, load, region)
    found = []
    for number, model in enumerate(MODELS, start=1):
        found.append(simulated(model(setting), setting, prices, seed=seed, kept=kept))
        if progress is not None:
            progress(number, len(MODELS))
    return tuple(found)
