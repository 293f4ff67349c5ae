"""Where resources are created, and what a created resource is known by."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.event_source import SqsPoller
from sim.gateway import RestApi
from sim.lambda_service import LambdaService
from sim.states_service import StatesService


@dataclass(frozen=True, slots=True)
class Cache:
    """The Redis or Valkey that stands in for ElastiCache."""

    host: str
    port: int
    password: str


@dataclass(frozen=True, slots=True)
class Target:
    """The local AWS: emulators behind `client`, and sim's own services.

    `apis` maps a stage to its API and is filled as APIs are created; `event_sources` read nothing
    before they are started.
    """

    client: Callable[[str], Any]
    functions: LambdaService
    states: StatesService
    cache: Cache
    region: str
    account_id: str = "000000000000"
    apis: dict[str, RestApi] = field(default_factory=dict)
    event_sources: list[SqsPoller] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PhysicalResource:
    """A created resource: what `Ref` and `Fn::GetAtt` give for it."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def physical_name(stack_name: str, logical_id: str, *, lower: bool = False) -> str:
    """Return a name as CloudFormation makes them: stack, logical id, and a random part."""
    name = f"{stack_name}-{logical_id}-{secrets.token_hex(6)}"
    return name.lower() if lower else name
