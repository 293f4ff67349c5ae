"""Typed reading of the environment variables that the template sets.

Not for defaults: a variable that the template forgot is an error at start, not a guess.
"""

from collections.abc import Mapping

from errors import ConfigurationError


def text(environment: Mapping[str, str], name: str) -> str:
    """Return the variable *name*.

    Raises
    ------
    ConfigurationError
        If it is missing or empty.
    """
    value = environment.get(name, "")
    if not value:
        raise ConfigurationError(f"{name} is not set: set it under Environment in template.yaml.")
    return value


def positive_integer(environment: Mapping[str, str], name: str) -> int:
    """Return the variable *name* as an integer above zero.

    Raises
    ------
    ConfigurationError
        If it is missing or not such a number.
    """
    value = text(environment, name)
    if not (value.isascii() and value.isdigit()) or int(value) == 0:
        raise ConfigurationError(f"{name}={value!r} is not a positive whole number.")
    return int(value)


def boolean(environment: Mapping[str, str], name: str) -> bool:
    """Return the variable *name*, `true` or `false`, as a bool.

    Raises
    ------
    ConfigurationError
        If it is missing or another word.
    """
    value = text(environment, name)
    if value not in {"true", "false"}:
        raise ConfigurationError(f"{name}={value!r} is neither 'true' nor 'false'.")
    return value == "true"
