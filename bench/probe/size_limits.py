"""What a service takes: sizes that AWS takes are taken, the size that AWS refuses is refused."""

from collections.abc import Callable
from typing import Final

from bench.probe.errors import CallRefused, ProbeError
from bench.probe.result import SizeLimits, SizeTrial
from bench.probe.service import Service

SEARCH_S: Final = 1.0
"""How long the exact limit is looked for where one is below AWS's: to the byte here, as 23 steps of
10 ms halve 6 MB down to it; otherwise the result is a size that was taken, if not the largest."""


def size_limits(service: Service, clock: Callable[[], float]) -> SizeLimits:
    """Try the sizes of *service*; where one is refused that AWS takes, look for what is taken.

    Raises
    ------
    ProbeError
        When the service has stopped answering.
    """
    traits = service.traits
    smallest = traits.latency_bytes[0]
    trials = []
    taken_bytes = smallest if _try(service, smallest).taken else 0
    for size in traits.taken_bytes:
        trial = _try(service, size)
        trials.append(trial)
        if not trial.taken:
            taken_bytes = _search(service, taken_bytes, size, clock)
            break
        taken_bytes = size
    if traits.refused_bytes is not None:
        trial = _try(service, traits.refused_bytes)
        trials.append(trial)
        if trial.taken:
            taken_bytes = traits.refused_bytes
    return SizeLimits(tuple(trials), taken_bytes)


def _try(service: Service, size_bytes: int) -> SizeTrial:
    aws_takes = size_bytes <= service.traits.aws_limit_bytes
    try:
        service.prepared(size_bytes)()
    except CallRefused as refusal:
        if not refusal.answered:
            _check_that_it_answers(service)
        return SizeTrial(size_bytes, aws_takes, taken=False, answer=refusal.answer)
    return SizeTrial(size_bytes, aws_takes, taken=True)


def _check_that_it_answers(service: Service) -> None:
    try:
        service.prepared(service.traits.latency_bytes[0])()
    except CallRefused as refusal:
        if not refusal.answered:
            raise ProbeError(
                f"{service.traits.name} has stopped answering ({refusal.answer}): see that it runs "
                "and has memory left, then probe again"
            ) from refusal


def _search(
    service: Service, taken_bytes: int, refused_bytes: int, clock: Callable[[], float]
) -> int:
    """Return the largest size below *refused_bytes* that is taken, by halving."""
    until_s = clock() + SEARCH_S
    # An item's key and names are of about 32 bytes: nothing smaller can be made.
    while refused_bytes - max(taken_bytes, 32) > 1 and clock() < until_s:
        middle = (max(taken_bytes, 32) + refused_bytes) // 2
        if _try(service, middle).taken:
            taken_bytes = middle
        else:
            refused_bytes = middle
    return taken_bytes
