"""The workload that the options describe: a file's, with what they change of it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.plan.errors import PlanError
from bench.plan.run_workload import workload_of_run
from sim.latency.network import Network, network_of
from sim.workload import ConstantRate, DiurnalRate, Trace, Workload, body_bytes_of

_PERCENT: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(%?)")


def workload_of(
    name_or_path: str,
    *,
    run: Path | None = None,
    rate_per_s: float | None = None,
    sizes: str | None = None,
    network: str | None = None,
    uplink: str | None = None,
    rtt: str | None = None,
    growth: str | None = None,
) -> Workload:
    """Return a workload with the options' changes.

    Raises
    ------
    PlanError, bench.results.ResultsReadError, sim.errors.WorkloadError
        Naming the option or the key, the problem and the mend.
    """
    workload = Workload.read(name_or_path)
    if run is not None:
        workload = workload_of_run(run, workload)
    if rate_per_s is not None:
        workload = _at_rate(workload, rate_per_s)
    if sizes is not None:
        workload = _of_sizes(workload, sizes)
    if growth is not None:
        per_month = _share(growth)
        workload = workload.with_growth(replace(workload.growth, per_month=per_month))
    return replace(workload, sender=_sender(workload.sender, network, uplink, rtt))


def _at_rate(workload: Workload, rate_per_s: float) -> Workload:
    if not 0 < rate_per_s < float("inf"):
        raise PlanError(f"--rate {rate_per_s:g} is no load: give messages a second, above 0")
    match workload.rate:
        case ConstantRate() | DiurnalRate() as shape:
            return replace(workload, rate=replace(shape, mean_per_s=rate_per_s))
        case _:
            raise PlanError(
                f"--rate does not go with {workload.name}, which plays a trace: change its speed"
            )


def _of_sizes(workload: Workload, text: str) -> Workload:
    if isinstance(workload.rate, Trace) and workload.rate.body_bytes is not None:
        raise PlanError(f"--sizes does not go with {workload.name}, whose trace has its own sizes")
    weights: dict[str, float] = {}
    for part in text.split(","):
        size, equals, weight = part.partition("=")
        name = _size_name(size)
        try:
            weights[name] = float(weight) if equals else 1.0
            body_bytes_of(name, workload.largest_bytes)
        except ValueError as error:
            raise PlanError(f"--sizes {text}: {error}; weights as in '256 KB=3,largest=1'") from (
                error
            )
        if not 0 <= weights[name] < float("inf"):
            raise PlanError(f"--sizes {text}: the weight of {name} is no number of at least 0")
    if not sum(weights.values()):
        raise PlanError(f"--sizes {text}: all weights are 0; give one that is above")
    return replace(workload, sizes={name: each for name, each in weights.items() if each})


def _size_name(text: str) -> str:
    """Return a size as workloads write it: `256KB` is `256 KB`."""
    return (
        re.sub(r"(\d)(KB|MB)$", r"\1 \2", text.strip(), flags=re.IGNORECASE)
        .replace("kb", "KB")
        .replace("mb", "MB")
    )


def _share(text: str) -> float:
    found = _PERCENT.fullmatch(text.strip())
    per_month = float(found[1]) / (100 if found[2] else 1) if found else float("nan")
    if not -0.99 <= per_month < float("inf"):
        raise PlanError(f"--growth {text} is no change of a month: write it like 3% or 0.03")
    return per_month


def _sender(given: Network, network: str | None, uplink: str | None, rtt: str | None) -> Network:
    try:
        changed = network_of(network or "none", uplink, rtt)
    except ValueError as error:
        raise PlanError(str(error)) from error
    if network is not None:
        return changed
    return Network(
        given.uplink_bit_per_s if uplink is None else changed.uplink_bit_per_s,
        given.downlink_bit_per_s,
        given.rtt_ms if rtt is None else changed.rtt_ms,
    )
