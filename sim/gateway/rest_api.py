"""What the template says of a REST API, and which route a request takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


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


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """What each API key may send; `None` is no limit.

    `rate_per_s` and `burst` are the token bucket's refill and size in requests; `quota` requests
    may come in a `period`.
    """

    rate_per_s: float | None = None
    burst: int | None = None
    quota: int | None = None
    period: Literal["DAY", "WEEK", "MONTH"] = "MONTH"


@dataclass(frozen=True, slots=True)
class Cors:
    """What SAM's `Cors` property makes the preflight answer; the values stand without quotes."""

    allow_origin: str
    allow_methods: str | None = None
    allow_headers: str | None = None
    max_age: str | None = None
    allow_credentials: bool = False


@dataclass(slots=True)
class RestApi:
    """A deployed REST API with one stage; `api_keys` maps each key's value to its id.

    `binary_media_types` are media types, `*/*` included; `access_log_format` is the stage's, with
    `$context` variables.
    """

    api_id: str
    stage: str
    routes: list[Route] = field(default_factory=list)
    api_keys: dict[str, str] = field(default_factory=dict)
    usage_plan: UsagePlan = UsagePlan()
    binary_media_types: tuple[str, ...] = ()
    cors: Cors | None = None
    access_log_format: str | None = None
    stage_variables: dict[str, str] = field(default_factory=dict)

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
