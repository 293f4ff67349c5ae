"""A template as written, with SAM's globals merged into its resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.errors import TemplateError


@dataclass(frozen=True, slots=True)
class Resource:
    """One entry of `Resources`, unresolved.

    `line` is where it starts in the file, counted from 1.
    """

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    condition: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Template:
    """A template file, unresolved; `path` is what relative paths in it are relative to.

    `api_globals` are what SAM gives every API, the implicit one too.
    """

    path: Path
    parameters: Mapping[str, Mapping[str, Any]]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Mapping[str, Any]]
    api_globals: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder that `CodeUri`, `DefinitionUri` and `TemplateURL` are relative to."""
        return self.path.parent


class _TemplateLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Ref`, `!Sub`, …) read as their long forms."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise yaml.constructor.ConstructorError(None, None, "unreadable", node.start_mark)
    return {name: value}


_TemplateLoader.add_multi_constructor("!", _short_form)
# A template's version reads like a date; CloudFormation takes it as text.
_TemplateLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_template(path: Path) -> Template:
    """Read the template at *path*.

    Raises
    ------
    TemplateError
        When the file is missing, is not YAML, or a resource has no type.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TemplateError(
            f"The template {path} cannot be read: {error.strerror}.",
            "Give the path of a SAM template.",
        ) from error
    try:
        document = yaml.load(text, Loader=_TemplateLoader)  # noqa: S506 - a subclass of SafeLoader
        lines = _resource_lines(text)
    except yaml.YAMLError as error:
        raise TemplateError(
            f"The template {path} is not YAML: {error}.", "Mend the file."
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise TemplateError(f"The template {path} has no `Resources`.", "Give a SAM template.")
    shared = document.get("Globals") or {}
    globals_of = {f"AWS::Serverless::{kind}": each or {} for kind, each in shared.items()}
    resources = {}
    for logical_id, body in document["Resources"].items():
        line = lines.get(logical_id, 0)
        if not isinstance(body, dict) or not isinstance(body.get("Type"), str):
            raise TemplateError(
                f"{path.name}:{line}: the resource {logical_id} has no `Type`.", "Give it one."
            )
        properties = body.get("Properties") or {}
        properties = _merged(globals_of.get(body["Type"], {}), properties)
        resources[logical_id] = Resource(
            logical_id=logical_id,
            type=body["Type"],
            properties=properties,
            condition=body.get("Condition"),
            line=line,
        )
    return Template(
        path=path,
        parameters=document.get("Parameters") or {},
        mappings=document.get("Mappings") or {},
        conditions=document.get("Conditions") or {},
        resources=resources,
        outputs=document.get("Outputs") or {},
        api_globals=globals_of.get("AWS::Serverless::Api", {}),
    )


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merge SAM globals: maps are merged, lists are joined, all else is overridden.

    Source: AWS SAM Developer Guide, "Globals section of the AWS SAM template".
    """
    merged = dict(base)
    for key, value in over.items():
        mine = merged.get(key)
        if isinstance(mine, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            merged[key] = [*mine, *value]
        else:
            merged[key] = value
    return merged


def _resource_lines(text: str) -> dict[str, int]:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return {}
    for key, value in root.value:
        if key.value == "Resources" and isinstance(value, yaml.MappingNode):
            return {name.value: name.start_mark.line + 1 for name, _ in value.value}
    return {}
