"""What of a template cannot be run here, all of it named at once."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from sim.errors import TemplateError
from sim.template import Resource, Template

EVENT_TYPES: Final = ("Api", "SQS")

_FUNCTION_PROPERTIES: Final = {
    "ImageUri": "only functions that are a zip of Python files run here",
    "ImageConfig": "only functions that are a zip of Python files run here",
    "InlineCode": "put the code into a file and name its folder in CodeUri",
    "Layers": "put what the layers hold into CodeUri",
    "FileSystemConfigs": "no file system can be mounted here",
    "SnapStart": "snapshots are not made here",
    "FunctionUrlConfig": "give the function an event of type Api",
    "DurableConfig": "durable functions are not run here",
}
"""Properties that would change what a function does, and are not carried out, with what to do."""


def check_support(template: Template, types: Collection[str]) -> None:
    """Refuse a template with everything in it that is not supported.

    Raises
    ------
    TemplateError
        One line a finding: file, line, resource, problem.
    """
    findings = [
        f"{template.path.name}:{resource.line}: {resource.logical_id} {problem}"
        for resource in template.resources.values()
        for problem in _problems(resource, types)
    ]
    if findings:
        raise TemplateError("\n".join(findings), "\nTake these out, or change them as they say.")


def _problems(resource: Resource, types: Collection[str]) -> Iterator[str]:
    if resource.type not in types:
        supported = ", ".join(sorted(types))
        yield f"has the type {resource.type}, which is not supported. Supported: {supported}."
    elif resource.type == "AWS::Serverless::Function":
        yield from _function_problems(resource.properties)


def _function_problems(properties: Mapping[str, Any]) -> Iterator[str]:
    image = properties.get("PackageType") == "Image"
    if image:
        yield "has the PackageType Image; only zips of Python files run here."
    runtime = properties.get("Runtime")
    if not image and isinstance(runtime, str) and not runtime.startswith("python3"):
        yield f"has the Runtime {runtime}; only python3 runs here."
    if not image and runtime is None:
        yield "has no Runtime; set it to python3.12."
    for name, mend in _FUNCTION_PROPERTIES.items():
        if name in properties and not (image and name.startswith("Image")):
            yield f"has the property {name}; {mend}."
    for name, event in (properties.get("Events") or {}).items():
        kind = event.get("Type") if isinstance(event, dict) else event
        if kind not in EVENT_TYPES:
            yield (
                f"has the event {name} of type {kind}, which is not supported. "
                f"Supported: {', '.join(EVENT_TYPES)}."
            )
