"""Values of the template's parameters as options give them, checked as CloudFormation would."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.plan.errors import PlanError
from sim.template import load_template


def named_values(texts: Sequence[str], option: str, example: str) -> dict[str, str]:
    """Return the values of texts like `NAME=VALUE`.

    Raises
    ------
    PlanError
        If one is none.
    """
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise PlanError(f"{option} {text} is no NAME=VALUE: write it like {example}")
        found[name.strip()] = value.strip()
    return found


def template_parameters(path: Path, texts: Sequence[str]) -> dict[str, str]:
    """Return the parameters that the options give; whether there are such is not looked at.

    Raises
    ------
    PlanError
        If a value is none that its parameter allows.
    sim.errors.TemplateError
        If the template cannot be read.
    """
    given = named_values(texts, "--parameter", "CacheNodeType=cache.r7g.xlarge")
    known = load_template(path).parameters
    for name, value in given.items():
        parameter: Any = known.get(name, {})
        allowed = [str(each) for each in parameter.get("AllowedValues", ())]
        if allowed and value not in allowed:
            raise PlanError(f"--parameter {name}={value}: take one of {', '.join(allowed)}")
        if parameter.get("Type") == "Number" and not _is_above_0(value):
            raise PlanError(f"--parameter {name}={value}: give a number above 0")
    return given


def _is_above_0(text: str) -> bool:
    try:
        return 0 < float(text) < float("inf")
    except ValueError:
        return False
