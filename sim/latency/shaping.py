"""What a run's calls are shaped by: the profile's models, the seed, and where things stand.

One object for the server and for each execution environment, which gets it as JSON in a variable.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, Self

from sim.latency.draw import draw_of
from sim.latency.function_network import FunctionNetwork
from sim.latency.luck import luck_of
from sim.latency.network import Network
from sim.latency.operation_model import OperationModel
from sim.latency.profile import Profile
from sim.latency.target import Target

FULL_VCPU_MB: Final = 1769
"""Memory at which a function has one vCPU. Source: Lambda Developer Guide, "Configure Lambda
function memory"."""

CachePlacement = Literal["same-az", "cross-az"]


UPLOAD: Final = "network.upload"
DOWNLOAD: Final = "network.download"
"""A sender's network is given by its bandwidth and round trip, not by a profile's operation."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as far as its target depends on it.

    Attributes
    ----------
    operation
        One of `sim.latency.profile.OPERATIONS`, `UPLOAD` or `DOWNLOAD`.
    trace
        Trace id of the request that it belongs to, whose luck it has; see `sim.latency.luck`.
    caller
        Who makes it: a handler's name, or a part of the local AWS.
    occurrence
        How many calls of that operation the caller has made before for the request.
    body_bytes
        What it sends or receives.
    fresh_connection
        Whether it had to open a connection first.
    memory_mb
        Of the function whose processor share its size term depends on; 0 where it does not.
    least_streaming_ms
        What the function's network leaves at least; see `FunctionNetworkBucket`.
    """

    operation: str
    trace: str
    caller: str
    occurrence: int = 0
    body_bytes: int = 0
    fresh_connection: bool = False
    memory_mb: int = 0
    least_streaming_ms: float = 0.0

    @property
    def message(self) -> str:
        """What the draws are made from beside seed, operation and occurrence."""
        return f"{luck_of(self.trace)}/{self.caller}"


def processor_share(memory_mb: int) -> float:
    """Return the share of a vCPU that a memory size gives, at most 1; 0 MB stand for "no matter".

    What grows with an invocation's event is work of one thread (parsing it): it gains nothing from
    a second vCPU.
    """
    return min(1.0, memory_mb / FULL_VCPU_MB) if memory_mb else 1.0


@dataclass(frozen=True, slots=True)
class Shaping:
    """How long each call is to take.

    Attributes
    ----------
    profile
        The profile's name: every number that is taken under it says so.
    seed
        Of the draws.
    operations
        The models by operation; one that is not named takes no time of its own.
    sender
        The senders' way to the gateway.
    function_network
        Bandwidth of each execution environment; `None` has no limit.
    cache_placement
        Whether functions and cache node are in one Availability Zone.
    cache_tls
        Whether the cache is spoken to over TLS, which the local one is not.
    """

    profile: str
    seed: int = 1
    operations: Mapping[str, OperationModel] = field(default_factory=dict)
    sender: Network = field(default_factory=Network)
    function_network: FunctionNetwork | None = None
    cache_placement: CachePlacement = "same-az"
    cache_tls: bool = True

    @property
    def adds_nothing(self) -> bool:
        """Whether no call has a target, as under `raw`."""
        free = self.sender == Network() and self.function_network is None
        return free and not self.operations

    def target(self, call: Call) -> Target:
        """Return how long a call is to take.

        The same call under the same seed has the same target, in any process and at any time.
        """
        if call.operation == UPLOAD:
            return Target(self.sender.upload_ms(call.body_bytes), 0.0)
        if call.operation == DOWNLOAD:
            return Target(self.sender.download_ms(call.body_bytes), 0.0)
        whole = Target(0.0, 0.0)
        for part in self._parts(call):
            model = self.operations.get(part)
            if model is not None:
                draw = draw_of(self.seed, call.message, part, call.occurrence)
                whole += Target(
                    model.first_byte_ms(draw), model.streaming_ms(draw, call.body_bytes)
                )
        streaming_ms = whole.streaming_ms / processor_share(call.memory_mb)
        return Target(whole.first_byte_ms, max(streaming_ms, call.least_streaming_ms))

    def _parts(self, call: Call) -> tuple[str, ...]:
        fresh = ("connection.open",) if call.fresh_connection else ()
        if call.operation not in {"elasticache.SET", "elasticache.GET"}:
            return (call.operation, *fresh)
        tls = ("elasticache.tls",) if self.cache_tls else ()
        far = ("elasticache.cross-az",) if self.cache_placement == "cross-az" else ()
        return (call.operation, *tls, *far, *fresh)

    def to_json(self) -> str:
        """Return it as JSON text, which `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        given: dict[str, Any] = json.loads(text)
        limit = given["function_network"]
        return cls(
            **{
                **given,
                "operations": {
                    name: OperationModel(**model) for name, model in given["operations"].items()
                },
                "sender": Network(**given["sender"]),
                "function_network": None if limit is None else FunctionNetwork(**limit),
            }
        )


def shaping_of(
    profile: Profile,
    *,
    seed: int = 1,
    sender: Network | None = None,
    cache_placement: CachePlacement = "same-az",
) -> Shaping:
    """Return the shaping that a profile describes, for one way of the senders to the gateway."""
    return Shaping(
        profile=profile.name,
        seed=seed,
        operations=profile.operations,
        sender=sender or Network(),
        function_network=profile.function_network,
        cache_placement=cache_placement,
    )
