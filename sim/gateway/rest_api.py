"""What the template says of a REST API, and which route a request takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Route:
    """A method on a resource, with the function behind it.

    `resource` is the path template below the stage, such as `/orders/{id}`.
    """

    method: str
    resource: str
    function_name: str
    api_key_required: bool

    def path_parameters(self, path: str) -> Mapping[str, str] | None:
        """Return the parameters with which *path* matches, or `None` when it does not."""
        match = _pattern(self.resource).fullmatch(path)
        if match is None:
            return None
        return {_plain(name): value for name, value in match.groupdict().items()}


@dataclass(slots=True)
class RestApi:
    """A deployed REST API with one stage; `api_keys` maps each key's value to its id."""

    api_id: str
    stage: str
    routes: list[Route] = field(default_factory=list)
    api_keys: dict[str, str] = field(default_factory=dict)

    def route(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """Return the route for *path* (below the stage) and its path parameters."""
        for route in self.routes:
            if route.method in {method, "ANY"}:
                parameters = route.path_parameters(path)
                if parameters is not None:
                    return route, parameters
        return None


_PARAMETER = re.compile(r"\{([A-Za-z0-9_.-]+)(\+?)\}")


def _pattern(resource: str) -> re.Pattern[str]:
    parts, position = [], 0
    for index, match in enumerate(_PARAMETER.finditer(resource)):
        parts.append(re.escape(resource[position : match.start()]))
        width = ".+" if match.group(2) else "[^/]+"
        parts.append(f"(?P<p{index}_{match.group(1).encode().hex()}>{width})")
        position = match.end()
    parts.append(re.escape(resource[position:]))
    return re.compile("".join(parts))


def _plain(group: str) -> str:
    """Undo the encoding that lets any parameter name be a group name."""
    return bytes.fromhex(group.partition("_")[2]).decode()
