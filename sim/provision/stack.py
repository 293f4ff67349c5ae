"""A CloudFormation stack: resources are created when something first asks for them.

That is what makes the order right: a resource's properties are resolved as it is created, and
resolving a reference creates what it refers to.
"""

from collections.abc import Mapping
from typing import Any, Final

from sim.errors import TemplateError
from sim.provision import (
    cache,
    function,
    messaging,
    nested_stack,
    network,
    rest_api,
    state_machine,
    storage,
)
from sim.provision.support import check_support
from sim.provision.target import PhysicalResource, Target
from sim.provision.types import Creator
from sim.template import Resource, Template, load_template, parameter_values, resolve

_CREATORS: Final[Mapping[str, Creator]] = {
    **storage.CREATORS,
    **messaging.CREATORS,
    **cache.CREATORS,
    **function.CREATORS,
    **nested_stack.CREATORS,
    **rest_api.CREATORS,
    **state_machine.CREATORS,
    **network.CREATORS,
}


class Stack:
    """A stack being created from a template; it is the scope that the template's names resolve in.

    Parameters
    ----------
    template
        What to create.
    name
        The stack's name, which physical names start with.
    parameters
        Values for the template's parameters; the template's defaults fill the rest.
    target
        Where to create it.
    """

    def __init__(
        self, template: Template, name: str, parameters: Mapping[str, Any], target: Target
    ) -> None:
        self.template = template
        self.name = name
        self.target = target
        self._parameters = parameter_values(template, parameters)
        self._created: dict[str, PhysicalResource] = {}
        self._generated: dict[str, PhysicalResource] = {}
        self._creating: list[str] = []

    def create_all(self) -> None:
        """Create every resource whose condition holds.

        Raises
        ------
        TemplateError
            When something in the template is not supported: nothing has been created then.
        """
        check_support(self.template, _CREATORS)
        if _needs_implicit_api(self.template):
            properties = resolve({"StageName": "Prod", **self.template.api_globals}, self)
            created = rest_api.create_api(
                self, rest_api.IMPLICIT_API, properties, self.template.path.name
            )
            self.generate(rest_api.IMPLICIT_API, created)
        for resource in self.template.resources.values():
            if resource.condition is None or self.condition(resource.condition):
                self.resource(resource.logical_id)

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs, resolved."""
        return {
            name: str(resolve(output["Value"], self))
            for name, output in self.template.outputs.items()
            if "Condition" not in output or self.condition(output["Condition"])
        }

    def nested(self, resource: Resource, parameters: Mapping[str, Any]) -> "Stack":
        """Return a nested stack, created; its template's path is relative to this one's."""
        location = resource.properties.get("TemplateURL") or resource.properties.get("Location")
        template = load_template(self.template.folder / str(location))
        stack = Stack(template, f"{self.name}-{resource.logical_id}", parameters, self.target)
        stack.create_all()
        return stack

    def generate(self, logical_id: str, resource: PhysicalResource) -> None:
        """Register a resource that SAM makes out of another, under the id that SAM gives it."""
        self._generated[logical_id] = resource

    def resource(self, logical_id: str) -> PhysicalResource:
        """Return a resource, created if need be.

        Raises
        ------
        TemplateError
            For an unknown id, or resources that refer to each other.
        """
        if logical_id in self._created:
            return self._created[logical_id]
        resource = self.template.resources.get(logical_id)
        if resource is None:
            return self._generated_resource(logical_id)
        if logical_id in self._creating:
            circle = " → ".join([*self._creating, logical_id])
            raise self._error(resource, f"refers to itself: {circle}.", "Break the circle.")
        creator = _CREATORS[resource.type]
        self._creating.append(logical_id)
        try:
            created = creator(self, resource)
        finally:
            self._creating.pop()
        self._created[logical_id] = created
        return created

    def _generated_resource(self, logical_id: str) -> PhysicalResource:
        if logical_id not in self._generated:
            for resource in self.template.resources.values():
                # SAM's resources make others: a reference to one of those comes before its maker.
                if (
                    resource.type.startswith("AWS::Serverless::")
                    and logical_id.startswith(resource.logical_id)
                    and resource.logical_id not in self._creating
                ):
                    self.resource(resource.logical_id)
        if logical_id not in self._generated:
            raise TemplateError(
                f"{self.template.path.name}: nothing is called {logical_id}.",
                "Refer to a parameter or a resource of the template.",
            )
        return self._generated[logical_id]

    def _error(self, resource: Resource, problem: str, mend: str) -> TemplateError:
        where = f"{self.template.path.name}:{resource.line}"
        return TemplateError(f"{where}: the resource {resource.logical_id} {problem}", mend)

    def reference(self, name: str) -> Any:
        """Return what `Ref` gives."""
        pseudo = {
            "AWS::AccountId": self.target.account_id,
            "AWS::Partition": "aws",
            "AWS::Region": self.target.region,
            "AWS::StackName": self.name,
            "AWS::StackId": f"arn:aws:cloudformation:{self.target.region}:"
            f"{self.target.account_id}:stack/{self.name}/local",
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if name in self._parameters:
            return self._parameters[name]
        return self.resource(name).ref

    def attribute(self, logical_id: str, name: str) -> Any:
        """Return what `Fn::GetAtt` gives."""
        resource = self.resource(logical_id)
        if name not in resource.attributes:
            raise TemplateError(
                f"{self.template.path.name}: {logical_id} has no attribute {name}.",
                f"It has: {', '.join(sorted(resource.attributes)) or 'none'}.",
            )
        return resource.attributes[name]

    def condition(self, name: str) -> bool:
        """Return whether a condition of the template holds."""
        if name not in self.template.conditions:
            raise TemplateError(
                f"{self.template.path.name}: no condition is called {name}.",
                "Define it under `Conditions`.",
            )
        return bool(resolve(self.template.conditions[name], self))

    def mapping(self, name: str, key: str, second_key: str) -> Any:
        """Return what `Fn::FindInMap` gives."""
        return self.template.mappings[name][key][second_key]


def _needs_implicit_api(template: Template) -> bool:
    return any(
        event.get("Type") == "Api" and "RestApiId" not in event.get("Properties", {})
        for resource in template.resources.values()
        if resource.type == "AWS::Serverless::Function"
        for event in (resource.properties.get("Events") or {}).values()
    )


def provision(
    template: Template, *, name: str, parameters: Mapping[str, Any], target: Target
) -> Stack:
    """Create everything that *template* describes in *target* and return the stack.

    Parameters that the template does not have are an error of the caller's, not passed over.

    Raises
    ------
    TemplateError
        When the template holds what is not supported, or an emulator refuses it.
    """
    unknown = parameters.keys() - template.parameters.keys()
    if unknown:
        raise TemplateError(
            f"{template.path.name} has no parameter {', '.join(sorted(unknown))}.",
            f"It has: {', '.join(sorted(template.parameters)) or 'none'}.",
        )
    stack = Stack(template, name, parameters, target)
    stack.create_all()
    return stack
