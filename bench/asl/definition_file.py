"""A definition in a file: its text, its value, and the lines of both."""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bench.asl.errors import AslError
from bench.asl.json_places import Place, Pointer, json_places, yaml_places

_YAML: Final = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class DefinitionFile:
    """A definition as it was read.

    Parameters
    ----------
    name
        What the user calls it.
    text
        JSON text; of a YAML file, what that stands for.
    value
        What the text says; `None` where it is no JSON.
    places
        Where each value stands in the file.
    """

    name: str
    text: str
    value: Any
    places: Mapping[Pointer, Place]


def read_definition(path: Path) -> DefinitionFile:
    """Read a definition from a JSON or YAML file, or from standard input if the path is `-`.

    A JSON file may hold anything: `diagnose` says what is wrong with it.

    Raises
    ------
    AslError
        If there is no such file, or it is no text, or no YAML.
    """
    text = read_text(path, "definition")
    if path.suffix.lower() in _YAML:
        value = yaml_value(text, path)
        try:
            written = json.dumps(value, ensure_ascii=False, indent=2)
        except (TypeError, ValueError) as error:
            raise AslError(f"{path}: {error}: a definition in YAML has JSON's values") from error
        return DefinitionFile(str(path), written, value, yaml_places(text))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return DefinitionFile(str(path), text, value, json_places(text))


def read_text(path: Path, what: str) -> str:
    """Return the text of a file, or of standard input if the path is `-`.

    Raises
    ------
    AslError
        If it cannot be read as UTF-8.
    """
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise AslError(f"{path} is not there: name the file with the {what}") from error
    except IsADirectoryError as error:
        raise AslError(f"{path} is a folder: name the file with the {what}") from error
    except UnicodeDecodeError as error:
        raise AslError(f"{path} is no UTF-8 text: name the file with the {what}") from error
    except OSError as error:
        raise AslError(f"{path} cannot be read ({error.strerror})") from error


def read_value(path: Path, what: str) -> Any:
    """Return the value of a JSON or YAML file.

    Raises
    ------
    AslError
        If it is neither.
    """
    text = read_text(path, what)
    if path.suffix.lower() in _YAML:
        return yaml_value(text, path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AslError(f"{path} is no JSON: {error}") from error


def yaml_value(text: str, path: Path) -> Any:
    """Return the value of a YAML text.

    Raises
    ------
    AslError
        Names the file, and the line if there is one.
    """
    try:
        return yaml.load(text, _JsonLoader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise AslError(f"{path}{line} is no YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise AslError(f"{path} is no YAML: {error}") from error


class _JsonLoader(yaml.SafeLoader):
    """Takes for null, true and a number what YAML 1.2 does; times, `No` and `1:30` are strings."""


_JsonLoader.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    ("null", r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", list("-0123456789")),
    ("merge", r"<<", ["<"]),
):
    _JsonLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^{_form}$"), _first
    )
