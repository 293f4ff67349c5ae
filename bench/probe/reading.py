"""A probe and its conclusions read back from what run.json keeps of them under `capabilities`."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from bench.probe.conclusions import BlockedConclusion
from bench.probe.errors import ProbeError
from bench.probe.result import CallLatency, Probe, ServiceProbe, SizeLimits, SizeTrial, Throughput
from bench.probe.service import ALL_TRAITS

_TRAITS: Final = {traits.name: traits for traits in ALL_TRAITS}


def probe_from_json(content: Mapping[str, Any]) -> tuple[Probe, tuple[BlockedConclusion, ...]]:
    """Return the probe and what it keeps a run from concluding.

    Services that this version does not know are left out.

    Raises
    ------
    ProbeError
        If the content is not a probe's.
    """
    try:
        services = tuple(
            _service(name, found) for name, found in content["services"].items() if name in _TRAITS
        )
        blocked = tuple(
            BlockedConclusion(**each) for each in content.get("blocked_conclusions", ())
        )
        return Probe(services, content["took_s"]), blocked
    except (KeyError, TypeError, AttributeError) as error:
        raise ProbeError(
            f"the key capabilities of run.json is no probe ({type(error).__name__}: {error}): "
            "run `firstwrite bench` again"
        ) from error


def _service(name: str, found: Mapping[str, Any]) -> ServiceProbe:
    trials = tuple(SizeTrial(**each) for each in found["sizes"])
    throughput = found["throughput"]
    return ServiceProbe(
        traits=_TRAITS[name],
        limits=SizeLimits(trials, found["largest_taken_bytes"]),
        latencies=tuple(_given(CallLatency, each) for each in found["latency"]),
        throughput=None if throughput is None else _given(Throughput, throughput),
    )


def _given(kind: Any, content: Mapping[str, Any]) -> Any:
    """Make a dataclass of its own fields: the others are computed from them."""
    return kind(**{each.name: content[each.name] for each in fields(kind) if each.name in content})
