"""Profiles as TOML files: the ones that come with firstwrite, and those that users write.

description = "…"
extends = "aws-typical"            # another's name, or a path beside this file

[operations."s3.PutObject"]
median_ms = { value = 40, confidence = "measured", date = "2024", region = "us-east-1",
              source = "…" }

[function-network]                 # burst_mib, first_burst_mib, mib_per_s, in the same way
"""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from sim.errors import ProfileError
from sim.latency.function_network import FunctionNetwork
from sim.latency.operation_model import OperationModel
from sim.latency.profile import CONFIDENCES, OPERATIONS, Origin, Profile

FOLDER: Final = Path(__file__).parents[1] / "profiles"
NETWORK: Final = "function-network"
"""The table of each execution environment's bandwidth."""

MIB: Final = 1_048_576
_NETWORK_PARAMETERS: Final = ("burst_mib", "first_burst_mib", "mib_per_s")
_PARAMETERS: Final = tuple(field.name for field in fields(OperationModel))
_ORIGIN: Final = tuple(field.name for field in fields(Origin))
_Table = dict[str, dict[str, tuple[float, Origin]]]


def profile_names() -> list[str]:
    """Return the names of the profiles that come with firstwrite, from fast to slow."""
    order = ["raw", "aws-optimistic", "aws-typical", "aws-pessimistic"]
    found = {path.stem for path in FOLDER.glob("*.toml")}
    return [name for name in order if name in found] + sorted(found - set(order))


def load_profile(name_or_path: str) -> Profile:
    """Return a profile by its name, or from a file of the user's own.

    Raises
    ------
    ProfileError
        Naming the file, the key and the reason.
    """
    path = _path_of(name_or_path, Path())
    description, table = _read(path, seen=())
    operations, origins = {}, {}
    function_network = None
    for operation, parameters in table.items():
        values = {name: value for name, (value, _) in parameters.items()}
        origins.update({(operation, name): origin for name, (_, origin) in parameters.items()})
        if operation == NETWORK:
            function_network = _function_network(values, path.name)
            continue
        try:
            operations[operation] = OperationModel(**values)
        except ValueError as error:
            raise ProfileError(
                f'{path.name}: operations."{operation}": {error}.', "Mend that value."
            ) from error
    return Profile(path.stem, description, operations, origins, function_network)


def _function_network(values: Mapping[str, float], file: str) -> FunctionNetwork:
    for name in _NETWORK_PARAMETERS:
        if values.get(name, 0.0) <= 0:
            raise ProfileError(
                f"{file}: {NETWORK}.{name} is {values.get(name)}; it is a number above 0.",
                "Write one.",
            )
    return FunctionNetwork(
        burst_bytes=values["burst_mib"] * MIB,
        first_burst_bytes=values["first_burst_mib"] * MIB,
        bytes_per_s=values["mib_per_s"] * MIB,
    )


def _path_of(name_or_path: str, beside: Path) -> Path:
    if name_or_path in profile_names():
        return FOLDER / f"{name_or_path}.toml"
    path = beside / name_or_path
    if path.suffix == ".toml" and path.is_file():
        return path
    raise ProfileError(
        f"There is no profile {name_or_path}.",
        f"Take one of {', '.join(profile_names())}, or the path of a .toml file.",
    )


def _read(path: Path, seen: tuple[Path, ...]) -> tuple[str, _Table]:
    if path.resolve() in seen:
        raise ProfileError(f"{path.name}: extends: it extends itself.", "Break the circle.")
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path.name} is no TOML: {error}.", "Mend that line.") from error
    _only(document, ("description", "extends", "operations", NETWORK), path.name)
    table: _Table = {}
    if "extends" in document:
        base = _path_of(_text(document, "extends", path.name), path.parent)
        table = _read(base, (*seen, path.resolve()))[1]
    operations = document.get("operations", {})
    _mapping(operations, f"{path.name}: operations")
    for operation, parameters in operations.items():
        where = f'{path.name}: operations."{operation}"'
        if operation not in OPERATIONS:
            raise ProfileError(
                f"{where}: there is no such operation.", f"Take one of {', '.join(OPERATIONS)}."
            )
        _mapping(parameters, where)
        _only(parameters, _PARAMETERS, where)
        own = {name: _parameter(given, f"{where}.{name}") for name, given in parameters.items()}
        table[operation] = {**table.get(operation, {}), **own}
    if NETWORK in document:
        where = f"{path.name}: {NETWORK}"
        _mapping(document[NETWORK], where)
        _only(document[NETWORK], _NETWORK_PARAMETERS, where)
        limit = {
            name: _parameter(given, f"{where}.{name}") for name, given in document[NETWORK].items()
        }
        table[NETWORK] = {**table.get(NETWORK, {}), **limit}
    return _text(document, "description", path.name), table


def _parameter(given: Any, where: str) -> tuple[float, Origin]:
    _mapping(given, where)
    _only(given, ("value", *_ORIGIN), where)
    value = given.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProfileError(f"{where}.value is {value!r}; it is a number.", "Write one.")
    origin = Origin(**{name: _text(given, name, where) for name in _ORIGIN})
    if origin.confidence not in CONFIDENCES:
        raise ProfileError(
            f"{where}.confidence is {origin.confidence!r}.",
            f"Take one of {', '.join(CONFIDENCES)}.",
        )
    return float(value), origin


def _text(given: Mapping[str, Any], key: str, where: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ProfileError(f"{where}: {key} is missing, or no text.", f'Write {key} = "…".')
    return value


def _mapping(given: Any, where: str) -> None:
    if not isinstance(given, dict):
        raise ProfileError(f"{where} is {given!r}; it is a table.", "Write it as in `aws-typical`.")


def _only(given: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in known:
            raise ProfileError(f"{where}: {key} is unknown.", f"Known: {', '.join(known)}.")
