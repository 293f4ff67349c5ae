"""Resources and their outages as the kernel's records."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.records import RESOURCE, Records
from sim.capacity.network.network import Network
from sim.capacity.network.resources import (
    EnvironmentPool,
    Memory,
    Resource,
    Station,
    TokenBucket,
)


def flat_resources(network: Network) -> Records:
    """Return a record for each resource, in the network's order, as at the start."""
    records = np.zeros(max(1, len(network.resources)), RESOURCE)
    outage = 0
    for number, resource in enumerate(network.resources):
        fields = {
            "index": number,
            "outage": outage,
            "outages_end": outage + len(resource.outages),
            "head": -1,
            "tail": -1,
            "newest": -1,
            "oldest": -1,
            "expiry_s": np.inf,
            **_fields_of(resource),
        }
        outage += len(resource.outages)
        for field, value in fields.items():
            records[number][field] = value
    return records


def flat_outages(network: Network) -> NDArray[np.float64]:
    """Return beginnings and ends of all outages, resource by resource."""
    times = [
        time_s
        for resource in network.resources
        for outage in resource.outages
        for time_s in (outage.from_s, outage.to_s)
    ]
    return np.array(times or [0.0], np.float64)


def _fields_of(resource: Resource) -> dict[str, Any]:
    match resource:
        case Station():
            return {"kind": codes.STATION, "capacity": resource.servers}
        case TokenBucket():
            return {
                "kind": codes.BUCKET,
                "rate_per_s": resource.rate_per_s,
                "burst": resource.burst,
                "level": resource.burst,
                "level_min": resource.burst,
            }
        case EnvironmentPool():
            return {
                "kind": codes.POOL,
                "capacity": -1 if resource.reserved is None else resource.reserved,
                "rate_per_s": resource.scaling_per_10_s / 10.0,
                "burst": resource.scaling_per_10_s,
                "level": resource.scaling_per_10_s,
                "level_min": resource.scaling_per_10_s,
                "expiry_s": resource.idle_expiry_s,
                "billing_step_s": resource.billing_step_s,
            }
        case Memory():
            expiry_s = resource.time_to_live_s
            return {
                "kind": codes.MEMORY,
                "capacity": resource.capacity_bytes,
                "evicts": int(resource.when_full == "evict-oldest"),
                "expiry_s": np.inf if expiry_s is None else expiry_s,
                "overhead_bytes": resource.overhead_bytes,
            }
