"""The values of a template's parameters."""

from collections.abc import Mapping
from typing import Any

from sim.errors import TemplateError
from sim.template.document import Template


def parameter_values(template: Template, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of each of a template's parameters: what is given, else its default.

    Raises
    ------
    TemplateError
        For a parameter without either.
    """
    values = {}
    for name, parameter in template.parameters.items():
        if name in given:
            value = given[name]
        elif "Default" in parameter:
            value = parameter["Default"]
        else:
            raise TemplateError(
                f"{template.path.name}: the parameter {name} has no value.", "Give it a default."
            )
        if str(parameter.get("Type", "")).endswith(("List", "List<String>")) and isinstance(
            value, str
        ):
            value = [item.strip() for item in value.split(",")]
        values[name] = value
    return values
