"""`--outage 'cache 10m'`: which service refuses everybody, from when, for how long."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from bench.plan.duration import seconds_of
from bench.plan.errors import PlanError
from sim.capacity.network import Outage
from sim.capacity.pipeline import Outages
from sim.errors import NetworkError

Service = Literal["cache", "s3", "step-functions"]
_OUTAGE: Final = re.compile(r"(cache|s3|step-functions)\s+([^\s]+)(?:\s+at\s+([^\s]+))?")


@dataclass(frozen=True, slots=True)
class ServiceOutage:
    """An outage in seconds since the simulation's start."""

    service: Service
    from_s: float
    to_s: float


def outages_of(texts: Sequence[str], period_s: float) -> tuple[ServiceOutage, ...]:
    """Return the outages; one that does not say when begins after a third of the period.

    Raises
    ------
    PlanError
        If a text is no outage, or the outage does not begin within the period.
    """
    found = []
    for text in texts:
        match = _OUTAGE.fullmatch(" ".join(text.split()))
        if match is None:
            raise PlanError(
                f"--outage {text!r} is not understood: write the service (cache, s3 or"
                " step-functions) and how long, as in 'cache 10m', or 'cache 10m at 20m'"
            )
        lasts_s = seconds_of(match[2], "--outage")
        from_s = seconds_of(match[3], "--outage … at") if match[3] else period_s / 3
        if from_s >= period_s:
            raise PlanError(
                f"--outage {text!r} begins after the simulated time: let it begin before, or raise"
                " --duration"
            )
        service: Service = match[1]  # type: ignore[assignment]  # the pattern has only these
        found.append(ServiceOutage(service, from_s, from_s + lasts_s))
    return tuple(sorted(found, key=lambda outage: outage.from_s))


def network_outages(outages: Sequence[ServiceOutage]) -> Outages:
    """Return the outages as the pipeline's resources have them.

    Raises
    ------
    PlanError
        If two of a service overlap.
    """

    def of(service: Service) -> tuple[Outage, ...]:
        return tuple(Outage(each.from_s, each.to_s) for each in outages if each.service == service)

    for service in ("cache", "s3", "step-functions"):
        windows = [each for each in outages if each.service == service]
        for earlier, later in pairwise(windows):
            if later.from_s < earlier.to_s:
                raise PlanError(f"--outage: two of {service} overlap; give times apart with 'at'")
    try:
        return Outages(of("cache"), of("s3"), of("step-functions"))
    except NetworkError as error:
        raise PlanError(str(error)) from error
