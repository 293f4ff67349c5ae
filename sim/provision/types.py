"""What a creator of a resource type sees of the stack that it creates for."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sim.provision.target import PhysicalResource, Target
from sim.template import Resource, Scope, Template


class StackScope(Scope, Protocol):
    """A stack in creation: names resolve in it, and it takes what SAM generates."""

    @property
    def name(self) -> str:
        """The stack's name."""
        ...

    @property
    def template(self) -> Template:
        """The template, for paths relative to it."""
        ...

    @property
    def target(self) -> Target:
        """Where resources are created."""
        ...

    def generate(self, logical_id: str, resource: PhysicalResource) -> None:
        """Register a resource that SAM makes out of another."""
        ...

    def nested(self, resource: Resource, parameters: Mapping[str, Any]) -> "NestedStack":
        """Return a nested stack, created."""
        ...


class NestedStack(Protocol):
    """A created nested stack."""

    def outputs(self) -> dict[str, str]:
        """Return its outputs, resolved."""
        ...


Creator = Callable[[StackScope, Resource], PhysicalResource]
